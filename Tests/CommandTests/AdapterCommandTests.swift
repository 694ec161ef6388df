import Foundation
import TestSupport
import Testing
import Torch

/// `merge`, `inspect` and `verify-adapter`, from outside.
@Suite struct AdapterCommandTests {
    private static let tiny = Fixture.golden + "/tiny"

    @Test func `merge writes a folder that the other commands use`() throws {
        try Fixture.withTemporaryFolder { folder in
            let merge = [
                "merge", "--model", Self.tiny + "/checkpoint", "--adapter", Self.tiny + "/adapter",
                "--output", "merged",
            ]
            let ending = try Program.run(merge, in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.output == "merged model: merged\n")
            let base = try Program.run(["inspect", Self.tiny + "/checkpoint"], in: folder)
            let merged = try Program.run(["inspect", "merged"], in: folder)
            #expect(merged.output == base.output)
            let again = try Program.run(merge, in: folder)
            #expect(again.status == 1)
            #expect(
                again.errors == "Error: merged: is in use: it holds 'config.json'; name a new or "
                    + "empty folder by --output\n")
        }
    }

    @Test func `inspect shows a checkpoint`() throws {
        let ending = try Program.run(
            ["inspect", Self.tiny + "/checkpoint"], in: NSTemporaryDirectory())
        #expect(ending.status == 0, "\(ending.errors)")
        let lines = ending.output.split(separator: "\n").map(String.init)
        #expect(lines.prefix(2) == ["family: qwen2", "architecture: Qwen2ForCausalLM"])
        #expect(
            lines.map { $0.prefix { $0 != ":" } } == [
                "family", "architecture", "layers", "width", "heads", "vocabulary", "context",
                "parameters", "dtype", "bytes", "cache", "adapter of rank 8 on V",
                "adapter of rank 8 on QKV", "adapter of rank 8 on QKVO", "adapter of rank 8 on all",
            ])
    }

    @Test func `inspect names another family and its scaling`() throws {
        try Fixture.withTemporaryFolder { folder in
            let layout = Fixture.golden + "/tiny-llama/checkpoint"
            let config = try String(contentsOfFile: layout + "/config.json", encoding: .utf8)
            try FileManager.default.copyItem(
                atPath: layout + "/model.safetensors", toPath: folder + "/model.safetensors")
            try (#"{"rope_scaling": {"type": "linear", "factor": 2.0},"# + config.dropFirst())
                .write(toFile: folder + "/config.json", atomically: false, encoding: .utf8)
            let lines = try Program.run(["inspect", folder], in: folder).output.split(
                separator: "\n")
            #expect(lines.first == "family: llama")
            #expect(lines.contains("context: 1024 tokens, rotary positions scaled by linear"))
        }
    }

    @Test func `inspect shows an adapter, and its share of a model`() throws {
        try Fixture.withTemporaryFolder { folder in
            let adapter = Self.tiny + "/adapter"
            let alone = try Program.run(["inspect", adapter], in: folder)
            #expect(alone.status == 0)
            #expect(
                alone.output.hasSuffix(
                    "trained on: checkpoint\ntrainable share: unknown; checkpoint: is not a model "
                        + "folder: there is no such folder; a folder with config.json and "
                        + "model.safetensors is needed\n"))
            let beside = try Program.run(["inspect", adapter], in: Self.tiny)
            let named = try Program.run(
                ["inspect", adapter, "--model", Self.tiny + "/checkpoint"], in: folder)
            #expect(named.output == beside.output)
            #expect(named.output.contains("targets: q_proj, k_proj, v_proj, o_proj\n"))
            let wrong = try Program.run(
                ["inspect", adapter, "--model", Fixture.pocket], in: folder)
            #expect(wrong.status == 1)
            #expect(
                wrong.errors.hasPrefix(
                    "\(adapter): names the base model 'checkpoint', and is put on"))
            #expect(wrong.lastError.hasPrefix("Error: \(adapter)/adapter_model.safetensors: "))
        }
    }

    @Test func `inspect says how many directions a trained change acts in`() throws {
        let job = try MainJob.shared()
        let ending = try Program.run(["inspect", "run/adapter"], in: job.folder)
        let line = try #require(
            ending.output.split(separator: "\n").first { $0.hasPrefix("change of ") })
        let pattern =
            /change of v: effective rank ([\d.]+) \(([\d.]+) to ([\d.]+)\), participation ratio .*, share of the first .*/
        let match = try #require(try pattern.wholeMatch(in: line), "\(line)")
        let (mean, least, most) = (Double(match.1), Double(match.2), Double(match.3))
        let values = try [#require(least), #require(mean), #require(most)]
        #expect(values == values.sorted() && values[0] >= 1 && values[2] <= 8)
    }

    @Test func `verify-adapter finds that merging changes no answer`() throws {
        let job = try MainJob.shared()
        let ending = try Program.run(
            ["verify-adapter", "--adapter", job.run + "/adapter", "--limit", "5", "--quiet"],
            in: NSTemporaryDirectory())
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(
            ending.output.contains(
                "0 of 20 answers differ, 0 by more than rounding; largest difference of a letter's "
                    + "log-probability "), "\(ending.output)")
    }

    @Test func `verify-adapter ends with 1 where merging loses the model's own weights`() throws {
        try Fixture.withTemporaryFolder { folder in
            let training = try Program.run(
                [
                    "train", "--target", "q,k", "--category", "humanities", "--max-steps", "2",
                    "--learning-rate", "0.02", "--no-eval", "--quiet", "--output", "run",
                ], in: folder)
            #expect(training.status == 0, "\(training.errors)")
            // Beside an adapter a hundred thousand times as strong, 16 bits hold nothing of the weights.
            let file = folder + "/run/adapter/adapter_config.json"
            let config = try String(contentsOfFile: file, encoding: .utf8)
            let strong = config.replacing("\"lora_alpha\" : 16,", with: "\"lora_alpha\" : 1e6,")
            try #require(strong != config)
            try strong.write(toFile: file, atomically: false, encoding: .utf8)
            try "limit: 20\ndtype: bf16\n".write(
                toFile: folder + "/c.yaml", atomically: false, encoding: .utf8)
            let ending = try Program.run(
                ["verify-adapter", "--adapter", "run/adapter", "--config", "c.yaml", "--quiet"],
                in: folder)
            #expect(ending.status == 1)
            #expect(ending.errors == "")
            let lines = ending.output.split(separator: "\n").map(String.init)
            let last = try #require(lines.last)
            #expect(last.hasPrefix("\(lines.count - 1) of 80 answers differ, "), "\(last)")
            #expect(!last.contains(" 0 by more than rounding"))
            #expect(last.hasSuffix(" nats in bfloat16"))
            for line in lines.dropLast() {
                let parts = line.split(separator: " ").map(String.init)
                #expect(parts.count == 12 && parts[1] == "row", "\(line)")
                #expect(parts[5] != parts[7], "\(line)")
            }
        }
    }

    @Test func `a model of the hub that was not fetched is refused with the command`() throws {
        let ending = try Program.run(
            ["inspect", "no-such-org/no-such-model"], in: NSTemporaryDirectory())
        #expect(ending.status == 1)
        #expect(
            ending.errors.hasSuffix("; fetch it by: hf download no-such-org/no-such-model\n"))
    }
}
