import Basics
import Foundation
import TestSupport
import Testing
import Torch

/// Numbers that mean nothing, whether a flag or a file gives them: status 64, before anything runs.
@Suite struct NumberFlagTests {
    private static let train = ["train", "--target", "V", "--category", "stem"]
    private static let sweep = ["sweep", "--targets", "V", "--category", "stem"]
    private static let pretrain = ["pocket", "pretrain", "--world", "w"]

    @Test(arguments: [
        (
            ["eval"], "top-p", ["0", "-0.1", "1.1", "nan"],
            "a number above 0.0, up to 1.0, is needed"
        ),
        (["eval"], "top-k", ["-1", "0.5", "nan"], "a whole number from 0 is needed"),
        (["eval"], "temperature", ["-1", "nan", "inf"], "a number from 0.0 is needed"),
        (
            ["eval"], "repetition-penalty", ["0", "-1", "nan", "inf"],
            "a number from 0.01 to 100.0 is needed"
        ),
        (train, "learning-rate", ["-1e-4", "nan", "inf"], "a number from 0.0 is needed"),
        (train, "alpha", ["0", "-16", "nan", "inf"], "a number above 0.0 is needed"),
        (train, "lora-dropout", ["1", "-0.1", "nan"], "a number from 0.0 to 0.999 is needed"),
        (train, "few-shot-weight", ["-1", "nan", "inf"], "a number from 0.0 is needed"),
        (train, "warmup-ratio", ["1.5", "-0.1", "nan"], "a number from 0.0 to 1.0 is needed"),
        (train, "warmup-steps", ["-1", "nan"], "a whole number from 0 is needed"),
        (train, "weight-decay", ["-0.1", "nan", "inf"], "a number from 0.0 is needed"),
        (train, "max-grad-norm", ["-1", "nan", "inf"], "a number from 0.0 is needed"),
        (["eval"], "temperature", ["1e7", "1e300"], "at most 1000000.0 is possible"),
        (train, "learning-rate", ["101", "1e30"], "at most 100.0 is possible"),
        (train, "alpha", ["1e7", "1e30"], "at most 1000000.0 is possible"),
        (train, "few-shot-weight", ["1e7"], "at most 1000000.0 is possible"),
        (sweep, "learning-rates", ["1e-3,1e3"], "at most 100.0 is possible"),
        (sweep, "few-shot-weights", ["1,1e30"], "at most 1000000.0 is possible"),
        (
            sweep, "learning-rates", ["nan", "1e-3,-1"],
            "a number from 0.0 is needed"
        ),
        (
            sweep, "few-shot-weights", ["nan", "inf"],
            "a number from 0.0 is needed"
        ),
    ])
    func `a number that means nothing is refused`(
        command: [String], flag: String, values: [String], words: String
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            for value in values {
                let given = try Program.run(command + ["--\(flag)=\(value)"], in: folder)
                #expect(given.status == 64)
                #expect(given.errors == "Error: --\(flag) \(value): \(words)\n")
                try "\(flag): \"\(value)\"\n".write(
                    toFile: folder + "/c.yaml", atomically: false, encoding: .utf8)
                let read = try Program.run(command + ["--config", "c.yaml"], in: folder)
                #expect(read.status == 64)
                #expect(read.errors == "Error: c.yaml: \(flag) \(value): \(words)\n")
                // YAML has words of its own for them.
                guard ["nan", "inf"].contains(value) else { continue }
                try "\(flag): .\(value)\n".write(
                    toFile: folder + "/c.yaml", atomically: false, encoding: .utf8)
                let word = try Program.run(command + ["--config", "c.yaml"], in: folder)
                #expect(word.status == 64)
                #expect(word.errors == "Error: c.yaml: \(flag) .\(value): \(words)\n")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["c.yaml"])
        }
    }

    @Test func `numbers that no setting holds are looked at too`() throws {
        for (arguments, words) in [
            (
                ["eval", "--adapter", "a", "--adapter-scale", "nan"],
                "--adapter-scale nan: a number from -1000.0 to 1000.0 is needed"
            ),
            (
                ["eval", "--adapter", "a", "--adapter-scale", "0.5,inf"],
                "--adapter-scale 0.5,inf: a number from -1000.0 to 1000.0 is needed"
            ),
            (
                Self.pretrain + ["--learning-rate", "nan"],
                "--learning-rate nan: a finite number above 0 is needed"
            ),
            (
                Self.pretrain + ["--learning-rate", "0"],
                "--learning-rate 0.0: a finite number above 0 is needed"
            ),
            (Self.pretrain + ["--threads", "0"], "--threads 0: at least 1 is needed"),
            (
                ["rationales", "--teacher", "self", "--category", "stem", "--top-p", "0"],
                "--top-p 0: a number above 0.0, up to 1.0, is needed"
            ),
        ] {
            let ending = try Program.run(arguments, in: NSTemporaryDirectory())
            #expect(ending.status == 64)
            #expect(ending.firstError == "Error: " + words)
        }
    }

    @Test(arguments: [["--limit=8", "--limit", "0"], ["--limit", "8", "--limit=0"]])
    func `of a flag that is given again the last value counts`(flags: [String]) throws {
        let ending = try Fixture.withTemporaryFolder {
            try Program.run(["eval"] + flags, in: $0)
        }
        #expect(ending.status == 64)
        #expect(ending.firstError == "Error: --limit 0: a whole number from 1 is needed")
    }

    /// Both files of the same subject: no bytes, and line breaks alone.
    @Test(arguments: ["", "\n\r\n"])
    func `a subject whose file has no question is an error in each split that is read`(
        text: String
    ) throws {
        for (split, flags) in [
            ("test", ["--shots", "0"]), ("dev", ["--shots", "1"]),
            ("val", ["--shots", "0", "--split", "val"]),
        ] {
            try Fixture.withTemporaryFolder { folder in
                try QuestionFolder.write(
                    tests: ["philosophy": 4, "astronomy": 4], to: folder + "/d")
                let path = "d/\(split)/philosophy_\(split).csv"
                try text.write(
                    toFile: folder + "/" + path, atomically: false, encoding: .utf8)
                let command = ["eval", "--data", "d", "--output", "r", "--quiet"]
                let ending = try Program.run(command + flags, in: folder)
                #expect(ending.status == 1)
                let words =
                    text.isEmpty
                    ? "is empty; a CSV file is needed: copy or download the file again"
                    : "has no rows; the \(split) questions of philosophy are needed, or no such file"
                #expect(
                    ending.errors.replacing(folder, with: "F") == "Error: F/\(path): \(words)\n")
                #expect(!FileManager.default.fileExists(atPath: folder + "/r"))
                // What is not read is no error.
                guard split == "dev" else { return }
                let without = try Program.run(command + ["--shots", "0"], in: folder)
                #expect(without.status == 0, "\(without.errors)")
            }
        }
    }

    @Test func `a model whose logits are all equal has learnt nothing`() throws {
        try Fixture.withTemporaryFolder { folder in
            try ChangedModel.write(to: folder + "/m") { tensors in
                let name = "model.norm.weight"
                tensors[name] = try #require(tensors[name]) * 1e-8
            }
            let ending = try Program.run(
                [
                    "train", "--target", "V", "--category", "stem", "--holdout", "8",
                    "--batch-size", "4", "--max-steps", "2", "--warmup-steps", "0", "--prompt",
                    "hendrycks", "--limit", "2", "--shots", "0", "--quiet", "--model", "m",
                    "--output", "r", "--store", "s.sqlite",
                ] + ChangedModel.data, in: folder)
            #expect(ending.status == 1)
            #expect(
                ending.errors
                    == "Error: after step 1 the logits of all tokens are equal (to 0.0001) "
                    + "at every target: the model has collapsed, and answers nothing; a lower "
                    + "--learning-rate, or another checkpoint, is needed\n")
            #expect(!FileManager.default.fileExists(atPath: folder + "/r/adapter"))
            #expect(!FileManager.default.fileExists(atPath: folder + "/r/results.json"))
            #expect(try StoredRun(folder + "/s.sqlite").run.state == .failed)
            let again = try Program.run(["train", "--resume", "r", "--quiet"], in: folder)
            #expect(again.status == 1)
            #expect(again.errors == ending.errors)
        }
    }
}
