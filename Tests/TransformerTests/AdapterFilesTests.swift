import Foundation
import TestSupport
import Testing
import Torch
import Transformer

/// Adapters on disk.
@Suite struct AdapterFilesTests {
    private static let tiny = Fixture.golden + "/tiny"

    private func logits(_ decoder: Decoder, _ tokens: [Int32] = [1, 5, 9, 2]) throws -> Tensor {
        try withoutGradient { try decoder.logits(PackedForest(roots: [tokens])) }
    }

    @Test(arguments: [[Projection.v], [.q, .k, .v], [.o, .gate, .up, .down]])
    func `an adapter read back gives the same logits`(targets: [Projection]) throws {
        try Fixture.withTemporaryFolder { folder in
            let decoder = try TinyModel.decoder()
            var settings = LoRASettings(targets: Set(targets), rank: 3, alpha: 5)
            settings.isRankStabilized = targets.count == 3
            let generator = try Generator(seed: 2)
            try decoder.attachAdapters(settings, using: generator)
            for placed in decoder.adapters {
                try placed.adapter.b.fillNormal(deviation: 0.3, using: generator)
            }
            let expected = try logits(decoder)
            try AdapterFiles.write(
                decoder, settings: settings, baseModel: "m", to: folder + "/new/adapter")
            let other = try TinyModel.decoder()
            let found = try AdapterFiles.read(from: folder + "/new/adapter", onto: other)
            #expect(found == settings)
            try expectClose(logits(other), expected, .exact)
            #expect(other.adapters.map(\.path) == decoder.adapters.map(\.path))
        }
    }

    @Test(arguments: [
        ("{\"layers_to_transform\": 1}"),
        ("{\"layers_to_transform\": [1], \"layers_pattern\": \"layers\"}"),
        ("{\"layers_to_transform\": [1, 1], \"layers_pattern\": [\"layers\"]}"),
    ])
    func `adapters only on some layers are read and kept`(change: String) throws {
        try Fixture.withTemporaryFolder { folder in
            let decoder = try TinyModel.decoder()
            var settings = LoRASettings(targets: [.v, .up], rank: 3, alpha: 5)
            settings.layers = [1]
            try decoder.attachAdapters(settings, using: Generator(seed: 2))
            #expect(decoder.adapters.map(\.layer) == [1, 1])
            try AdapterFiles.write(decoder, settings: settings, baseModel: "m", to: folder)
            let path = folder + "/adapter_config.json"
            #expect(try JSON.object(path)["layers_to_transform"] as? [Int] == [1])
            let value = try JSONSerialization.jsonObject(with: Data(change.utf8))
            try JSON.edit(path, #require(value as? [String: Any]))
            let other = try TinyModel.decoder()
            #expect(try AdapterFiles.read(from: folder, onto: other) == settings)
            #expect(other.adapters.map(\.path) == decoder.adapters.map(\.path))
        }
    }

    @Test func `one target may stand alone, and what says nothing is allowed`() throws {
        try Fixture.withTemporaryFolder { folder in
            let decoder = try TinyModel.decoder()
            let settings = LoRASettings(targets: [.v], rank: 3, alpha: 5)
            try decoder.attachAdapters(settings, using: Generator(seed: 2))
            try AdapterFiles.write(decoder, settings: settings, baseModel: "m", to: folder)
            try JSON.edit(
                folder + "/adapter_config.json",
                [
                    "target_modules": "v_proj", "layers_to_transform": [Int](),
                    "modules_to_save": [String](), "lora_bias": false, "rank_pattern": [:],
                    "of_a_later_version": NSNull(), "init_lora_weights": "gaussian",
                ])
            #expect(try AdapterFiles.settings(of: folder) == settings)
            #expect(try AdapterFiles.baseModel(of: folder) == "m")
        }
    }

    @Test func `an adapter of PEFT gives PEFT's logits`() throws {
        let golden = try SafetensorsFile(path: Self.tiny + "/logits_adapter_float32.safetensors")
        let decoder = try Checkpoint(folder: Self.tiny + "/checkpoint").load(
            dtype: .float32, device: .cpu)
        let settings = try AdapterFiles.read(from: Self.tiny + "/adapter", onto: decoder)
        #expect(settings == LoRASettings(targets: [.q, .k, .v, .o], rank: 8, alpha: 16))
        for index in 0..<3 {
            let tokens: [Int32] = try golden.tensor("\(index).ids").values()
            try expectClose(
                logits(decoder, tokens), golden.tensor("\(index).logits"), .absolute(2e-5),
                "\(index)")
        }
    }

    @Test func `a bfloat16 model with PEFT's adapter stays within twice the noise`() throws {
        let noise = try #require(
            try JSON.object(Fixture.golden + "/tolerances.json")["tiny"] as? [String: Any]
        )["adapter_bf16_vs_fp32_logits"]
        let ids = try SafetensorsFile(path: Self.tiny + "/logits_adapter_float32.safetensors")
        let golden = try SafetensorsFile(path: Self.tiny + "/logits_adapter_bfloat16.safetensors")
        let decoder = try Checkpoint(folder: Self.tiny + "/checkpoint").load(
            dtype: .bfloat16, device: .cpu)
        try AdapterFiles.read(from: Self.tiny + "/adapter", onto: decoder)
        for index in 0..<3 {
            let tokens: [Int32] = try ids.tensor("\(index).ids").values()
            try expectClose(
                logits(decoder, tokens), golden.tensor("\(index).logits"),
                .absolute(2 * #require(noise as? Double)), "\(index)")
        }
    }

    @Test func `dropout and the scale's rule are written and read`() throws {
        try Fixture.withTemporaryFolder { folder in
            let decoder = try TinyModel.decoder()
            var settings = LoRASettings(targets: [.k], rank: 4)
            settings.dropout = 0.125
            settings.isRankStabilized = true
            try decoder.attachAdapters(settings, using: Generator(seed: 2))
            try AdapterFiles.write(decoder, settings: settings, baseModel: "m", to: folder)
            let text = try String(
                contentsOfFile: folder + "/adapter_config.json", encoding: .utf8)
            #expect(text.contains("\"lora_dropout\" : 0.125,"))
            #expect(text.contains("\"use_rslora\" : true"))
            #expect(try AdapterFiles.settings(of: folder) == settings)
        }
    }

    @Test func `the files are those that PEFT writes`() throws {
        try Fixture.withTemporaryFolder { folder in
            let decoder = try TinyModel.decoder()
            let settings = LoRASettings(targets: [.v, .q], rank: 8)
            try decoder.attachAdapters(settings, using: Generator(seed: 2))
            try AdapterFiles.write(decoder, settings: settings, baseModel: "some/model", to: folder)
            // peers.md 2b: the fields that every version of PEFT knows; null there is absent here.
            let expected = """
                {
                  "base_model_name_or_path" : "some/model",
                  "bias" : "none",
                  "fan_in_fan_out" : false,
                  "inference_mode" : true,
                  "init_lora_weights" : true,
                  "layers_pattern" : null,
                  "layers_to_transform" : null,
                  "lora_alpha" : 16,
                  "lora_dropout" : 0,
                  "modules_to_save" : null,
                  "peft_type" : "LORA",
                  "r" : 8,
                  "revision" : null,
                  "target_modules" : [
                    "q_proj",
                    "v_proj"
                  ],
                  "task_type" : "CAUSAL_LM"
                }

                """
            let path = folder + "/adapter_config.json"
            #expect(try String(contentsOfFile: path, encoding: .utf8) == expected)
            let file = try SafetensorsFile(path: folder + "/adapter_model.safetensors")
            #expect(file.metadata == ["format": "pt"])
            var shapes: [String: [Int]] = [:]
            for layer in 0..<2 {
                let place = "base_model.model.model.layers.\(layer).self_attn"
                shapes["\(place).q_proj.lora_A.weight"] = [8, 16]
                shapes["\(place).q_proj.lora_B.weight"] = [32, 8]
                shapes["\(place).v_proj.lora_A.weight"] = [8, 16]
                shapes["\(place).v_proj.lora_B.weight"] = [16, 8]
            }
            #expect(file.entries.mapValues(\.shape) == shapes)
            #expect(file.entries.values.allSatisfy { $0.dtype == .float32 })
        }
    }
}
