import Foundation
import TestSupport
import Testing
import Torch
import Transformer

/// Model folders that are whole.
@Suite struct CheckpointTests {
    @Test(arguments: ModelFamily.allCases, [true, false])
    func `a checkpoint read back gives the same logits`(family: ModelFamily, ties: Bool) throws {
        let configuration = TinyModel.configuration(family: family, tiesEmbeddings: ties)
        let forest = PackedForest(roots: [TinyModel.tokens(9)])
        for dtype in [DType.float32, .bfloat16] {
            try Fixture.withTemporaryFolder { folder in
                let decoder = try TinyModel.decoder(configuration, dtype: dtype)
                try decoder.writeCheckpoint(to: folder)
                let checkpoint = try Checkpoint(folder: folder)
                var expected = configuration
                expected.storedDtype = dtype
                #expect(checkpoint.configuration == expected)
                let other = try checkpoint.load(dtype: dtype, device: .cpu)
                #expect(other.weights.map(\.name) == decoder.weights.map(\.name))
                try withoutGradient {
                    try expectClose(other.logits(forest), decoder.logits(forest), .exact)
                }
            }
        }
    }

    @Test func `the names are those of transformers`() throws {
        let decoder = try TinyModel.decoder(TinyModel.configuration(tiesEmbeddings: false))
        let layer =
            ["input_layernorm.weight"]
            + ["q", "k", "v"].flatMap {
                ["self_attn.\($0)_proj.weight", "self_attn.\($0)_proj.bias"]
            }
            + ["self_attn.o_proj.weight", "post_attention_layernorm.weight"]
            + ["gate", "up", "down"].map { "mlp.\($0)_proj.weight" }
        let layers = (0..<2).flatMap { index in layer.map { "model.layers.\(index).\($0)" } }
        let expected =
            ["model.embed_tokens.weight"] + layers
            + ["model.norm.weight", "lm_head.weight"]
        #expect(decoder.weights.map(\.name) == expected)
    }

    @Test func `a configuration of the first transformers is read`() throws {
        let tiny = try Checkpoint(folder: Fixture.golden + "/tiny/checkpoint").configuration
        #expect(
            tiny
                == ModelConfiguration(
                    family: .qwen2, vocabularySize: 97, width: 64, layerCount: 2, headCount: 4,
                    keyHeadCount: 2, headSize: 16, hiddenWidth: 96, normEpsilon: 1e-6,
                    ropeTheta: 1_000_000, contextLength: 512, tiesEmbeddings: true,
                    hasQueryKeyValueBias: true, normalizesQueryAndKey: false,
                    storedDtype: .bfloat16))
    }

    @Test func `a configuration of transformers 5 is read`() throws {
        let untied = try Checkpoint(folder: Fixture.golden + "/tiny-untied/checkpoint")
            .configuration
        #expect(
            untied
                == ModelConfiguration(
                    family: .qwen2, vocabularySize: 83, width: 48, layerCount: 2, headCount: 4,
                    keyHeadCount: 1, headSize: 16, hiddenWidth: 80, normEpsilon: 1e-5,
                    ropeTheta: 10_000, contextLength: 512, tiesEmbeddings: false,
                    hasQueryKeyValueBias: true, normalizesQueryAndKey: false,
                    storedDtype: .float32))
    }

    @Test func `a tied head may be stored a second time`() throws {
        try Fixture.withTemporaryFolder { folder in
            try TinyModel.decoder().writeCheckpoint(to: folder)
            try SafetensorsFile.edit(folder + "/model.safetensors") {
                $0["lm_head.weight"] = $0["model.embed_tokens.weight"]
            }
            let decoder = try Checkpoint(folder: folder).load(dtype: .float32, device: .cpu)
            #expect(!decoder.weights.map(\.name).contains("lm_head.weight"))
        }
    }

    @Test func `automatic is float32 unless 16 bits are stored and fast`() throws {
        let tiny = try Checkpoint(folder: Fixture.golden + "/tiny/checkpoint")
        let fast = Device.cpu.isFastAtBFloat16
        #expect(tiny.configuration.automaticDtype(on: .cpu) == (fast ? .bfloat16 : .float32))
        let untied = try Checkpoint(folder: Fixture.golden + "/tiny-untied/checkpoint")
        #expect(untied.configuration.automaticDtype(on: .cpu) == .float32)
    }

    @Test func `random weights are normal, with norms of one and biases of zero`() throws {
        let decoder = try Decoder(
            TinyModel.configuration, weights: RandomWeights(using: Generator(seed: 1)),
            dtype: .float32, device: .cpu)
        for (name, tensor) in decoder.weights {
            let values = try tensor.floats()
            if name.hasSuffix(".bias") {
                #expect(values.allSatisfy { $0 == 0 })
            } else if name.contains("norm") {
                #expect(values.allSatisfy { $0 == 1 })
            } else {
                let square = try tensor.norm() / Double(values.count).squareRoot()
                // Four standard errors of a deviation: 4 · 0.02/√(2n).
                #expect(
                    abs(square - 0.02) < 0.08 / Double(2 * values.count).squareRoot(), "\(name)")
            }
        }
    }
}
