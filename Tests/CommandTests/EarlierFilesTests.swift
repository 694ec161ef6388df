import Basics
import Foundation
import TestSupport
import Testing
import Tracking

/// Folders and a store that the version before the records' redesign wrote.
@Suite struct EarlierFilesTests {
    private static let fixture =
        Fixture.repository.appendingPathComponent("Tests/Fixtures/before-redesign").path
    private static let runs = [
        "run", "generated", "choices", "sweep/cells/base", "sweep/cells/v-zs-2e-3-s0",
    ]

    /// In a copy of the files.
    private func withCopy(_ body: (_ folder: String) throws -> Void) throws {
        try Fixture.withTemporaryFolder { folder in
            try FileManager.default.copyItem(atPath: Self.fixture, toPath: folder + "/earlier")
            try body(folder + "/earlier")
        }
    }

    private func expected(_ name: String) throws -> String {
        try String(contentsOfFile: Self.fixture + "/expected/" + name, encoding: .utf8)
    }

    private func lines(_ path: String) throws -> [Substring] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    }

    @Test(arguments: runs) func `records are written as they were read`(run: String) throws {
        let folder = Self.fixture + "/" + run
        let answers = try lines(folder + "/answers.jsonl")
        #expect(!answers.isEmpty)
        for line in answers {
            #expect(try AnswerRecord(line: line.utf8)?.json.line == String(line))
        }
        if FileManager.default.fileExists(atPath: folder + "/metrics.jsonl") {
            for line in try lines(folder + "/metrics.jsonl") {
                #expect(try StepRecord(line: line.utf8)?.json.line == String(line))
            }
        }
        for name in ["run.json", "results.json", "questions.json", "checkpoint/inputs.json"] {
            let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
            #expect(try JSONValue(parsing: text.utf8).document == text, "\(name)")
        }
        let manifest = try #require(try RunManifest.read(from: folder))
        let text = try String(contentsOfFile: folder + "/run.json", encoding: .utf8)
        #expect(try manifest.json.document == text)
    }

    @Test func `results are computed again, to the last byte`() throws {
        try withCopy { folder in
            for run in Self.runs {
                let path = folder + "/" + run + "/results.json"
                let before = try String(contentsOfFile: path, encoding: .utf8)
                let check = try Program.run(["results", "recompute", run, "--check"], in: folder)
                #expect(check.status == 0, "\(check.errors)")
                #expect(try expected("recompute.txt").contains(check.output))
                // The numbers gone, they come again in their place.
                let start = try #require(before.range(of: ",\n  \"accuracy\":"))
                try (before[..<start.lowerBound] + ",\n  \"accuracy\": []\n}\n").write(
                    toFile: path, atomically: false, encoding: .utf8)
                let again = try Program.run(["results", "recompute", run], in: folder)
                #expect(again.status == 0, "\(again.errors)")
                #expect(try String(contentsOfFile: path, encoding: .utf8) == before)
            }
        }
    }

    @Test func `the store is listed, shown as a table and exported`() throws {
        try withCopy { folder in
            let store = ["--store", "store.sqlite"]
            let list = try Program.run(["results", "list"] + store, in: folder)
            #expect(list.status == 0, "\(list.errors)")
            for id in ["e77b5588", "f6b5ab0e", "845250e0", "ae233781", "2ed60b80", "0dffed73"] {
                #expect(list.output.contains("\n\(id) "))
            }
            let table = try Program.run(
                ["results", "table", "--study", "sweep"] + store, in: folder)
            #expect(try table.output == expected("table.txt"))
            let export = try Program.run(
                ["results", "export", "e77b5588", "--output", "out"] + store, in: folder)
            #expect(export.status == 0, "\(export.errors)")
            let path = try #require(
                export.output.split(separator: "\n").first {
                    $0.contains("adapted") && $0.contains("1shot")
                })
            // Its layout was another.
            #expect(
                try NSDictionary(dictionary: JSONText.file(folder + "/" + path))
                    == NSDictionary(dictionary: JSONText.object(expected("export.json"))))
        }
    }

    @Test func `results of two folders are compared`() throws {
        try withCopy { folder in
            let found = try Program.run(
                ["results", "compare", "run/", "sweep/cells/v-zs-2e-3-s0"], in: folder)
            #expect(try found.output == expected("compare.txt"))
        }
    }

    @Test func `folders give the rows that the store has of them`() throws {
        try withCopy { folder in
            let added = try Program.run(
                [
                    "results", "add", "run", "generated", "choices", "sweep", "--store",
                    "new.sqlite",
                ], in: folder)
            #expect(added.status == 0, "\(added.errors)")
            let old = try Store(reading: folder + "/store.sqlite")
            let new = try Store(reading: folder + "/new.sqlite")
            let runs = try old.runs()
            #expect(runs.count == 6)
            for run in runs {
                var found = try new.run(matching: run.id)
                #expect(found.folder.hasSuffix(run.folder.dropFirst("/srv".count)))
                found.folder = run.folder
                // What only chose settings ends with its adapter, which is not among the files.
                if run.cell == "v-zs-2e-2-s0" { found.finishedAt = run.finishedAt }
                #expect(found == run)
                #expect(try new.steps(of: run.id) == old.steps(of: run.id))
                #expect(try new.answers(of: run.id) == old.answers(of: run.id))
                #expect(try !new.answers(of: run.id).isEmpty || run.cell == "v-zs-2e-2-s0")
                let ids = [run.id]
                #expect(try new.subjectAccuracies(of: ids) == old.subjectAccuracies(of: ids))
            }
        }
    }
}
