import Foundation
import TestSupport
import Testing
import Tracking

/// Answers that versions before content hashes wrote.
@Suite struct EarlierAnswersTests {
    @Test func `answers of earlier versions are paired by place where that is sure`() throws {
        try Fixture.withTemporaryFolder { folder in
            try AskedRows.eval(["philosophy": AskedRows.rows("one", 12)], as: "a", in: folder)
            try AskedRows.eval(["philosophy": AskedRows.rows("one", 12)], as: "b", in: folder)
            let new = try Program.run(["results", "compare", "a", "b"], in: folder)
            for run in ["/a", "/b"] { try AskedRows.makeOld(folder + run) }
            let heading = "base of A, base of B: 24 questions evaluated by both\n"
            func compare() throws -> Program.Ending {
                try Program.run(["results", "compare", "a", "b"], in: folder)
            }
            // Both recorded the same prompts.
            let same = try compare()
            #expect(
                same.output
                    == heading
                    + "paired by place: answers have no content hashes, and the prompts are the same\n"
                    + new.output.dropFirst(heading.count), "\(same)")
            // Nothing is recorded of the one's prompts, but the right letters tell.
            try FileManager.default.removeItem(atPath: folder + "/b/checkpoint")
            let letters = try compare()
            #expect(
                letters.output.hasPrefix(
                    heading
                        + "paired by place: answers have no content hashes, and all right letters "
                        + "agree\n"), "\(letters)")
            #expect(try AskedRows.comparison("a", "b", in: folder).text("paired_by") == "place")
            // recompute and add read them as ever.
            let again = try Program.run(["results", "recompute", "a", "--check"], in: folder)
            #expect(again.status == 0, "\(again)")
            let added = try Program.run(["results", "add", "a", "--store", "s.sqlite"], in: folder)
            #expect(added.status == 0, "\(added.errors)")
            let stored = try StoredRun(folder + "/s.sqlite")
            #expect(
                try stored.store.answers(of: stored.run.id).allSatisfy { $0.questionHash == nil })
        }
    }

    @Test func `answers of earlier versions with other right letters are not compared`() throws {
        try Fixture.withTemporaryFolder { folder in
            try AskedRows.eval(["philosophy": AskedRows.rows("one", 12)], as: "a", in: folder)
            try AskedRows.eval(
                ["philosophy": AskedRows.rows("one", 12).reversed()], as: "b", in: folder)
            try AskedRows.makeOld(folder + "/a")
            for command in [["explain"], ["results", "compare"]] {
                let ending = try Program.run(command + ["a", "b"], in: folder)
                #expect(ending.status == 1 && ending.output == "")
                // A, C, D, B, A, D, B, A, C, D, B, A beside the same from its end.
                #expect(
                    ending.errors
                        == "Error: a, b: cannot be known to be on the same questions: answers have no "
                        + "content hashes, and of the questions 6 of the 12 at the same locations "
                        + "have another correct letter; results on the same questions, by this version, are "
                        + "needed\n")
            }
        }
    }

    @Test func `a run that an earlier version began ends with its questions' hashes known`() throws
    {
        try Fixture.withTemporaryFolder { folder in
            try AskedRows.eval(["philosophy": AskedRows.rows("one", 12)], as: "a", in: folder)
            try FileManager.default.copyItem(atPath: folder + "/a", toPath: folder + "/b")
            try AskedRows.makeOld(folder + "/b")
            // Stopped after five answers.
            let path = folder + "/b/answers.jsonl"
            let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            try (lines.prefix(5).joined(separator: "\n") + "\n").write(
                toFile: path, atomically: false, encoding: .utf8)
            let results = folder + "/b/results.json"
            let whole = try Data(contentsOf: URL(fileURLWithPath: results))
            try FileManager.default.removeItem(atPath: results)
            let ending = try Program.run(
                ["eval", "--resume", "b", "--store", "s.sqlite", "--quiet"], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: results)) == whole)
            let stored = try StoredRun(folder + "/s.sqlite")
            let answers = try stored.store.answers(of: stored.run.id)
            #expect(answers.count == 24 && answers.allSatisfy { $0.questionHash != nil })
        }
    }
}
