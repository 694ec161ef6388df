import Foundation
import TestSupport
import Testing
import Torch
import Transformer

/// Model folders that do not fit.
@Suite struct CheckpointRefusalTests {
    /// Expects that a changed copy of a golden checkpoint is refused.
    ///
    /// - Parameter file: what the message names, below the folder
    private func expectRefusal(
        _ file: String, _ words: String, of name: String = "tiny",
        _ change: (String) throws -> Void
    ) throws {
        try Fixture.withTemporaryFolder { place in
            try withCopy(of: Fixture.golden + "/\(name)/checkpoint", in: place) { folder in
                try change(folder)
                TestSupport.expectRefusal("\(folder)\(file): \(words)") {
                    try Checkpoint(folder: folder).load(dtype: .float32, device: .cpu)
                }
            }
        }
    }

    private static let needed = "a folder with config.json and model.safetensors is needed"

    @Test func `no such folder, or a file in its place`() throws {
        try Fixture.withTemporaryFolder { folder in
            let weights = folder + "/file"
            try SafetensorsFile.write(["a": try Tensor([Float(1)])], to: weights)
            for (path, words) in [
                (folder + "/none", "there is no such folder"), (weights, "it is a file"),
            ] {
                TestSupport.expectRefusal(
                    "\(path): is not a model folder: \(words); \(Self.needed)"
                ) { try Checkpoint(folder: path) }
            }
        }
    }

    @Test func `no config.json`() throws {
        try expectRefusal("", "is not a model folder: it has no config.json; \(Self.needed)") {
            try FileManager.default.removeItem(atPath: $0 + "/config.json")
        }
    }

    @Test func `a config.json that is no JSON object`() throws {
        for (text, words) in [
            ("[1]", "is not a JSON object"),
            ("{\"a\"", "is not a JSON object: line 1, column 5: a colon is missing"),
            (
                "{\n  \"rms_norm_eps\": NaN\n}",
                "is not a JSON object: line 2, column 19: NaN is no number in JSON; a finite number "
                    + "or null is needed"
            ),
        ] {
            try expectRefusal("/config.json", words) {
                try AtomicFile.write(text, to: $0 + "/config.json")
            }
        }
    }

    @Test(arguments: [
        "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads",
        "intermediate_size", "rms_norm_eps", "rope_theta", "max_position_embeddings",
    ])
    func `a config.json without a needed field`(field: String) throws {
        try expectRefusal(
            "/config.json", "has no '\(field)'; a checkpoint of this family needs it"
        ) { try JSON.edit($0 + "/config.json", [field: nil]) }
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let fields: String
        let words: String
        var testDescription: String { fields }

        init(_ fields: String, _ words: String) {
            self.fields = fields
            self.words = words
        }
    }

    private static let families = "Qwen2ForCausalLM, Qwen3ForCausalLM, LlamaForCausalLM"

    private static let unread =
        "which is not implemented; a dense checkpoint in 16 or 32 bits is needed: download the one "
        + "that it was quantised from"

    static let changes: [Change] = [
        .init(
            "{\"architectures\": [\"GPT2LMHeadModel\"]}",
            "asks for architecture 'GPT2LMHeadModel', which is not implemented; one of "
                + "\(families) is needed"),
        .init(
            "{\"architectures\": null}",
            "names no architecture; 'architectures' is needed, one of \(families)"),
        .init(
            "{\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4.0}}",
            "scales its rotary positions by 'yarn', which is not implemented; a checkpoint with "
                + "rope type 'default' is needed"),
        .init(
            "{\"rope_parameters\": {\"rope_type\": \"llama3\", \"rope_theta\": 5e5}}",
            "scales its rotary positions by 'llama3', which is not implemented; a checkpoint with "
                + "rope type 'default' is needed"),
        .init(
            "{\"use_sliding_window\": true}",
            "switches on 'use_sliding_window', which is not implemented; a checkpoint with full "
                + "attention is needed"),
        .init(
            "{\"attention_bias\": true}",
            "switches on 'attention_bias', which is not implemented for this family; a checkpoint "
                + "without it is needed"),
        .init(
            "{\"architectures\": [\"LlamaForCausalLM\"], \"mlp_bias\": true}",
            "switches on 'mlp_bias', which is not implemented; a checkpoint without biases in the "
                + "feed-forward is needed"),
        .init(
            "{\"quantization_config\": {\"bits\": 4}}",
            "has weights quantised by an unnamed method to 4 bits, \(unread)"),
        .init(
            "{\"quantization_config\": {\"quant_method\": \"gptq\", \"bits\": 4}}",
            "has weights quantised by gptq to 4 bits, \(unread)"),
        .init(
            "{\"quantization_config\": {\"load_in_8bit\": true}}",
            "has weights quantised by bitsandbytes to 8 bits, \(unread)"),
        .init(
            "{\"quantization\": {\"group_size\": 64, \"bits\": 4}}",
            "has weights quantised by MLX to 4 bits, \(unread)"),
        .init(
            "{\"num_experts\": 8}",
            "has 'num_experts', which is not implemented; a dense checkpoint in 16 or 32 bits is needed"
        ),
        .init(
            "{\"hidden_size\": 9223372036854775807}",
            "has 'hidden_size': 9223372036854775807; a whole number from 1 is needed"),
        .init(
            "{\"intermediate_size\": 1e12}",
            "has 'intermediate_size': 1000000000000; at most 4000000 is possible"),
        .init("{\"hidden_act\": \"gelu\"}", "has 'hidden_act': gelu; silu is needed"),
        .init(
            "{\"hidden_size\": 0}", "has 'hidden_size': 0; a whole number from 1 is needed"),
        .init(
            "{\"num_hidden_layers\": \"2\"}",
            "has 'num_hidden_layers': 2; a whole number from 1 is needed"),
        .init("{\"rms_norm_eps\": 2}", "has 'rms_norm_eps': 2; at most 1.0 is possible"),
        .init(
            "{\"rope_theta\": 1e30}", "has 'rope_theta': 1e+30; at most 1000000000000.0 is possible"
        ),
        .init("{\"rms_norm_eps\": -1}", "has 'rms_norm_eps': -1; a number above 0 is needed"),
        .init(
            "{\"tie_word_embeddings\": \"yes\"}",
            "has 'tie_word_embeddings': yes; true or false is needed"),
        .init(
            "{\"num_key_value_heads\": 3}",
            "has 4 heads over 3 key heads of size 16; key heads must divide heads and a head's "
                + "size must be even"),
        .init(
            "{\"torch_dtype\": \"int8\"}",
            "is stored as 'int8'; float32, bfloat16 or float16 is needed"),
    ]

    @Test(arguments: changes)
    func `a config.json that asks for something else`(change: Change) throws {
        try expectRefusal("/config.json", change.words) { folder in
            let fields = try #require(
                try JSONSerialization.jsonObject(with: Data(change.fields.utf8)) as? [String: Any])
            try JSON.edit(folder + "/config.json", fields)
        }
    }

    private static let norm = "model.norm.weight"

    @Test func `a missing tensor`() throws {
        try expectRefusal("", "has no tensor '\(Self.norm)'; the model needs it with shape [64]") {
            try SafetensorsFile.edit($0 + "/model.safetensors") { $0[Self.norm] = nil }
        }
    }

    @Test func `as many layers as no memory holds`() throws {
        let missing = "model.layers.2.input_layernorm.weight"
        try expectRefusal("", "has no tensor '\(missing)'; the model needs it with shape [64]") {
            try JSON.edit($0 + "/config.json", ["num_hidden_layers": 10_000])
        }
    }

    @Test func `a tensor of another shape`() throws {
        let name = "model.layers.1.self_attn.k_proj.weight"
        for shape in [[64, 32], [32, 32]] {
            try expectRefusal(
                "/model.safetensors", "'\(name)' has shape \(shape); config.json asks for [32, 64]"
            ) {
                try SafetensorsFile.edit($0 + "/model.safetensors") {
                    $0[name] = try .zeros(shape: shape)
                }
            }
        }
    }

    @Test func `a tensor of whole numbers`() throws {
        try expectRefusal(
            "/model.safetensors",
            "'\(Self.norm)' is stored as int8; a floating-point type is needed"
        ) {
            try SafetensorsFile.edit($0 + "/model.safetensors") {
                $0[Self.norm] = try .zeros(shape: [64], dtype: .int8)
            }
        }
    }

    @Test func `tensors that nothing asks for`() throws {
        let remedy = "the model that config.json describes has no place for it"
        try expectRefusal("/model.safetensors", "has tensor 'a.weight' and 1 more; \(remedy)") {
            try SafetensorsFile.edit($0 + "/model.safetensors") {
                $0["b.weight"] = try .zeros(shape: [1])
                $0["a.weight"] = try .zeros(shape: [1])
            }
        }
        // A layer too few in config.json must not leave weights unread.
        try expectRefusal(
            "/model.safetensors",
            "has tensor 'model.layers.1.input_layernorm.weight' and 11 more; \(remedy)"
        ) { try JSON.edit($0 + "/config.json", ["num_hidden_layers": 1]) }
    }
}
