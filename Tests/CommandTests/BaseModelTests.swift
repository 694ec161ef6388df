import Foundation
import TestSupport
import Testing
import Torch

/// An adapter on another model than it was trained on: told of in every command, an error under
/// `--strict`.
@Suite struct BaseModelTests {
    private static let tiny = Fixture.golden + "/tiny"

    /// Token ids, and an adapter in PEFT's format that names another model than the tiny checkpoint.
    private func withNamedAdapter(_ body: (String) throws -> Void) throws {
        try Fixture.withTemporaryFolder { folder in
            try FileManager.default.copyItem(atPath: Self.tiny + "/adapter", toPath: folder + "/a")
            let path = folder + "/a/adapter_config.json"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let other = text.replacing("\": \"checkpoint\"", with: "\": \"Qwen/Qwen2.5-0.5B\"")
            try #require(other != text)
            try other.write(toFile: path, atomically: false, encoding: .utf8)
            try "{\"input_ids\": [5, 6, 7, 8]}\n".write(
                toFile: folder + "/x.jsonl", atomically: false, encoding: .utf8)
            try body(folder)
        }
    }

    @Test(arguments: [
        ["logits", "--examples", "x.jsonl", "--adapter", "a", "--output", "o"],
        ["merge", "--adapter", "a", "--output", "o"],
        ["inspect", "a"],
        [
            "train", "--init-adapter", "a", "--examples", "x.jsonl", "--max-steps", "1",
            "--learning-rate", "0.01", "--warmup-steps", "0", "--output", "o",
        ],
    ])
    func `an adapter that names another model is told of, and refused under strict`(
        arguments: [String]
    ) throws {
        try withNamedAdapter { folder in
            let model = Self.tiny + "/checkpoint"
            let command = arguments + ["--model", model]
            let words =
                "a: names the base model 'Qwen/Qwen2.5-0.5B', and is put on \(model); the model "
                + "that it was trained on is needed"
            let strict = try Program.run(command + ["--strict"], in: folder)
            #expect(strict.status == 1)
            #expect(strict.output == "")
            #expect(strict.lastError == "Error: " + words)
            #expect(!FileManager.default.fileExists(atPath: folder + "/o"))
            let ending = try Program.run(command, in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.errors.contains(words + "; --strict stops here\n"), "\(ending.errors)")
            // The one that it names is told of in no command.
            let right = try Program.run(
                command.map { $0 == "a" ? Self.tiny + "/adapter" : $0 == "o" ? "p" : $0 }
                    + ["--strict"], in: folder)
            // The tiny random model has a first loss above ln(vocabulary), which --strict refuses too.
            #expect(right.status == 0 || right.lastError.contains("the first loss"))
            #expect(!right.errors.contains("base model"), "\(right.errors)")
        }
    }

    private let asking = ["--limit", "1", "--categories", "stem", "--prompt", "hendrycks"]

    @Test func `our own adapters know the weights that they were trained on`() throws {
        let job = try MainJob.shared()
        let adapter = job.run + "/adapter"
        let seen = try JSONText.file(adapter + "/trained_questions.json")
        #expect(seen.text("base_model_checksum")?.count == 64)
        try Fixture.withTemporaryFolder { folder in
            // The same weights in a folder of another name, and others in one of the same name.
            try ChangedModel.write(to: folder + "/elsewhere")
            try ChangedModel.write(to: folder + "/x/pocket") { tensors in
                let name = "model.layers.1.mlp.up_proj.weight"
                let weight = try #require(tensors[name]).copied()
                try weight.narrowed(to: 0..<1).fill(0.5)
                tensors[name] = weight
            }
            let commands = [
                ["eval", "--shots", "0", "--output", "o"] + asking + ChangedModel.data,
                ["verify-adapter"] + asking + ChangedModel.data,
                ["merge", "--output", "o"],
                [
                    "rationales", "--teacher", "self", "--category", "stem", "--holdout", "8",
                    "--shots", "0", "--prompt", "plain-cot", "--limit", "1", "--max-new-tokens",
                    "2", "--output", "o",
                ] + ChangedModel.data,
            ]
            for command in commands {
                func run(_ model: String, _ more: [String]) throws -> Program.Ending {
                    try? FileManager.default.removeItem(atPath: folder + "/o")
                    return try Program.run(
                        command + ["--adapter", adapter, "--model", model] + more, in: folder)
                }
                let same = try run("elsewhere", ["--strict"])
                #expect(same.status == 0 && !same.errors.contains("trained on"), "\(same.errors)")
                let words =
                    "\(adapter): was trained on other weights than those of x/pocket; it calls its "
                    + "base model '\(Fixture.pocket)'; the model that it was trained on is needed"
                let other = try run("x/pocket", [])
                #expect(other.status == 0, "\(other.errors)")
                #expect(other.errors.contains(words + "; --strict stops here\n"), "\(other.errors)")
                let strict = try run("x/pocket", ["--strict"])
                #expect(strict.status == 1)
                #expect(strict.lastError == "Error: " + words)
                #expect(!FileManager.default.fileExists(atPath: folder + "/o/config.yaml"))
            }
        }
    }

    @Test func `the built-in model's own adapters are told of nowhere`() throws {
        let job = try MainJob.shared()
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                ["eval", "--adapter", job.run + "/adapter", "--shots", "0", "--output", "r"]
                    + asking + ["--strict"], in: folder)
            #expect(ending.status == 0)
            #expect(!ending.errors.contains("trained on"), "\(ending.errors)")
            let settings = try JSONText.file(folder + "/r/results.json")["settings"]
            #expect((settings as? [String: Any])?["strict"] as? Bool == true)
            // A file says it as the flag does.
            try ChangedModel.write(to: folder + "/m") { tensors in
                let name = "model.norm.weight"
                tensors[name] = try #require(tensors[name]) * 1.5
            }
            try "strict: true\n".write(
                toFile: folder + "/c.yaml", atomically: false, encoding: .utf8)
            let strict = try Program.run(
                [
                    "eval", "--adapter", job.run + "/adapter", "--shots", "0", "--output", "s",
                    "--model", "m", "--config", "c.yaml",
                ] + asking + ChangedModel.data, in: folder)
            #expect(strict.status == 1)
            #expect(strict.lastError.contains(": was trained on other weights than those of m; "))
        }
    }
}
