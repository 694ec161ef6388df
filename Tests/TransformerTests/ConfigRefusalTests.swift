import Foundation
import TestSupport
import Testing
import Torch
import Transformer

/// Values of config.json that are refused.
@Suite struct ConfigRefusalTests {
    /// Expects that a golden checkpoint with other fields in its config.json is refused.
    private func expectRefusal(_ words: String, of name: String = "tiny", fields: String) throws {
        try Fixture.withTemporaryFolder { place in
            try withCopy(of: Fixture.golden + "/\(name)/checkpoint", in: place) { folder in
                let value = try JSONSerialization.jsonObject(with: Data(fields.utf8))
                let path = folder + "/config.json"
                try JSON.edit(path, #require(value as? [String: Any]))
                TestSupport.expectRefusal("\(path): \(words)") { try Checkpoint(folder: folder) }
            }
        }
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

    private static let families =
        "Qwen2ForCausalLM, Qwen3ForCausalLM, LlamaForCausalLM, MistralForCausalLM"

    private static let unread =
        "which is not implemented; a dense checkpoint in 16 or 32 bits is needed: download the one "
        + "that it was quantised from"

    static let changes: [Change] = [
        .init(
            "{\"architectures\": [\"GPT2LMHeadModel\"]}",
            "asks for architecture 'GPT2LMHeadModel', which is not implemented; one of "
                + "\(families) is needed"),
        .init(
            "{\"architectures\": null, \"model_type\": \"qwen4\"}",
            "names no architecture; 'architectures' is needed, one of \(families)"),
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
            "{\"transformers_weights\": \"other.safetensors\"}",
            "names its weights by 'transformers_weights', which is not implemented; weights in "
                + "model.safetensors, or in shards with an index, are needed"),
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
        try expectRefusal(change.words, fields: change.fields)
    }

    static let ropes: [Change] = [
        .init(
            "{\"rope_scaling\": {\"type\": \"longrope\", \"factor\": 4.0}}",
            "scales its rotary positions by 'longrope', which is not implemented; one of default, "
                + "linear, dynamic, llama3, yarn is needed"),
        .init("{\"rope_scaling\": \"yarn\"}", "has 'rope_scaling': yarn; an object is needed"),
        .init(
            "{\"rope_scaling\": {\"type\": 3}}", "has 'rope_scaling.type': 3; a name is needed"),
        .init(
            "{\"rope_scaling\": {\"type\": \"linear\"}}",
            "has no 'rope_scaling.factor'; its kind of scaling needs it"),
        .init(
            "{\"rope_scaling\": {\"type\": \"linear\", \"factor\": null}}",
            "has no 'rope_scaling.factor'; its kind of scaling needs it"),
        .init(
            "{\"rope_scaling\": {\"type\": \"yarn\"}}",
            "has no 'rope_scaling.factor'; its kind of scaling needs it"),
        .init(
            "{\"rope_parameters\": {\"rope_type\": \"linear\", \"factor\": \"2\"}}",
            "has 'factor': 2; a number above 0 is needed"),
        .init(
            "{\"rope_parameters\": {\"rope_type\": \"llama3\", \"factor\": 8.0}}",
            "has no 'rope_parameters.low_freq_factor'; its kind of scaling needs it"),
        .init(
            "{\"rope_parameters\": {\"rope_type\": \"llama3\", \"factor\": 8.0, "
                + "\"low_freq_factor\": 4.0, \"high_freq_factor\": 4.0}}",
            "has 'high_freq_factor': 4.0 and 'low_freq_factor': 4.0; the first must be the larger "
                + "one"),
        .init(
            "{\"rope_theta\": 1, \"rope_scaling\": {\"type\": \"yarn\", \"factor\": 2}}",
            "has 'rope_theta': 1.0; yarn needs more than 1"),
        .init(
            "{\"head_dim\": 2, \"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 2}}",
            "scales the rotary positions of heads of size 2 by 'dynamic'; heads of size 4 or more "
                + "are needed"),
        .init(
            "{\"rope_parameters\": {\"full_attention\": {\"rope_type\": \"default\"}}}",
            "has 'rope_parameters.full_attention', settings for some layers; one table for all "
                + "layers is needed"),
        .init(
            "{\"partial_rotary_factor\": 0.5}",
            "has a 'partial_rotary_factor' below 1, which is not implemented; a checkpoint whose "
                + "heads are rotated whole is needed"),
        .init(
            "{\"rope_parameters\": {\"rope_type\": \"default\", \"partial_rotary_factor\": 0.5}}",
            "has a 'partial_rotary_factor' below 1, which is not implemented; a checkpoint whose "
                + "heads are rotated whole is needed"),
    ]

    @Test(arguments: ropes)
    func `rotary settings that cannot be computed`(change: Change) throws {
        try expectRefusal(change.words, fields: change.fields)
    }

    /// The golden checkpoint has rope_theta 1e6, model_type qwen2 and a context of 512.
    static let disagreements: [Change] = [
        .init(
            "{\"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 5e5}}",
            "has 'rope_theta': 1000000.0 and 'rope_parameters.rope_theta': 500000.0; one value is "
                + "needed"),
        .init(
            "{\"rope_scaling\": {\"type\": \"linear\", \"rope_theta\": 1e4}}",
            "has 'rope_theta': 1000000.0 and 'rope_scaling.rope_theta': 10000.0; one value is "
                + "needed"),
        .init(
            "{\"rope_scaling\": {\"type\": \"linear\", \"factor\": 2}, "
                + "\"rope_parameters\": {\"rope_type\": \"linear\", \"factor\": 4}}",
            "has 'rope_scaling' and another 'rope_parameters'; one value is needed"),
        .init(
            "{\"rope_scaling\": {\"type\": \"linear\", \"rope_type\": \"dynamic\"}}",
            "has 'rope_scaling.rope_type': dynamic and 'rope_scaling.type': linear; one value is "
                + "needed"),
        .init(
            "{\"original_max_position_embeddings\": 64, \"rope_scaling\": {\"type\": \"yarn\", "
                + "\"factor\": 2, \"original_max_position_embeddings\": 128}}",
            "has 'original_max_position_embeddings': 64 and "
                + "'rope_scaling.original_max_position_embeddings': 128; one value is needed"),
        .init(
            "{\"architectures\": [\"LlamaForCausalLM\"]}",
            "has 'architectures': LlamaForCausalLM and 'model_type': qwen2; the two must name one "
                + "family"),
    ]

    @Test(arguments: disagreements)
    func `two values of one fact are refused by both names`(change: Change) throws {
        try expectRefusal(change.words, fields: change.fields)
    }

    @Test func `equal values in two places are one`() throws {
        let checkpoint = Fixture.golden + "/tiny/checkpoint"
        let plain = try Checkpoint(folder: checkpoint).configuration
        try Fixture.withTemporaryFolder { place in
            try withCopy(of: checkpoint, in: place) { folder in
                let path = folder + "/config.json"
                try JSON.edit(
                    path,
                    [
                        "rope_parameters": ["rope_type": "default", "rope_theta": 1e6],
                        "rope_scaling": ["type": "default", "rope_type": "default"],
                        "architectures": nil, "torch_dtype": nil, "dtype": "bfloat16",
                        "layer_types": ["full_attention", "full_attention"],
                    ])
                #expect(try Checkpoint(folder: folder).configuration == plain)
            }
        }
    }

    @Test func `a key given twice is refused`() throws {
        let checkpoint = Fixture.golden + "/tiny/checkpoint"
        try Fixture.withTemporaryFolder { place in
            try withCopy(of: checkpoint, in: place) { folder in
                let path = folder + "/config.json"
                let text = try String(contentsOfFile: path, encoding: .utf8)
                try ("{\"rope_theta\": 5, " + text.dropFirst()).write(
                    toFile: path, atomically: false, encoding: .utf8)
                TestSupport.expectRefusal(
                    "\(path): has two values of 'rope_theta'; one is needed"
                ) { try Checkpoint(folder: folder) }
            }
        }
    }

    private static let fullAttention = "a checkpoint with full attention is needed"

    private static func window(_ size: Int, of context: Int) -> String {
        "has a 'sliding_window' of \(size) tokens in a context of \(context), which is not "
            + "implemented; \(fullAttention), or 'max_position_embeddings' of at most \(size)"
    }

    @Test func `a window that would leave tokens out is refused`() throws {
        // Of two layers, the second has a window.
        try expectRefusal(
            Self.window(16, of: 512),
            fields: """
                {"use_sliding_window": true, "sliding_window": 16, "max_window_layers": 1}
                """)
        try expectRefusal(
            Self.window(16, of: 512), of: "tiny-qwen3",
            fields: """
                {"use_sliding_window": true, "sliding_window": 16,
                "layer_types": ["sliding_attention", "full_attention"]}
                """)
        try expectRefusal(
            Self.window(511, of: 512), of: "tiny-mistral", fields: "{\"sliding_window\": 511}")
        // The window is the sequences' limit with scaling too.
        try expectRefusal(
            Self.window(512, of: 1024), of: "tiny-mistral",
            fields: """
                {"sliding_window": 512, "rope_scaling": {"type": "dynamic", "factor": 2}}
                """)
    }

    @Test func `Mistral's window is 4096 where it is not given`() throws {
        try Fixture.withTemporaryFolder { place in
            try withCopy(of: Fixture.golden + "/tiny-mistral/checkpoint", in: place) { folder in
                let path = folder + "/config.json"
                try JSON.edit(path, ["sliding_window": nil, "max_position_embeddings": 4096])
                #expect(try Checkpoint(folder: folder).configuration.contextLength == 4096)
                try JSON.edit(path, ["max_position_embeddings": 4097])
                TestSupport.expectRefusal("\(path): " + Self.window(4096, of: 4097)) {
                    try Checkpoint(folder: folder)
                }
            }
        }
    }

    @Test func `layers of other kinds are refused`() throws {
        for name in ["tiny", "tiny-qwen3", "tiny-llama", "tiny-mistral"] {
            try expectRefusal(
                "has 'layer_types' with 'sliding_attention', which is not implemented; "
                    + Self.fullAttention, of: name,
                fields: "{\"layer_types\": [\"full_attention\", \"sliding_attention\"]}")
            try expectRefusal(
                "has 'layer_types' that are no list of 2 names; one name a layer is needed",
                of: name, fields: "{\"layer_types\": [\"full_attention\"]}")
        }
    }
}
