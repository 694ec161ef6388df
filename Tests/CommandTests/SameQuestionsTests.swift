import Foundation
import TestSupport
import Testing

/// Which questions of two results are compared: those of the same content, wherever they stand.
@Suite struct SameQuestionsTests {
    private typealias Row = (question: String, answer: String)

    /// Questions 0 to `count` of a subject; their right letters do not repeat in the order of the rows.
    private func rows(_ subject: String, _ count: Int) -> [Row] {
        (0..<count).map {
            ("which \($0) of \(subject)", ["A", "C", "D", "B", "A", "D", "B"][$0 % 7])
        }
    }

    /// Writes a folder in MMLU's layout, with five dev rows a subject, and asks the built-in model.
    private func eval(
        _ tests: [String: [Row]], as name: String, in folder: String, _ flags: [String] = []
    ) throws {
        func line(_ row: Row) -> String {
            let choices = ["red", "green", "blue", "grey"].map { "\($0) \(row.question.count)" }
            return ([row.question] + choices + [row.answer]).joined(separator: ",") + "\n"
        }
        for (subject, test) in tests {
            let dev = (0..<5).map { Row("shown \($0) of \(subject)", "B") }
            for (split, rows) in [("dev", dev), ("val", dev), ("test", test)] {
                let place = "\(folder)/data-\(name)/\(split)"
                try FileManager.default.createDirectory(
                    atPath: place, withIntermediateDirectories: true)
                try rows.map(line).joined().write(
                    toFile: "\(place)/\(subject)_\(split).csv", atomically: false, encoding: .utf8)
            }
        }
        let ending = try Program.run(
            [
                "eval", "--data", "data-\(name)", "--output", name, "--scoring", "letter",
                "--prompt", "hendrycks", "--shots", "0,2", "--store", "none", "--quiet",
            ] + flags, in: folder)
        try #require(ending.status == 0, "\(ending.errors)")
    }

    /// A run's answers without their content hashes, as versions before wrote them.
    private func makeOld(_ run: String) throws {
        let path = run + "/answers.jsonl"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let old = text.replacing(#/"question_hash": "[0-9a-f]{16}", /#, with: "")
        #expect(old != text && !old.contains("hash"))
        try old.write(toFile: path, atomically: false, encoding: .utf8)
    }

    private func comparison(_ a: String, _ b: String, in folder: String) throws -> [String: Any] {
        let ending = try Program.run(["explain", a, b, "--json"], in: folder)
        try #require(ending.status == 0, "\(ending.errors)")
        return try #require(try JSONText.object(ending.output).objects("answers").first)
    }

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
            try eval(
                ["philosophy": rows("one", 9), "virology": rows("two", 9)], as: "a", in: folder)
            let other = rows("one", 9).map { Row("not " + $0.question, $0.answer) }
            try eval(["philosophy": other], as: "b", in: folder)
            let job = try MainJob.shared()
            for command in [["explain"], ["results", "compare"]] {
                for flags in [[], ["--json"]] {
                    let ending = try Program.run(command + ["a", "b"] + flags, in: folder)
                    #expect(ending.status == 1 && ending.output == "")
                    #expect(
                        ending.errors
                            == "Error: a, b: no question of the one is a question of the other behind "
                            + "as many shots (A was asked 18 questions of 2 subjects behind 0, 2 "
                            + "shots, B 9 questions of 1 subject behind 0, 2 shots); results on the "
                            + "same questions are needed\n")
                }
                let world = try Program.run(
                    command + ["a", job.run, "--models", "base,base"], in: folder)
                #expect(world.status == 1 && world.output == "")
                #expect(
                    world.errors.contains(": no question of the one is a question of the other "))
            }
        }
    }

    @Test func `rows in another order are the same questions`() throws {
        try Fixture.withTemporaryFolder { folder in
            let tests = ["philosophy": rows("one", 15), "virology": rows("two", 10)]
            try eval(tests, as: "a", in: folder)
            try eval(tests.mapValues { $0.reversed() }, as: "b", in: folder)
            // The shots are the same: only the rows moved.
            let found = try comparison("a", "b", in: folder)
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
                text.output.hasPrefix("base of A, base of B: 50 questions asked of both\npoints"))
        }
    }

    @Test func `a partial overlap is counted and said, and compared alone`() throws {
        try Fixture.withTemporaryFolder { folder in
            try eval(["philosophy": rows("one", 20)], as: "a", in: folder)
            // Rows 15 to 19 of the first, behind others.
            let others = rows("other", 12) + rows("one", 20).suffix(5)
            try eval(["philosophy": others], as: "b", in: folder)
            let text = try Program.run(["results", "compare", "a", "b"], in: folder)
            #expect(
                text.output.hasPrefix(
                    "base of A, base of B: 10 questions asked of both, 30 only of A's, 24 only of B's\n"
                        + "5 of A's 20 and of B's 17 questions are the same; only these are compared\n"
                ), "\(text)")
            let found = try comparison("a", "b", in: folder)
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
            let all = rows("one", 10)
            try eval(["philosophy": all], as: "a", in: folder)
            try eval(["philosophy": all], as: "b", in: folder)
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
            #expect(try comparison("a", "b", in: folder).whole("questions_in_both") == 12)
        }
    }

    @Test func `another prompt and other shots are said and compared`() throws {
        try Fixture.withTemporaryFolder { folder in
            try eval(["philosophy": rows("one", 9)], as: "a", in: folder)
            try eval(
                ["philosophy": rows("one", 9)], as: "b", in: folder,
                ["--shot-order", "seeded", "--shot-seed", "1", "--prompt", "lm-eval"])
            let text = try Program.run(["results", "compare", "a", "b"], in: folder)
            #expect(text.status == 0)
            #expect(
                text.output.contains(
                    "\nasked otherwise: prompt (A \"hendrycks\", B \"lm-eval\"), shot-order (A "
                        + "\"first\", B \"seeded\"), shot-seed (A null, B 1), other shots in 1 subject; "
                        + "explain says more\n"), "\(text.output)")
        }
    }

    @Test func `answers of earlier versions are paired by place where that is sure`() throws {
        try Fixture.withTemporaryFolder { folder in
            try eval(["philosophy": rows("one", 12)], as: "a", in: folder)
            try eval(["philosophy": rows("one", 12)], as: "b", in: folder)
            let new = try Program.run(["results", "compare", "a", "b"], in: folder)
            for run in ["/a", "/b"] { try makeOld(folder + run) }
            let heading = "base of A, base of B: 24 questions asked of both\n"
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
            #expect(try comparison("a", "b", in: folder).text("paired_by") == "place")
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
            try eval(["philosophy": rows("one", 12)], as: "a", in: folder)
            try eval(["philosophy": rows("one", 12).reversed()], as: "b", in: folder)
            try makeOld(folder + "/a")
            for command in [["explain"], ["results", "compare"]] {
                let ending = try Program.run(command + ["a", "b"], in: folder)
                #expect(ending.status == 1 && ending.output == "")
                // A, C, D, B, A, D, B, A, C, D, B, A beside the same from its end.
                #expect(
                    ending.errors
                        == "Error: a, b: cannot be known to be on the same questions: answers have no "
                        + "content hashes, and of the questions 6 of the 12 in the same places have "
                        + "another right letter; results on the same questions, by this version, are "
                        + "needed\n")
            }
        }
    }

    @Test func `a run that an earlier version began ends with its questions' hashes known`() throws
    {
        try Fixture.withTemporaryFolder { folder in
            try eval(["philosophy": rows("one", 12)], as: "a", in: folder)
            try FileManager.default.copyItem(atPath: folder + "/a", toPath: folder + "/b")
            try makeOld(folder + "/b")
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
