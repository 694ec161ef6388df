import Foundation
import TestSupport
import Testing
import Torch
import Transformer

/// Adapter folders that do not fit.
@Suite struct AdapterRefusalTests {
    private static let tiny = Fixture.golden + "/tiny"
    private static let key = "base_model.model.model.layers.1.self_attn.v_proj.lora_B.weight"

    /// Expects that a changed copy of the golden adapter is refused, and that the model keeps the
    /// adapters that it had.
    private func expectRefusal(
        _ file: String, _ words: String, _ change: (String) throws -> Void
    ) throws {
        let decoder = try Checkpoint(folder: Self.tiny + "/checkpoint").load(
            dtype: .float32, device: .cpu)
        try decoder.attachAdapters(
            LoRASettings(targets: [.down], rank: 1), using: Generator(seed: 1))
        try Fixture.withTemporaryFolder { place in
            try withCopy(of: Self.tiny + "/adapter", in: place) { folder in
                try change(folder)
                TestSupport.expectRefusal("\(folder)\(file): \(words)") {
                    try AdapterFiles.read(from: folder, onto: decoder)
                }
                #expect(decoder.adapters.map(\.projection) == [.down, .down])
            }
        }
    }

    private func expectWeightsRefusal(
        _ words: String, _ change: (inout [String: Tensor]) throws -> Void
    ) throws {
        let name = "/adapter_model.safetensors"
        try expectRefusal(name, words) { try SafetensorsFile.edit($0 + name, change) }
    }

    @Test func `a missing tensor`() throws {
        try expectWeightsRefusal("has no '\(Self.key)'; the adapter's target_modules need it") {
            $0[Self.key] = nil
        }
    }

    @Test func `a key that belongs nowhere`() throws {
        let lost = "base_model.model.model.layers.2.self_attn.v_proj.lora_B.weight"
        try expectWeightsRefusal(
            "has '\(lost)', which belongs to no layer of the model; an adapter for 2 layers on "
                + "q_proj, k_proj, v_proj, o_proj is needed"
        ) { $0[lost] = try .zeros(shape: [32, 8]) }
    }

    @Test func `tensors of layers that have no adapter`() throws {
        let lost = "base_model.model.model.layers.0.self_attn.k_proj.lora_A.weight"
        try expectRefusal(
            "/adapter_model.safetensors",
            "has '\(lost)', which belongs to no layer of the model; an adapter for 1 layers on "
                + "q_proj, k_proj, v_proj, o_proj is needed"
        ) { try JSON.edit($0 + "/adapter_config.json", ["layers_to_transform": 1]) }
    }

    @Test func `no tensor at all`() throws {
        let first = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"
        try expectWeightsRefusal("has no '\(first)'; the adapter's target_modules need it") {
            $0 = [:]
        }
    }

    @Test func `an adapter of another model`() throws {
        let key = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"
        let decoder = try TinyModel.decoder()
        let width = try SafetensorsFile(path: Self.tiny + "/adapter/adapter_model.safetensors")
            .tensor(key).shape[1]
        TestSupport.expectRefusal(
            "\(Self.tiny)/adapter/adapter_model.safetensors: '\(key)' has shape [8, \(width)]; a "
                + "rank-8 adapter needs [8, 16]"
        ) { try AdapterFiles.read(from: Self.tiny + "/adapter", onto: decoder) }
    }

    @Test func `keys without PEFT's prefix`() throws {
        let first = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"
        try expectWeightsRefusal("has no '\(first)'; the adapter's target_modules need it") {
            for (name, tensor) in $0 {
                $0[name] = nil
                $0[String(name.dropFirst("base_model.model.".count))] = tensor
            }
        }
    }

    @Test func `another shape, or a transposed one`() throws {
        for shape in [[32, 4], [8, 32]] {
            try expectWeightsRefusal(
                "'\(Self.key)' has shape \(shape); a rank-8 adapter needs [32, 8]"
            ) { $0[Self.key] = try .zeros(shape: shape) }
        }
    }

    @Test func `a value that is not finite`() throws {
        for value in [Double.nan, .infinity] {
            try expectWeightsRefusal("'\(Self.key)' has values that are not finite") {
                try $0[Self.key]?.narrowed(to: 31..<32).fill(value)
            }
        }
    }

    @Test func `no folder, no configuration, no weights`() throws {
        try expectRefusal(
            "",
            "is not an adapter folder: it has no adapter_config.json; a folder that "
                + "ft-mmlu train or PEFT wrote is needed"
        ) { try FileManager.default.removeItem(atPath: $0 + "/adapter_config.json") }
        try expectRefusal(
            "/adapter_model.safetensors", "cannot be opened: No such file or directory"
        ) { try FileManager.default.removeItem(atPath: $0 + "/adapter_model.safetensors") }
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let field: String
        /// JSON.
        let value: String
        let words: String
        var testDescription: String { "\(field): \(value)" }

        init(_ field: String, _ value: String, _ words: String) {
            self.field = field
            self.value = value
            self.words = words
        }

        init(unsupported field: String, _ value: String) {
            self.init(
                field, value, "uses '\(field)', which is not implemented; plain LoRA is needed")
        }
    }

    private static let known = "q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj"
    private static let unreadable =
        "is not a LoRA configuration of PEFT; peft_type, r, lora_alpha and target_modules are "
        + "needed"

    static let changes: [Change] = [
        .init(unsupported: "use_dora", "true"), .init(unsupported: "fan_in_fan_out", "true"),
        .init(unsupported: "bias", "\"all\""),
        .init(unsupported: "modules_to_save", "[\"lm_head\"]"),
        .init(unsupported: "layer_replication", "[[0, 2], [1, 2]]"),
        .init(unsupported: "lora_bias", "true"),
        .init(unsupported: "trainable_token_indices", "[1]"),
        .init(unsupported: "target_parameters", "[\"experts.down_proj\"]"),
        .init(unsupported: "use_qalora", "true"),
        .init(unsupported: "alora_invocation_tokens", "[1, 2]"),
        .init(unsupported: "arrow_config", "{\"top_k\": 3}"),
        .init(unsupported: "megatron_config", "{\"a\": 1}"),
        .init(unsupported: "use_bdlora", "{\"nblocks\": 1}"),
        .init(unsupported: "kasa_config", "{\"a\": 1}"),
        .init(unsupported: "monteclora_config", "{\"a\": 1}"),
        .init(unsupported: "velora_config", "{\"num_groups\": 1}"),
        .init(unsupported: "of_a_later_version", "true"),
        .init(
            "init_lora_weights", "\"pissa_niter_4\"",
            "has 'init_lora_weights': pissa_niter_4, which changes the base model's weights; an "
                + "adapter that PEFT converted to plain LoRA is needed"),
        .init(
            "layers_to_transform", "[0, -1]",
            "has 'layers_to_transform': [0, -1]; layers count "
                + "from 0"),
        .init(
            "layers_to_transform", "[1, 2]",
            "puts adapters on layer 2; the model has 2 layers, "
                + "counted from 0"),
        .init("layers_to_transform", "\"1\"", unreadable),
        .init(
            "layers_pattern", "[\"blocks\", \"h\"]",
            "has 'layers_pattern': blocks, h; the "
                + "layers of these models are called layers"),
        .init(
            "lora_dropout", "1.5",
            "has 'lora_dropout': 1.5; a number from 0 up to, not including, 1 is needed"),
        .init(unsupported: "rank_pattern", "{\"v_proj\": 4}"),
        .init(unsupported: "alpha_pattern", "{\"v_proj\": 4.0}"),
        .init("peft_type", "\"IA3\"", "has peft_type 'IA3'; LORA is needed"),
        .init(
            "target_modules", "[\"c_attn\"]", "targets 'c_attn'; targets among \(known) are needed"),
        .init("target_modules", "[]", "has no target_modules; at least one is needed"),
        .init("r", "0", "has rank 0 and alpha 16.0; a rank from 1 is needed"),
        .init("lora_alpha", "1e30", "has 'lora_alpha': 1e+30; at most 1000000.0 is possible"),
        .init("lora_alpha", "-1e7", "has 'lora_alpha': -10000000.0; at most 1000000.0 is possible"),
        .init("r", "\"eight\"", unreadable), .init("lora_alpha", "null", unreadable),
        .init("peft_type", "null", unreadable),
    ]

    @Test(arguments: changes)
    func `a configuration that asks for something else`(change: Change) throws {
        try expectRefusal("/adapter_config.json", change.words) { folder in
            let value = try JSONSerialization.jsonObject(
                with: Data(change.value.utf8), options: .fragmentsAllowed)
            try JSON.edit(folder + "/adapter_config.json", [change.field: value])
        }
    }

    @Test func `a configuration that is not JSON`() throws {
        try expectRefusal(
            "/adapter_config.json",
            "is not a JSON object: line 1, column 2: the text ends before its value does"
        ) {
            try AtomicFile.write("{", to: $0 + "/adapter_config.json")
        }
    }
}
