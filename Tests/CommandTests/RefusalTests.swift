import Foundation
import TestSupport
import Testing

/// Bad files: status 1, one line that says what was found and what would be right, nothing left.
@Suite struct RefusalTests {
    /// Runs in an empty folder after `prepare`; expects the refusal and no new file.
    ///
    /// - Parameter words: with the folder's path as F
    private func expectRefusal(
        _ words: String, _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation,
        prepare: (String) throws -> Void = { _ in }
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            try prepare(folder)
            let before = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
            let ending = try Program.run(arguments, in: folder)
            #expect(ending.status == 1, sourceLocation: sourceLocation)
            #expect(ending.output == "", sourceLocation: sourceLocation)
            #expect(
                ending.errors.replacing(folder, with: "F") == "Error: " + words + "\n",
                sourceLocation: sourceLocation)
            let after = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
            #expect(after == before, sourceLocation: sourceLocation)
        }
    }

    private let logits = [
        "logits", "--model", "m", "--examples", "x.jsonl", "--output", "o.safetensors",
    ]
    private static let checkpoint = Fixture.golden + "/tiny/checkpoint"

    /// A copy of the tiny checkpoint as `m`, and an example.
    private func copyModel(to folder: String) throws {
        try FileManager.default.copyItem(atPath: Self.checkpoint, toPath: folder + "/m")
        try "{\"input_ids\": [1, 2]}".write(
            toFile: folder + "/x.jsonl", atomically: false, encoding: .utf8)
    }

    private func changeConfig(_ folder: String, _ old: String, _ new: String) throws {
        try copyModel(to: folder)
        let path = folder + "/m/config.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let changed = text.replacing(old, with: new)
        #expect(changed != text)
        try changed.write(toFile: path, atomically: false, encoding: .utf8)
    }

    private func changeWeights(_ folder: String, _ change: (inout Data) throws -> Void) throws {
        try copyModel(to: folder)
        let url = URL(fileURLWithPath: folder + "/m/model.safetensors")
        var bytes = try Data(contentsOf: url)
        try change(&bytes)
        try bytes.write(to: url)
    }

    private func append(_ row: String, to path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try (text + row + "\n").write(toFile: path, atomically: false, encoding: .utf8)
    }

    @Test func `no such model folder`() throws {
        let remedy = "; a folder with config.json and model.safetensors is needed"
        try expectRefusal(
            "absent: is not a model folder: there is no such folder" + remedy,
            [
                "eval", "--model", "absent", "--data", Fixture.pocket + "/mmlu", "--limit", "1",
                "--output", "r",
            ])
        try expectRefusal(
            ".: is not a model folder: it has no config.json" + remedy,
            [
                "train", "--target", "V", "--category", "stem", "--model", ".", "--data",
                Fixture.pocket + "/mmlu", "--holdout", "5", "--output", "r",
            ])
    }

    @Test func `a config without a size has transformers' default`() throws {
        try expectRefusal(
            "m/model.safetensors: 'model.embed_tokens.weight' has shape [97, 64]; config.json asks "
                + "for [97, 4096]", logits
        ) { try changeConfig($0, "\"hidden_size\"", "\"hidden_sise\"") }
    }

    @Test func `an architecture that is not implemented`() throws {
        try expectRefusal(
            "m/config.json: asks for architecture 'Gemma2ForCausalLM', which is not implemented; "
                + "one of Qwen2ForCausalLM, Qwen3ForCausalLM, LlamaForCausalLM, MistralForCausalLM is "
                + "needed", logits
        ) { try changeConfig($0, "Qwen2ForCausalLM", "Gemma2ForCausalLM") }
    }

    @Test func `weights cut short`() throws {
        let whole = try Data(
            contentsOf: URL(fileURLWithPath: Self.checkpoint + "/model.safetensors"))
        try Fixture.withTemporaryFolder { folder in
            try changeWeights(folder) { $0.removeLast(100) }
            let ending = try Program.run(logits, in: folder)
            #expect(ending.status == 1)
            #expect(ending.firstError.hasPrefix("Error: m/model.safetensors: says of tensor '"))
            #expect(
                ending.firstError.hasSuffix(
                    " lie outside the file; a whole safetensors file is needed"))
            #expect(!FileManager.default.fileExists(atPath: folder + "/o.safetensors"))
        }
        try expectRefusal(
            "m/model.safetensors: has 5 bytes, too few for a header; a whole safetensors file is "
                + "needed", logits
        ) { try changeWeights($0) { $0 = $0.prefix(5) } }
        try expectRefusal(
            "m/model.safetensors: has \(whole.count + 1) bytes, its tensors end at \(whole.count); "
                + "a whole safetensors file is needed", logits
        ) { try changeWeights($0) { $0.append(0) } }
    }

    @Test func `weights that lie about their header`() throws {
        let whole = try Data(
            contentsOf: URL(fileURLWithPath: Self.checkpoint + "/model.safetensors"))
        try expectRefusal(
            "m/model.safetensors: declares a header of 18446744073709551615 bytes in a file of "
                + "\(whole.count) bytes; a whole safetensors file is needed", logits
        ) {
            try changeWeights($0) {
                $0.replaceSubrange(0..<8, with: Data(repeating: 255, count: 8))
            }
        }
        try expectRefusal(
            "m/model.safetensors: has a header that is not a JSON object; a whole safetensors file "
                + "is needed", logits
        ) { try changeWeights($0) { $0[8] = UInt8(ascii: "?") } }
    }

    @Test func `weights of another shape than the config's`() throws {
        try expectRefusal(
            "m/model.safetensors: 'model.embed_tokens.weight' has shape [97, 64]; config.json asks "
                + "for [98, 64]", logits
        ) { try changeConfig($0, "\"vocab_size\": 97", "\"vocab_size\": 98") }
    }

    @Test func `an adapter for another model`() throws {
        try expectRefusal(
            "A/adapter_model.safetensors: 'base_model.model.model.layers.0.self_attn.q_proj."
                + "lora_A.weight' has shape [8, 64]; a rank-8 adapter needs [8, 128]",
            [
                "eval", "--adapter", "A", "--limit", "1", "--categories", "stem", "--output", "r",
                "--quiet",
            ]
        ) {
            try FileManager.default.copyItem(
                atPath: Fixture.golden + "/tiny/adapter", toPath: $0 + "/A")
        }
    }

    @Test func `no questions`() throws {
        try expectRefusal(
            "F/d: has no folder dev, val or test; MMLU's files are needed, such as "
                + "test/philosophy_test.csv",
            ["eval", "--data", "d", "--output", "r"]
        ) {
            try FileManager.default.createDirectory(
                atPath: $0 + "/d", withIntermediateDirectories: true)
        }
    }

    @Test func `a missing file of questions`() throws {
        try expectRefusal(
            "F/d/dev/philosophy_dev.csv: is not there, or cannot be read; the dev questions of "
                + "philosophy are needed",
            ["eval", "--data", "d", "--shots", "1", "--output", "r"]
        ) {
            try QuestionFolder.write(tests: ["philosophy": 4], to: $0 + "/d")
            try FileManager.default.removeItem(atPath: $0 + "/d/dev/philosophy_dev.csv")
        }
    }

    @Test func `a row of five fields`() throws {
        try expectRefusal(
            "F/d/test/philosophy_test.csv, row 5: found 5 fields; six fields are needed, without a "
                + "header: question, four choices and a letter from A to D",
            ["eval", "--data", "d", "--output", "r"]
        ) {
            try QuestionFolder.write(tests: ["philosophy": 4], to: $0 + "/d")
            try append("what,a,b,c,D", to: $0 + "/d/test/philosophy_test.csv")
        }
    }

    @Test(arguments: ["train", "eval"])
    func `a run folder in use`(command: String) throws {
        let training = ["--target", "V", "--category", "stem"]
        try expectRefusal(
            "r: is in use: it holds 'notes.txt'; name a new or empty folder by --output",
            [command, "--output", "r"] + (command == "train" ? training : [])
        ) {
            try FileManager.default.createDirectory(
                atPath: $0 + "/r", withIntermediateDirectories: true)
            try "x".write(toFile: $0 + "/r/notes.txt", atomically: false, encoding: .utf8)
        }
    }

    @Test func `a folder that is no adapter`() throws {
        try expectRefusal(
            "absent: is not an adapter folder: it has no adapter_config.json; a folder that "
                + "ft-mmlu train or PEFT wrote is needed",
            ["eval", "--adapter", "absent", "--limit", "1", "--output", "r"])
    }

    @Test func `more for training than there is`() throws {
        try expectRefusal(
            "\(Fixture.pocket)/mmlu: has 560 stem test questions; a holdout of 561 needs as many",
            ["train", "--target", "V", "--category", "stem", "--holdout", "561", "--output", "r"])
    }
}
