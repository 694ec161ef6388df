import Foundation
import TestSupport
import Testing
import Tracking

/// Folders of runs with one id.
@Suite struct SameIDTests {
    private func withRun(
        _ body: (String, (String, String, [String]) throws -> Program.Ending) throws -> Void
    ) throws {
        let job = try MainJob.shared()
        try Fixture.withTemporaryFolder { folder in
            try FileManager.default.copyItem(atPath: job.run, toPath: folder + "/r")
            try body(folder) { run, store, more in
                try Program.run(["results", "add", run, "--store", store] + more, in: folder)
            }
        }
    }

    @Test func `another run of the same id does not take the first one's place by itself`() throws {
        try withRun { folder, add in
            #expect(try add("r", "s.sqlite", []).status == 0)
            try FileManager.default.copyItem(atPath: folder + "/r", toPath: folder + "/other")
            let file = folder + "/other/answers.jsonl"
            let lines = try String(contentsOfFile: file, encoding: .utf8)
                .split(separator: "\n", omittingEmptySubsequences: false)
            let changed = lines.dropFirst().joined(separator: "\n")
            try changed.write(toFile: file, atomically: false, encoding: .utf8)
            let id = try StoredRun(folder + "/s.sqlite").run.id
            let refused = try add("other", "s.sqlite", [])
            #expect(refused.status == 1)
            #expect(
                refused.errors.hasPrefix(
                    "Error: s.sqlite: has another run \(id), of \(folder)/r: 1 of its 144 answers are "
                        + "not in this folder, the first is "), "\(refused.errors)")
            #expect(
                refused.errors.hasSuffix(
                    "; name another file by --store, or put this one in its place by `ft-mmlu results "
                        + "add --replace \(folder)/other`\n"), "\(refused.errors)")
            try StoredRun(folder + "/s.sqlite").expectSame(as: folder + "/r")
            // It may have a store of its own, and what lacks an answer may grow.
            #expect(try add("other", "o.sqlite", []).status == 0)
            #expect(try add("r", "o.sqlite", []).status == 0)
            let replaced = try add("other", "s.sqlite", ["--replace"])
            #expect(replaced.status == 0, "\(replaced.errors)")
            let stored = try StoredRun(folder + "/s.sqlite")
            #expect(try stored.store.answers(of: id).count == 143)
            #expect(stored.run.folder == folder + "/other")
        }
    }

    @Test func `a copy of a run does not go on in the store that has the run`() throws {
        try Fixture.withTemporaryFolder { folder in
            let asked = try Program.run(
                [
                    "eval", "--limit", "2", "--categories", "stem", "--shots", "0", "--quiet",
                    "--output", "r", "--store", "s.sqlite",
                ], in: folder)
            try #require(asked.status == 0, "\(asked.errors)")
            try FileManager.default.copyItem(atPath: folder + "/r", toPath: folder + "/copy")
            try FileManager.default.removeItem(atPath: folder + "/copy/results.json")
            let resume = ["eval", "--resume", "copy", "--quiet"]
            let refused = try Program.run(resume, in: folder)
            #expect(refused.status == 1)
            #expect(
                refused.errors
                    == "Error: copy: is a copy of \(folder)/r, whose rows are in \(folder)/s.sqlite; "
                    + "name another store by --store FILE, or --store none\n")
            #expect(try StoredRun(folder + "/s.sqlite").run.folder == folder + "/r")
            let elsewhere = try Program.run(resume + ["--store", "o.sqlite"], in: folder)
            #expect(elsewhere.status == 0, "\(elsewhere.errors)")
            // One that was moved goes on.
            try FileManager.default.moveItem(atPath: folder + "/r", toPath: folder + "/moved")
            try FileManager.default.removeItem(atPath: folder + "/moved/results.json")
            let moved = try Program.run(["eval", "--resume", "moved", "--quiet"], in: folder)
            #expect(moved.status == 0, "\(moved.errors)")
            #expect(try StoredRun(folder + "/s.sqlite").run.folder == folder + "/moved")
        }
    }
}
