import Foundation
import TestSupport
import Testing
import Torch

/// Options of `train` on the tiny random checkpoint, seen in what the program writes.
@Suite struct TrainOptionTests {
    /// Trains on four examples; the lines of metrics.jsonl and the adapter's tensors by name.
    private func train(
        _ flags: [String]
    ) throws -> (steps: [[String: Any]], adapter: [String: [Float]], config: [String: Any]) {
        try Fixture.withTemporaryFolder { folder in
            let lines = (0..<4).map { index in
                let tokens = (0..<(4 + 3 * index)).map { "\(($0 * 7 + index * 11) % 97)" }
                return "{\"input_ids\": [\(tokens.joined(separator: ", "))]}\n"
            }
            try lines.joined().write(
                toFile: folder + "/x.jsonl", atomically: false, encoding: .utf8)
            var words = [
                "train", "--model", Fixture.golden + "/tiny/checkpoint", "--examples", "x.jsonl",
                "--batch-size", "4", "--epochs", "8", "--dtype", "fp32", "--learning-rate", "0.01",
                "--output", "r", "--quiet",
            ]
            if !flags.contains("--target") { words += ["--target", "V"] }
            let ending = try Program.run(words + flags, in: folder)
            try #require(ending.status == 0, "\(ending.errors)")
            let file = try SafetensorsFile(path: folder + "/r/adapter/adapter_model.safetensors")
            return (
                try JSONText.lines(folder + "/r/metrics.jsonl"),
                try Dictionary(
                    uniqueKeysWithValues: file.entries.keys.map {
                        ($0, try file.tensor($0).floats())
                    }),
                try JSONText.file(folder + "/r/adapter/adapter_config.json")
            )
        }
    }

    private func rates(_ flags: [String]) throws -> [Double] {
        try train(flags).steps.compactMap { $0.number("learning_rate") }
    }

    @Test func `each projection by its letter, and several by a list`() throws {
        for (word, names) in [
            ("q", ["q_proj"]), ("k", ["k_proj"]), ("v", ["v_proj"]), ("o", ["o_proj"]),
            ("gate", ["gate_proj"]), ("up", ["up_proj"]), ("down", ["down_proj"]),
            ("QKV", ["q_proj", "k_proj", "v_proj"]), ("q,gate", ["q_proj", "gate_proj"]),
        ] {
            let (_, adapter, config) = try train(["--target", word, "--max-steps", "2"])
            #expect(config["target_modules"] as? [String] == names)
            #expect(adapter.keys.allSatisfy { key in names.contains { key.contains(".\($0).") } })
        }
    }

    @Test func `the rate follows its schedule from the warm-up on`() throws {
        // Eight steps; a ratio of 0.25 warms up for two.
        func near(_ found: [Double], _ expected: [Double]) -> Bool {
            found.count == 8 && zip(found, expected).allSatisfy { abs($0 - 0.01 * $1) < 1e-12 }
        }
        let up = [0, 0.5]
        #expect(
            near(
                try rates(["--schedule", "linear", "--warmup-ratio", "0.25"]),
                up + [1, 5.0 / 6, 4.0 / 6, 0.5, 2.0 / 6, 1.0 / 6]))
        #expect(
            near(
                try rates(["--schedule", "constant", "--warmup-steps", "2"]),
                up + [1, 1, 1, 1, 1, 1]))
        let cosine = (0..<6).map { 0.5 * (1 + cos(Double.pi * Double($0) / 6)) }
        #expect(near(try rates(["--warmup-steps", "2"]), up + cosine))
    }

    @Test func `rank, alpha and rsLoRA stand in PEFT's file`() throws {
        let (_, adapter, config) = try train(
            ["--rank", "4", "--alpha", "6", "--rslora", "--max-steps", "2"])
        #expect(config.whole("r") == 4)
        #expect(config.number("lora_alpha") == 6)
        #expect(config["use_rslora"] as? Bool == true)
        let name = "base_model.model.model.layers.0.self_attn.v_proj.lora_A.weight"
        #expect((adapter[name]?.count ?? 0) % 4 == 0)
        // 12 / 4 = 6 / √4
        let plain = try train(["--rank", "4", "--alpha", "12", "--max-steps", "3"])
        let stable = try train(["--rank", "4", "--alpha", "6", "--rslora", "--max-steps", "3"])
        #expect(
            stable.steps.map { $0.number("loss") } == plain.steps.map { $0.number("loss") })
    }

    @Test func `decay shrinks and clipping limits`() throws {
        let constant = ["--schedule", "constant", "--warmup-steps", "0", "--max-steps", "1"]
        let plain = try train(constant).adapter
        let decayed = try train(constant + ["--weight-decay", "0.5"]).adapter
        for (name, values) in plain where name.contains("lora_A") {
            // B is zero, so that A has no gradient yet: 1 - 0.01 · 0.5 of each element is left.
            let found = try #require(decayed[name])
            #expect(zip(found, values).allSatisfy { abs($0 - 0.995 * $1) < 1e-7 })
        }
        // AdamW's first step is blind to a common factor, the second one is not.
        let two = Array(constant.dropLast()) + ["3"]
        let free = try train(two + ["--max-grad-norm", "0"])
        let clipped = try train(two + ["--max-grad-norm", "1e-3"])
        #expect(free.steps[0].number("grad_norm") == clipped.steps[0].number("grad_norm"))
        #expect(free.adapter != clipped.adapter)
    }

    @Test func `dropout is drawn by the seed, in training only`() throws {
        let flags = ["--seed", "5"]
        let dropout = flags + ["--lora-dropout", "0.5"]
        let first = try train(dropout)
        #expect(first.config.number("lora_dropout") == 0.5)
        #expect(try train(dropout).adapter == first.adapter)
        let whole = try train(flags)
        #expect(whole.adapter != first.adapter)
        #expect(whole.config.number("lora_dropout") == 0)
        // Until B has moved the adapter adds nothing.
        #expect(first.steps[0].number("loss") == whole.steps[0].number("loss"))
        #expect(first.steps.last?.number("loss") != whole.steps.last?.number("loss"))
    }

    /// The gates of the golden runs: losses to 2e-5, the adapter to 1e-4.
    @Test func `the budget of a pass changes nothing but the last bits`() throws {
        let whole = try train(["--target", "QKVO"])
        #expect(try train(["--target", "QKVO"]).adapter == whole.adapter)
        let cut = try train(["--target", "QKVO", "--batch-tokens", "8"])
        for (one, other) in zip(cut.steps, whole.steps) {
            let difference = try #require(one.number("loss")) - #require(other.number("loss"))
            #expect(abs(difference) <= 2e-5)
            #expect(one.whole("tokens") == 4 + 7 + 10 + 13)
        }
        for (name, values) in whole.adapter {
            let found = try #require(cut.adapter[name])
            #expect(zip(found, values).allSatisfy { abs($0 - $1) <= 1e-4 }, "\(name)")
        }
    }
}
