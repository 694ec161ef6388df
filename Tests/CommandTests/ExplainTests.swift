import Foundation
import TestSupport
import Testing

/// `explain`, from outside.
@Suite struct ExplainTests {
    /// Answers of two runs of one question each behind 0 shots and of two behind 1; in brackets the
    /// base model's letters.
    private func write(
        _ letters: String, settings: String, shotRow: Int, to folder: String
    ) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try """
        {
          "settings": {\(settings)},
          "versions": {"ft-mmlu": "0.1.0", "libtorch": "2.11.0"},
          "device": "cpu",
          "prompt_hash": "aa",
          "shots": {"0": {"philosophy": []}, "1": {"philosophy": [{"split": "dev", "row": \(shotRow)}]}},
          "accuracy": [
            {"model": "base", "adapter_scale": 0.0}
          ]
        }

        """.write(toFile: folder + "/results.json", atomically: false, encoding: .utf8)
        let lines = letters.split(separator: " ").enumerated().map { row, given in
            given.enumerated().map { number, letter in
                """
                {"model": "base", "adapter_scale": 0.0, "subject": "philosophy", "split": "test", \
                "row": \(row), "question_hash": "000000000000000\(row)", "shots": 1, "repeat": \(number), "scoring": "generate", \
                "prompt": "cot", "answer": "A", \
                "chosen": \(letter == "." ? "null" : "\"\(letter)\""), \
                "correct": \(letter == "A"), "text": ""}

                """
            }.joined()
        }
        try lines.joined().write(
            toFile: folder + "/answers.jsonl", atomically: false, encoding: .utf8)
    }

    @Test func `it says what was set otherwise and which answers changed`() throws {
        try Fixture.withTemporaryFolder { folder in
            try write(
                "AA AB BB CC AA", settings: "\"seed\": 0, \"top-k\": 20", shotRow: 3,
                to: folder + "/a")
            try write(
                "BA AA B. CC", settings: "\"seed\": 1, \"top-k\": 20, \"new\": null", shotRow: 4,
                to: folder + "/b")
            let ending = try Program.run(["explain", "a", "b/results.json"], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            let lines = ending.output.split(separator: "\n", omittingEmptySubsequences: false)
                .map { $0.split(separator: " ").joined(separator: " ") }
            #expect(
                lines == [
                    "A: a", "B: b/results.json", "", "set or found otherwise:", "seed: A 0 B 1",
                    "new: A says nothing B null",
                    "1 shots of philosophy: A dev 3 B dev 4", "",
                    "base of A, base of B: 4 questions evaluated by both, 1 only of A's, 0 only of B's",
                    "4 of A's 5 and of B's 4 questions are the same; only these are compared",
                    "points 1-shot difference 95 % interval p drop > 2",
                    // One lost and one gained half a question each.
                    "Human. 0.0 [-48.6, +48.6] 1.000 n too small",
                    "All 0.0 [-48.6, +48.6] 1.000 n too small", "",
                    "95 %: Tango's interval, by question; p: of no change; drop > 2: whether a drop "
                        + "beyond 2 points is excluded at 0.05. p and drop are adjusted over the "
                        + "categories with as many shots (Holm); All is a summary.",
                    "3 questions answered otherwise: 1 from right to wrong, 1 from wrong to right, "
                        + "1 neither",
                    "philosophy test 0 1-shot AA -> BA right A",
                    "philosophy test 1 1-shot AB -> AA right A",
                    "philosophy test 2 1-shot BB -> B. right A", "",
                ])
            let short = try Program.run(["explain", "a", "b", "--limit", "1"], in: folder)
            #expect(short.output.contains("\n  and 2 more; --limit shows more\n"))
            let json = try Program.run(["explain", "a", "b", "--json"], in: folder)
            let file = try JSONText.object(json.output)
            #expect(
                file.objects("differences").compactMap { $0.text("name") }
                    .sorted() == ["1 shots of philosophy", "new", "seed"])
            let answers = try #require(file.objects("answers").first)
            #expect(answers.whole("questions_in_both") == 4)
            #expect(answers.whole("only_in_first") == 1)
            #expect(answers.whole("questions_of_first") == 5)
            #expect(answers.whole("questions_of_second") == 4)
            #expect(answers.text("paired_by") == "content")
            #expect(
                answers.objects("changes").compactMap { $0.text("effect") }
                    == ["lost", "gained", "neither"])
            #expect(
                answers.objects("changes")[2]["second"] as? [AnyHashable]
                    == ["B", NSNull()])
        }
    }

    @Test func `the same results are the same`() throws {
        try Fixture.withTemporaryFolder { folder in
            try write("AA AB", settings: "", shotRow: 1, to: folder + "/a")
            try write("AA AB", settings: "", shotRow: 1, to: folder + "/b")
            let ending = try Program.run(["explain", "a", "b"], in: folder)
            #expect(ending.status == 0)
            #expect(
                ending.output.contains("\nsettings, versions, prompt and shots are the same\n"))
            #expect(
                ending.output.hasSuffix(
                    "\n0 questions answered otherwise: 0 from right to wrong, 0 from wrong to "
                        + "right, 0 neither\n"))
        }
    }

    @Test func `other data are told from other answers`() throws {
        try Fixture.withTemporaryFolder { folder in
            try write("AA AB", settings: "", shotRow: 1, to: folder + "/a")
            try write("AA AB", settings: "", shotRow: 1, to: folder + "/b")
            let path = folder + "/b/answers.jsonl"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try text.replacing("\"row\": 0", with: "\"row\": 0, \"x\": 0")
                .replacing(
                    "\"answer\": \"A\", \"chosen\": \"A\", \"correct\": true",
                    with: "\"answer\": \"C\", \"chosen\": \"A\", \"correct\": false"
                )
                .write(toFile: path, atomically: false, encoding: .utf8)
            let ending = try Program.run(["explain", "a", "b"], in: folder)
            #expect(
                ending.output.contains(
                    "\n2 of these have another right letter: the data differ\n"), "\(ending)")
            try FileManager.default.removeItem(atPath: path)
            let without = try Program.run(["explain", "a", "b"], in: folder)
            #expect(
                without.output.hasSuffix(
                    "\nanswers.jsonl is not beside both: answers cannot be compared\n"))
            let compared = try Program.run(["results", "compare", "a", "b"], in: folder)
            #expect(compared.status == 1)
            #expect(
                compared.errors
                    == "Error: a, b: have not both answers to compare; an answers.jsonl beside each "
                    + "results.json is needed\n")
        }
    }

    @Test func `a run named twice compares base and adapted`() throws {
        let job = try MainJob.shared()
        let ending = try Program.run(["explain", "run", "run", "--limit", "0"], in: job.folder)
        #expect(ending.status == 0)
        #expect(
            ending.output.contains(
                "\nbase of A, adapted of B: 24 questions evaluated by both, 0 only of A's, 0 only of "
                    + "B's\n"))
        let named = try Program.run(
            ["explain", "run", "run", "--limit", "0", "--models", "base,adapted@1.0"],
            in: job.folder)
        #expect(named.output == ending.output)
    }

    @Test func `what cannot be compared is refused`() throws {
        try Fixture.withTemporaryFolder { folder in
            try write("AA AB", settings: "", shotRow: 1, to: folder + "/a")
            func expect(_ arguments: [String], _ status: Int32, _ words: String) throws {
                let ending = try Program.run(["explain"] + arguments, in: folder)
                #expect(ending.status == status)
                #expect(ending.errors == "Error: " + words + "\n")
                #expect(ending.output == "")
            }
            try expect(
                ["a", "absent"], 1,
                "absent: cannot be read; a results.json, or the folder of a complete run, is needed"
            )
            try expect(
                ["a/answers.jsonl", "a"], 1,
                "a/answers.jsonl: is no results.json: line 2, column 1: more text follows the value; "
                    + "the file as ft-mmlu wrote it is needed")
            try expect(
                ["a", "a", "--models", "base,adapted@0.5"], 64,
                "--models: a has no adapted × 0.5; it has base")
            try expect(
                ["a", "a", "--models", "base"], 64,
                "--models base: two of base, adapted and adapted@SCALE, joined by a comma, are "
                    + "needed")
            try expect(
                ["a", "a"], 64,
                "a has only base; there is no second model to set beside it")
        }
    }
}
