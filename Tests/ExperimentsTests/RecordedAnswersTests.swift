import Benchmarks
import Foundation
import TestSupport
import Testing
import Tracking

@testable import Evaluation
@testable import Experiments

@Suite struct RecordedAnswersTests {
    private func line(
        _ model: String = "base", scale: Double = 0, row: Int = 0, repetition: Int = 0,
        shots: Int = 0, chosen: String = "\"A\"", correct: Bool = true
    ) -> String {
        """
        {"model": "\(model)", "adapter_scale": \(scale), "subject": "philosophy", \
        "split": "test", "row": \(row), "shots": \(shots), "repeat": \(repetition), \
        "scoring": "generate", "prompt": "cot", "answer": "A", "chosen": \(chosen), \
        "correct": \(correct), "text": "x"}
        """
    }

    private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
        try Fixture.withTemporaryFolder { folder in
            try text.write(
                toFile: folder + "/answers.jsonl", atomically: false, encoding: .utf8)
            try body(folder)
        }
    }

    @Test func `models and scales are told apart, in the order in which they answer`() throws {
        let lines = [
            line(), line("adapted", scale: 0.25), line("adapted", scale: 0),
            line("adapted", scale: 0.25, row: 1, chosen: "null", correct: false),
        ]
        try withFile(lines.joined(separator: "\n") + "\n") { folder in
            let answers = try RecordedAnswers(folder: folder)
            #expect(
                answers.models == [.base, .adapted(scale: 0.25), .adapted(scale: 0)])
            #expect(answers[.adapted(scale: 0.25)].map(\.chosen) == [.a, nil])
            #expect(answers.scoring == .generate)
            #expect(answers.prompt == "cot")
            #expect(answers.incompleteCount == 0)
        }
    }

    @Test func `a torn last line is dropped, and its question with it`() throws {
        let lines = [
            line(), line(repetition: 1), line(row: 1),
            String(line(row: 1, repetition: 1).dropLast(9)),
        ]
        try withFile(lines.joined(separator: "\n")) { folder in
            let answers = try RecordedAnswers(folder: folder)
            #expect(answers[.base].map(\.question.row) == [0, 0])
            #expect(answers.incompleteCount == 1)
        }
    }

    @Test func `a file that an editor wrote again is read, with its line numbers`() throws {
        let text = "\u{feff}\(line())\r\n\r\n\(line(row: 1))\r\n"
        try withFile(text) { folder in
            let answers = try RecordedAnswers(folder: folder)
            #expect(answers[.base].map(\.question.row) == [0, 1])
        }
        try withFile(text + "{}\r\n") { folder in
            let words = refusal { try RecordedAnswers(folder: folder) }
            #expect(words?.contains("answers.jsonl, line 4: is no answer") == true)
        }
    }

    @Test func `a damaged line is refused by its number`() throws {
        let good = line()
        let bad = [
            good, "{}", line(row: 1).dropLast(3) + "", line(row: -1),
            line(row: 1, correct: false), line(row: 1, chosen: "\"B\""),
            line(row: 1).replacing("philosophy", with: "philosofy"),
            line(row: 1).replacing("\"generate\"", with: "\"letter\""),
            line("other", row: 1), line(scale: 1, row: 1),
            line(row: 1).replacing("\"text\": \"x\"", with: "\"logprobs\": [0, 1]"),
            line(row: 1).replacing("\"row\": 1", with: "\"row\": 1, \"question_hash\": \"ab\""),
        ]
        for line in bad {
            try withFile(good + "\n" + line + "\n") { folder in
                expectRefusal(
                    "\(folder)/answers.jsonl, line 2: is no answer like those before it, or is its "
                        + "question's second; restore the file as it was written, or remove the "
                        + "line"
                ) { try RecordedAnswers(folder: folder) }
            }
        }
    }

    @Test func `a question has one content hash, which any of its lines may tell`() throws {
        func hashed(_ line: String, _ hash: String) -> String {
            line.replacing("\"shots\"", with: "\"question_hash\": \"\(hash)\", \"shots\"")
        }
        let (one, other) = ("0123456789abcdef", "fedcba9876543210")
        let lines = [
            line(), line(row: 1), hashed(line("adapted", scale: 1), one),
            hashed(line("adapted", scale: 1, row: 1), other),
        ]
        try withFile(lines.joined(separator: "\n") + "\n") { folder in
            let answers = try RecordedAnswers(folder: folder)
            #expect(answers[.base].map(\.questionHash) == [one, other])
            #expect(answers[.adapted(scale: 1)].map(\.questionHash) == [one, other])
        }
        let torn = [hashed(line(), one), hashed(line(repetition: 1), other)]
        try withFile(torn.joined(separator: "\n") + "\n") { folder in
            expectRefusal(
                "\(folder)/answers.jsonl, line 2: is no answer like those before it, or is its "
                    + "question's second; restore the file as it was written, or remove the line"
            ) { try RecordedAnswers(folder: folder) }
        }
    }

    @Test func `a file without answers, and no file, are refused`() throws {
        for (text, words) in [("", "has no whole line"), ("{\"a\": 1}\n", "begins with no answer")]
        {
            try withFile(text) { folder in
                expectRefusal(
                    "\(folder)/answers.jsonl: \(words); a file that ft-mmlu wrote is needed"
                ) { try RecordedAnswers(folder: folder) }
            }
        }
        expectRefusal(
            "absent/answers.jsonl: cannot be read; the folder of a run that has answered is needed"
        ) { try RecordedAnswers(folder: "absent") }
    }

    @Test func `results that are not ours are not written over`() throws {
        try withFile(line() + "\n") { folder in
            let path = folder + "/results.json"
            try "{\"accuracy\": []}".write(toFile: path, atomically: false, encoding: .utf8)
            expectRefusal(
                "\(path): is no results.json; the file as ft-mmlu wrote it is needed"
            ) { try Recomputation(folder: folder) }
        }
    }

    @Test func `the category trained on comes from either kind of config.yaml`() throws {
        let lines = [
            line(), line(shots: 7), line("adapted", scale: 1), line("adapted", scale: 1, shots: 7),
        ]
        for (config, target) in [
            ("category: \"humanities\"\ncategories: \"stem\"\n", Benchmarks.Category.humanities),
            ("categories: \"stem\"\ntarget-category: \"other\"\n", .other),
            ("target-category: null\n", nil),
        ] {
            try withFile(lines.joined(separator: "\n") + "\n") { folder in
                try config.write(
                    toFile: folder + "/config.yaml", atomically: false, encoding: .utf8)
                let found = try Recomputation(folder: folder)
                let report = try #require(found.results.comparisons.first?.forgetting)
                #expect(report.target == target)
                #expect(!found.isComplete)
            }
        }
    }
}
