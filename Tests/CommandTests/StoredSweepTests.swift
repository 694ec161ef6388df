import Foundation
import TestSupport
import Testing
import Tracking

/// `results add` of a study's folder, of which one candidate failed.
///
/// One after the other: `results add` locks the folders of the study that the tests share.
@Suite(.serialized) struct StoredSweepTests {
    /// Made once, with its own store in `own.sqlite`.
    private static let place = NSTemporaryDirectory() + "ft-mmlu-stored-" + UUID().uuidString
    private static let made = Result {
        atexit { try? FileManager.default.removeItem(atPath: StoredSweepTests.place) }
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        return try Program.run(
            [
                "sweep", "--targets", "V", "--category", "other", "--learning-rates",
                "0,0.002,0.02", "--schedule", "constant", "--seeds", "0,1", "--output", "study",
                "--store", "own.sqlite", "--quiet",
            ] + SweepJob.common, in: place)
    }

    private let ending: Program.Ending

    init() throws {
        ending = try Self.made.get()
        try #require(ending.status == 1, "\(ending.errors)")
    }

    private func run(
        _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        let ending = try Program.run(["results"] + arguments, in: Self.place)
        #expect(ending.status == 0, "\(ending.errors)", sourceLocation: sourceLocation)
        return ending.output
    }

    private func store(_ name: String) throws -> Store {
        try Store(reading: Self.place + "/" + name)
    }

    @Test func `every command answers as from the study's own store`() throws {
        let added = try run(["add", "study", "--store", "added.sqlite"])
        let own = try store("own.sqlite")
        let other = try store("added.sqlite")
        let runs = try own.runs()
        #expect(runs.count == 5)
        #expect(try other.runs() == runs)
        let study = try #require(try other.studies().first)
        let former = try own.study(named: "study")
        #expect(study.kind == "sweep" && study.folder == former.folder)
        #expect(study.configuration == former.configuration)
        #expect(abs(study.startedAt.timeIntervalSince(former.startedAt)) < 60)
        #expect(study.finishedAt != nil)
        for run in runs {
            #expect(try other.steps(of: run.id) == own.steps(of: run.id))
            #expect(try other.measurements(of: run.id) == own.measurements(of: run.id))
            #expect(try other.answers(of: run.id).count == own.answers(of: run.id).count)
        }
        let lines = added.split(separator: "\n")
        #expect(lines.count == 6)
        #expect(lines[0] == "base: \(runs[0].id.prefix(8)), 0 steps, 48 answers, finished")
        #expect(lines[5] == "study: study study, 5 runs, finished")
        for arguments in [
            ["list", "--study", "study"], ["list", "--study", "study", "--json"],
            ["table", "--study", "study", "--paper", "--total"],
            ["table", "--study", "study", "--format", "json"],
            ["compare", String(runs[0].id.prefix(8)), String(runs[4].id.prefix(8))],
        ] {
            let answers = try ["own.sqlite", "added.sqlite"].map {
                try run(arguments + ["--store", $0])
            }
            #expect(!answers[0].isEmpty && answers[0] == answers[1], "\(arguments)")
        }
        for (kind, count) in [("figure", 20), ("export", 6), ("report", 1)] {
            let words = kind == "figure" ? ["figure", "all"] : [kind]
            let made = try ["own", "added"].map { name -> [String: Data] in
                let folder = "\(Self.place)/\(kind)-\(name)"
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true)
                _ = try run(
                    words + [
                        "--study", "study", "--store", "\(name).sqlite", "--output",
                        kind == "report" ? folder + "/p.html" : folder,
                    ])
                return try files(of: folder)
            }
            #expect(made[0].count == count && made[0].keys == made[1].keys, "\(kind)")
            // PDF and PNG of gnuplot hold the time.
            for (name, data) in made[0] where !name.hasSuffix("pdf") && !name.hasSuffix("png") {
                #expect(data == made[1][name], "\(name)")
            }
        }
    }

    private func files(of folder: String) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder)
        where name.contains(".") {
            found[name] = FileManager.default.contents(atPath: folder + "/" + name)
        }
        return found
    }

    @Test func `the sweep prints the table that its store gives`() throws {
        let lines = ending.output.split(separator: "\n", omittingEmptySubsequences: false)
        let printed = lines.dropFirst(2).prefix { !$0.isEmpty }
        #expect(printed.count > 4)
        let stored = try run(["table", "--study", "study", "--total", "--store", "own.sqlite"])
        #expect(stored.hasPrefix(printed.joined(separator: "\n") + "\n\n"), "\(stored)")
    }

    @Test func `a candidate that failed is shown with its cause`() throws {
        let failure = try JSONText.file(Self.place + "/study/cells/v-zs-0-s0/failure.json")
        let cause = try #require(failure.text("cause"))
        #expect(cause.contains("the learning rate was 0 at each"))
        let lines = ending.output.split(separator: "\n").map(String.init)
        #expect(
            lines.contains {
                $0.split(separator: " ").joined(separator: " ") == "ZS on V rate 0 failed"
            }, "\(ending.output)")
        let first = try #require(lines.firstIndex(of: "failed:"))
        #expect(lines[first + 1] == "  ZS on V, rate 0: \(cause)")
        let page = Self.place + "/failed.html"
        _ = try run(["report", "--study", "study", "--store", "own.sqlite", "--output", page])
        let text = try String(contentsOfFile: page, encoding: .utf8)
        let choices = try #require(text.components(separatedBy: "How settings were chosen").last)
        #expect(choices.contains("<td class=\"text long\">failed: \(cause)</td>"))
    }

    @Test func `a cell alone brings its study, and knows how it was chosen`() throws {
        let path = "study/cells/v-zs-2e-3-s0"
        _ = try run(["add", path, "--store", "cell.sqlite"])
        let found = try store("cell.sqlite")
        let own = try store("own.sqlite")
        let cell = try #require(try found.runs().first)
        #expect(try found.runs().count == 1)
        #expect(cell.study == "study")
        #expect(try found.study(named: "study").folder == own.study(named: "study").folder)
        #expect(try found.measurements(of: cell.id) == own.measurements(of: cell.id))
        #expect(
            try found.measurements(of: cell.id).contains { $0.name == "selectionAccuracy" })
    }

    @Test func `a study whose settings are damaged is refused by its file's name`() throws {
        try Fixture.withTemporaryFolder { folder in
            let config = folder + "/study/config.yaml"
            try FileManager.default.copyItem(
                atPath: Self.place + "/study", toPath: folder + "/study")
            let text = try String(contentsOfFile: config, encoding: .utf8)
            #expect(text.contains("report: \"winners\"\n"))
            try text.replacing("report: \"winners\"", with: "report: \"some\"")
                .write(toFile: config, atomically: false, encoding: .utf8)
            let ending = try Program.run(
                ["results", "add", "study", "--store", "s.sqlite"], in: folder)
            #expect(ending.status == 1)
            #expect(
                ending.errors.hasPrefix("Error: study/config.yaml: report some: "),
                "\(ending.errors)")
        }
    }

    @Test func `a store has one study of a name, and --as gives another one another`() throws {
        try Fixture.withTemporaryFolder { folder in
            let manager = FileManager.default
            try manager.createDirectory(
                atPath: folder + "/x", withIntermediateDirectories: true)
            try manager.copyItem(atPath: Self.place + "/study", toPath: folder + "/x/study")
            func add(_ arguments: [String]) throws -> Program.Ending {
                try Program.run(
                    ["results", "add", "--store", folder + "/s.sqlite"] + arguments, in: folder)
            }
            #expect(try add(["x/study/"]).status == 0)
            for path in ["/study", "/study/cells/base"] {
                let refused = try add([Self.place + path])
                #expect(refused.status == 1)
                #expect(
                    refused.errors == "Error: \(folder)/s.sqlite: has a study 'study' of "
                        + "\(folder)/x/study already; name another folder, or another file by "
                        + "--store\n")
            }
            // By another path to it, it is the same.
            try manager.createSymbolicLink(
                atPath: folder + "/link", withDestinationPath: folder + "/x")
            let linked = try add(["link/study/cells/base"])
            #expect(linked.status == 0, "\(linked.errors)")
            try manager.removeItem(atPath: folder + "/x/study/cells/base/run.json")
            try manager.removeItem(atPath: folder + "/x/study/results.json")
            let named = try add(["x/study", "--as", "other"])
            #expect(named.status == 0, "\(named.errors)")
            #expect(
                named.output.hasSuffix(
                    "\nbase: not begun\nx/study: study other, 4 runs, unfinished\n"))
            let store = try Store(reading: folder + "/s.sqlite")
            #expect(try store.runs(ofStudy: "other").count == 4)
            let many = try add(["x/study", "x/study/cells/base", "--as", "other"])
            #expect(many.status == 64)
            #expect(
                many.errors
                    == "Error: --as other: names a study; one folder of a study, and a name, are "
                    + "needed\n")
        }
    }
}
