import Foundation
import GRDB
import TestSupport
import Testing
import Tracking

/// A store that a stranger wrote, past our own checks.
@Suite struct StoredNameTests {
    /// What a stranger sets, and what is said of it.
    private static let hostile: [(sql: String, words: String)] = [
        ("run SET id = '../../x'", "the id of a run is '../../x'; letters, digits and hyphens are"),
        (
            "run SET family = 'V' || char(27) || '[2J'",
            #"the family of a run is 'V\u001B[2J'; a text on one line is"#
        ),
        (
            "run SET target = 'V`id`'", "the target of a run is 'V`id`'; a plain word is"
        ),
        (
            "run SET objective = '<b>'", "the objective of a run is '<b>'; a plain word is"
        ),
        (
            "run SET cell = '../x'", "the cell of a run is '../x'; the name of a folder is"
        ),
        (
            "answer SET subject = '../../etc'",
            "the subject of an answer is '../../etc'; the name of a folder is"
        ),
        (
            "answer SET category = 'a' || char(10) || 'b'",
            #"the category of an answer is 'a\nb'; a plain word is"#
        ),
        (
            "measurement SET name = char(155)",
            #"the name of a measurement is '\u009B'; a text on one line is"#
        ),
        (
            "study SET kind = '$(x)'", "the kind of a study is '$(x)'; a plain word is"
        ),
    ]

    private static func fill(_ store: Store) throws {
        var run = Small.run("1a2b")
        run.study = "s"
        run.cell = "c"
        try store.begin(SweepEntry(id: "s", kind: "sweep"))
        try store.begin(run)
        try store.append(Small.answers("anatomy", "stem", row: 0, "11"), to: run.id)
        try store.append([MeasurementEntry("seconds", "training", 1)], to: run.id)
    }

    private static func read(_ store: Store) throws {
        _ = try store.studies()
        for run in try store.runs() {
            _ = try store.answers(of: run.id)
            _ = try store.measurements(of: run.id)
        }
    }

    /// The pool that was let go may still be closing.
    private var patient: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(30)
        return configuration
    }

    @Test(arguments: hostile)
    func `a name that ft-mmlu does not write is refused`(sql: String, words: String) throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/s.sqlite"
            do {
                let store = try Store(path)
                try Self.fill(store)
                try Self.read(store)
            }
            try DatabaseQueue(path: path, configuration: patient).write {
                try $0.execute(sql: "UPDATE \(sql)")
            }
            expectRefusal("\(path): \(words) needed, as ft-mmlu writes it") {
                try Self.read(Store(path))
            }
        }
    }

    @Test func `accuracies of such answers are refused too`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/s.sqlite"
            try Self.fill(Store(path))
            try DatabaseQueue(path: path, configuration: patient).write {
                try $0.execute(sql: "UPDATE answer SET subject = 'a/b'")
            }
            let store = try Store(path)
            for words in [
                refusal(of: { try store.subjectAccuracies(of: ["1a2b"]) }),
                refusal(of: { try store.questions(of: ["1a2b"]) }),
            ] {
                #expect(words?.contains("is 'a/b'; the name of a folder is needed") == true)
            }
        }
    }

    @Test func `what may not be read is not written either`() throws {
        try Small.withStore { store in
            var run = Small.run("1a2b")
            run.family = "a\nb"
            expectRefusal(
                #"\#(store.path): the family of a run is 'a\nb'; a text on one line is needed, as "#
                    + "ft-mmlu writes it"
            ) { try store.begin(run) }
            try #expect(store.runs().isEmpty)
        }
    }

    /// What errors, folders and commands are called is up to others; they are shown as escapes.
    @Test func `folders, commands and failures may hold anything`() throws {
        try Small.withStore { store in
            var run = Small.run("1a2b", folder: "/runs/a\nb")
            run.commandLine = "ft-mmlu\t'x\ny'"
            try store.begin(run)
            try store.finish(run: run.id, failure: "two\nlines")
            #expect(try store.runs().map(\.failure) == ["two\nlines"])
        }
    }
}
