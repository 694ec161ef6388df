import Foundation
import TestSupport
import Testing

@testable import Tracking

/// Which questions of two results are compared: those of the same content, wherever they stand.
@Suite struct SameQuestionsTests {
    @Test func `each answer is stored with its question's content hash`() throws {
        let job = try MainJob.shared()
        var byPlace: [String: Set<String>] = [:]
        for line in try JSONText.lines(job.run + "/answers.jsonl") {
            let hash = try #require(line.text("question_hash"))
            #expect(hash.wholeMatch(of: /[0-9a-f]{16}/) != nil)
            let place = "\(line.text("subject") ?? "") \(line.whole("row") ?? -1)"
            byPlace[place, default: []].insert(hash)
        }
        #expect(byPlace.values.allSatisfy { $0.count == 1 })
        #expect(Set(byPlace.values).count == byPlace.count)
        let stored = try StoredRun(job.folder + "/runs/results.sqlite")
        for answer in try stored.store.answers(of: stored.run.id) {
            #expect(byPlace["\(answer.subject) \(answer.row)"] == [answer.questionHash ?? ""])
        }
    }

    @Test func `two worlds without a common question are not compared`() throws {
        try Fixture.withTemporaryFolder { folder in
            // In the same places as the built-in world's, and with as many choices.
            try AskedRows.eval(
                ["philosophy": AskedRows.rows("one", 9), "virology": AskedRows.rows("two", 9)],
                as: "a", in: folder)
            let other = AskedRows.rows("one", 9).map {
                AskedRows.Row("not " + $0.question, $0.answer)
            }
            try AskedRows.eval(["philosophy": other], as: "b", in: folder)
            let job = try MainJob.shared()
            for command in [["explain"], ["results", "compare"]] {
                for flags in [[], ["--json"]] {
                    let ending = try Program.run(command + ["a", "b"] + flags, in: folder)
                    #expect(ending.status == 1 && ending.output == "")
                    #expect(
                        ending.errors
                            == "Error: a, b: have no question that both models answered with as many "
                            + "shots (A: 18 questions of 2 subjects with 0, 2 shots, B: 9 questions "
                            + "of 1 subject with 0, 2 shots); results on the same questions are "
                            + "needed\n")
                }
                let world = try Program.run(
                    command + ["a", job.run, "--models", "base,base"], in: folder)
                #expect(world.status == 1 && world.output == "")
                #expect(
                    world.errors.contains(
                        ": have no question that both models answered with as many "))
            }
        }
    }

    @Test func `rows in another order are the same questions`() throws {
        try Fixture.withTemporaryFolder { folder in
            let tests = [
                "philosophy": AskedRows.rows("one", 15), "virology": AskedRows.rows("two", 10),
            ]
            try AskedRows.eval(tests, as: "a", in: folder)
            try AskedRows.eval(tests.mapValues { $0.reversed() }, as: "b", in: folder)
            // The shots are the same: only the rows moved.
            let found = try AskedRows.comparison("a", "b", in: folder)
            #expect(found.whole("questions_in_both") == 50)
            #expect(found.whole("only_in_first") == 0 && found.whole("only_in_second") == 0)
            #expect(found.whole("other_right_letter") == 0)
            #expect(found.objects("changes").isEmpty)
            for row in found.objects("comparison") {
                #expect(row.number("difference") == 0)
                #expect(row.whole("gained") == 0 && row.whole("lost") == 0)
            }
            let text = try Program.run(["results", "compare", "a", "b"], in: folder)
            #expect(
                text.output.hasPrefix(
                    "base of A, base of B: 50 questions evaluated by both\npoints"))
        }
    }

    @Test func `a partial overlap is counted and said, and compared alone`() throws {
        try Fixture.withTemporaryFolder { folder in
            try AskedRows.eval(["philosophy": AskedRows.rows("one", 20)], as: "a", in: folder)
            // Rows 15 to 19 of the first, behind others.
            let others = AskedRows.rows("other", 12) + AskedRows.rows("one", 20).suffix(5)
            try AskedRows.eval(["philosophy": others], as: "b", in: folder)
            let text = try Program.run(["results", "compare", "a", "b"], in: folder)
            #expect(
                text.output.hasPrefix(
                    "base of A, base of B: 10 questions evaluated by both, 30 only of A's, 24 only of B's\n"
                        + "5 of A's 20 and of B's 17 questions are the same; only these are compared\n"
                ), "\(text)")
            let found = try AskedRows.comparison("a", "b", in: folder)
            #expect(found.whole("questions_in_both") == 10)
            #expect(found.whole("questions_of_first") == 40)
            #expect(found.whole("questions_of_second") == 34)
            let row = try #require(found.objects("comparison").first)
            #expect(row.whole("questions") == 5)
            #expect(row.whole("questions_of_first") == 20)
            #expect(row.whole("questions_of_second") == 17)
            #expect(row.text("paired_by") == "content")
        }
    }

    @Test func `the same questions with their choices moved are others`() throws {
        try Fixture.withTemporaryFolder { folder in
            let all = AskedRows.rows("one", 10)
            try AskedRows.eval(["philosophy": all], as: "a", in: folder)
            try AskedRows.eval(["philosophy": all], as: "b", in: folder)
            // As if run b had read its last four questions with other choices.
            let path = folder + "/data-b/test/philosophy_test.csv"
            var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
                .map(String.init)
            for index in 6..<10 {
                lines[index] = lines[index].replacing("red", with: "x").replacing(
                    "grey", with: "red")
            }
            try (lines.joined(separator: "\n") + "\n").write(
                toFile: path, atomically: false, encoding: .utf8)
            try FileManager.default.removeItem(atPath: folder + "/b")
            let again = try Program.run(
                [
                    "eval", "--config", "a/config.yaml", "--data", "data-b", "--output", "b",
                    "--quiet",
                ],
                in: folder)
            try #require(again.status == 0, "\(again.errors)")
            #expect(try AskedRows.comparison("a", "b", in: folder).whole("questions_in_both") == 12)
        }
    }

    @Test func `another prompt and other shots are said and compared`() throws {
        try Fixture.withTemporaryFolder { folder in
            try AskedRows.eval(["philosophy": AskedRows.rows("one", 9)], as: "a", in: folder)
            try AskedRows.eval(
                ["philosophy": AskedRows.rows("one", 9)], as: "b", in: folder,
                ["--shot-order", "seeded", "--shot-seed", "1", "--prompt", "lm-eval"])
            let text = try Program.run(["results", "compare", "a", "b"], in: folder)
            #expect(text.status == 0)
            #expect(
                text.output.contains(
                    "\nevaluated otherwise: prompt (A \"hendrycks\", B \"lm-eval\"), shot-order (A "
                        + "\"first\", B \"seeded\"), shot-seed (A null, B 1), other shots in 1 subject; "
                        + "explain says more\n"), "\(text.output)")
        }
    }

    @Test func `shots in the same rows with other words are said`() throws {
        try Fixture.withTemporaryFolder { folder in
            let asked = ["philosophy": AskedRows.rows("one", 9)]
            try AskedRows.eval(asked, as: "a", in: folder)
            try AskedRows.eval(asked, as: "b", in: folder)
            func explain() throws -> String {
                try Program.run(["explain", "a", "b"], in: folder).output
            }
            #expect(try !explain().contains("checksum"))
            let path = folder + "/data-b/dev/philosophy_dev.csv"
            try String(contentsOfFile: path, encoding: .utf8).replacing("shown", with: "seen")
                .write(toFile: path, atomically: false, encoding: .utf8)
            try FileManager.default.removeItem(atPath: folder + "/b")
            let again = try Program.run(
                [
                    "eval", "--config", "a/config.yaml", "--data", "data-b", "--output", "b",
                    "--quiet",
                ],
                in: folder)
            try #require(again.status == 0, "\(again.errors)")
            let text = try explain()
            #expect(text.contains(/\n  checksum of all prompts: +A [0-9a-f]{16}  B [0-9a-f]{16}\n/))
            #expect(
                text.contains(
                    "18 questions evaluated by both, 0 only of A's, 0 only of B's\npoints"))
        }
    }

    @Test func `a table of a study leaves out differences over other questions, and says so`()
        throws
    {
        try Fixture.withTemporaryFolder { folder in
            let store = try Store(folder + "/s.sqlite")
            // Over all of its questions the third would be 100 points better than the base model; in
            // the two that both were asked it is as good.
            for (family, hashes, correct) in [
                ("Base model", ["a", "b"], [false, false]), ("ZS on Q", ["c", "d"], [true, true]),
                ("ZS on V", ["e", "b", "a"], [true, false, false]),
            ] {
                let isBase = family == "Base model"
                var run = RunEntry(
                    id: UUID().uuidString.lowercased(), command: isBase ? "eval" : "train",
                    folder: "/runs/\(family)", startedAt: Date(), model: "small",
                    settings: #"{"seed": 0, "target": "\#(family)"}"#, inputs: "{}",
                    programVersion: "0.1.0", libtorchVersion: "2.11.0")
                run.study = "s"
                run.cell = family
                run.family = family
                run.role = isBase ? "base" : "report"
                try store.begin(run)
                let answers = hashes.indices.map { row in
                    var answer = AnswerRecord(
                        model: isBase ? "base" : "adapted", adapterScale: isBase ? 0 : 1,
                        subject: "virology", split: "test", row: row, shots: 0, repeat: 0,
                        scoring: "letter", answer: "B", chosen: correct[row] ? "B" : "A",
                        correct: correct[row], category: "other")
                    answer.questionHash = hashes[row]
                    return answer
                }
                try store.append(answers, to: run.id)
                try store.finish(run: run.id)
            }
            let table = try Program.run(
                ["results", "table", "--study", "s", "--store", "s.sqlite", "--format", "json"],
                in: folder)
            #expect(table.status == 0, "\(table.errors)")
            let file = try JSONText.object(table.output)
            let rows = file.objects("rows")
            #expect(rows.compactMap { $0.text("name") } == ["Base model", "ZS on Q", "ZS on V"])
            #expect(rows[1]["differences"] as? [NSNull] == [NSNull()])
            #expect(rows[2].objects("differences").first?.number("mean") == 0)
            #expect(rows[2].objects("pairing").first?.whole("paired") == 2)
            #expect(
                file.text("caption")?.hasSuffix(
                    " ZS on Q, 0-shot: no difference, as none of its 2 and the base model's 2 questions "
                        + "are the same. ZS on V, 0-shot: differences are over the 2 questions that are "
                        + "the same of its 3 and the base model's 2.") == true, "\(file)")
        }
    }
}
