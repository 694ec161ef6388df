import Foundation
import TestSupport
import Testing
import Torch

/// Token ids that the model has no row for: found before anything runs, with the place.
@Suite struct VocabularyTests {
    private static let checkpoint = Fixture.golden + "/tiny/checkpoint"
    private static let tail = "; the model has rows for 97 tokens, counted from 0\n"

    /// Ten lines of token ids that are right, and one behind them that is not.
    private func write(_ last: String, to folder: String) throws {
        let good = String(repeating: "{\"input_ids\": [5, 6, 7, 8]}\n", count: 10)
        try (good + last + "\n").write(
            toFile: folder + "/x.jsonl", atomically: false, encoding: .utf8)
    }

    @Test(arguments: [
        ("{\"input_ids\": [5, 97]}", "97"), ("{\"input_ids\": [-1, 5]}", "-1"),
        ("{\"input_ids\": [5, 6], \"few_shot\": {\"input_ids\": [5, 2000]}}", "2000"),
    ])
    func `examples are looked at before the first step`(line: String, token: String) throws {
        for command in [
            ["train", "--model", Self.checkpoint, "--target", "V", "--output", "r"],
            ["logits", "--model", Self.checkpoint, "--output", "r"],
            ["bench", "train", "--shape", Self.checkpoint],
        ] {
            try Fixture.withTemporaryFolder { folder in
                try write(line, to: folder)
                let ending = try Program.run(command + ["--examples", "x.jsonl"], in: folder)
                #expect(ending.status == 1)
                #expect(ending.output == "")
                #expect(ending.errors == "Error: x.jsonl, line 11: has token \(token)\(Self.tail)")
                #expect(!FileManager.default.fileExists(atPath: folder + "/r"))
            }
        }
    }

    @Test func `a benchmark's prompts are looked at too`() throws {
        try Fixture.withTemporaryFolder { folder in
            try write("{\"input_ids\": [96, 97]}", to: folder)
            let ending = try Program.run(
                ["bench", "eval", "--shape", Self.checkpoint, "--prompts", "x.jsonl"], in: folder)
            #expect(ending.status == 1)
            #expect(ending.errors == "Error: x.jsonl, line 11: has token 97\(Self.tail)")
            let ids = (0..<513).map { "\($0 % 97)" }.joined(separator: ", ")
            try write("{\"input_ids\": [\(ids)]}", to: folder)
            let long = try Program.run(
                ["bench", "eval", "--shape", Self.checkpoint, "--prompts", "x.jsonl"], in: folder)
            #expect(long.status == 1)
            #expect(
                long.errors
                    == "Error: x.jsonl, line 11: has 513 input_ids; the model has room for 512\n")
        }
    }

    private let asking =
        ["--model", "m", "--categories", "stem", "--limit", "3", "--quiet", "--output", "r"]
        + ChangedModel.data

    @Test(arguments: [
        ["eval", "--prompt", "hendrycks", "--shots", "0"],
        ["eval", "--prompt", "continuation", "--shots", "0"],
        ["eval", "--prompt", "plain-cot", "--shots", "1"],
    ])
    func `a prompt of a larger tokenizer is refused by subject and row`(
        arguments: [String]
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            try ChangedModel.writeCut(to: folder + "/m", rows: 300)
            let ending = try Program.run(arguments + asking, in: folder)
            #expect(ending.status == 1)
            let found = try #require(
                ending.lastError.groups(
                    of: "Error: the ([01])-shot prompt of [a-z_]+ test row [0-9]+ has token "
                        + "([0-9]+); the model has rows for 300 tokens: the tokenizer of this "
                        + "checkpoint is needed"), "\(ending.errors)")
            #expect(arguments.last == found[0])
            #expect((Int(found[1]) ?? 0) >= 300)
            #expect(!FileManager.default.fileExists(atPath: folder + "/r"))
        }
    }

    @Test func `a training question of a larger tokenizer is refused by subject and row`() throws {
        try Fixture.withTemporaryFolder { folder in
            try ChangedModel.writeCut(to: folder + "/m", rows: 300)
            let ending = try Program.run(
                [
                    "train", "--target", "V", "--category", "stem", "--holdout", "8", "--prompt",
                    "hendrycks", "--no-eval",
                ] + asking, in: folder)
            #expect(ending.status == 1)
            #expect(
                ending.lastError.groups(
                    of: "Error: training on [a-z_]+ test row [0-9]+: its prompt and target have "
                        + "token [0-9]+; the model has rows for 300 tokens: the tokenizer of this "
                        + "checkpoint is needed") != nil, "\(ending.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder + "/r"))
        }
    }

    @Test func `pieces that no text has are told of, and harm nothing`() throws {
        try Fixture.withTemporaryFolder { folder in
            try ChangedModel.write(to: folder + "/m")
            try "{\"<extra>\": 991}".write(
                toFile: folder + "/m/added_tokens.json", atomically: false, encoding: .utf8)
            try QuestionFolder.write(tests: ["philosophy": 3], to: folder + "/d")
            let command = [
                "eval", "--model", "m", "--data", "d", "--prompt", "hendrycks", "--shots", "0",
            ]
            let ending = try Program.run(command + ["--output", "r"], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(
                ending.errors.contains(
                    "the tokenizer has 992 pieces, the model rows for 991 tokens: a text with "
                        + "another token is refused\n"), "\(ending.errors)")
            let path = folder + "/d/test/philosophy_test.csv"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try text.replacing("red 1", with: "red<extra>").write(
                toFile: path, atomically: false, encoding: .utf8)
            let refused = try Program.run(command + ["--output", "s"], in: folder)
            #expect(refused.status == 1)
            #expect(
                refused.lastError == "Error: the 0-shot prompt of philosophy test row 1 has token "
                    + "991; the model has rows for 991 tokens: the tokenizer of this checkpoint is "
                    + "needed")
            #expect(!FileManager.default.fileExists(atPath: folder + "/s"))
            let whole = try Program.run(
                [
                    "eval", "--prompt", "hendrycks", "--shots", "0", "--limit", "1", "--output",
                    "w",
                ], in: folder)
            #expect(whole.status == 0 && !whole.errors.contains("pieces"), "\(whole.errors)")
        }
    }
}
