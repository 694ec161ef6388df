import Foundation
import TestSupport
import Testing
import Torch
import Transformer

/// Tensors and files that are passed over, and two sources of the same weights.
@Suite struct WeightNameTests {
    private static let embeddings = "model.embed_tokens.weight"
    private static let head = "lm_head.weight"
    private static let frequencies = "model.layers.0.self_attn.rotary_emb.inv_freq"
    private static let tokens: [Int32] = [1, 5, 9, 2]

    private func logits(_ folder: String) throws -> Tensor {
        let decoder = try Checkpoint(folder: folder).load(dtype: .float32, device: .cpu)
        return try withoutGradient {
            try decoder.logits(PackedForest(roots: [Self.tokens])).copied()
        }
    }

    private func withGolden(_ name: String, _ body: (String) throws -> Void) throws {
        try Fixture.withTemporaryFolder { place in
            try withCopy(of: Fixture.golden + "/\(name)/checkpoint", in: place, body)
        }
    }

    @Test func `rotary frequencies in a file are passed over`() throws {
        try withGolden("tiny-llama") { folder in
            let expected = try logits(folder)
            let before = try CheckpointSummary(Checkpoint(folder: folder))
            try SafetensorsFile.edit(folder + "/model.safetensors") {
                $0[Self.frequencies] = try .full(0.5, shape: [4])
                $0["model.rotary_emb.inv_freq"] = try .full(0.5, shape: [4])
            }
            try expectClose(logits(folder), expected, .exact)
            let after = try CheckpointSummary(Checkpoint(folder: folder))
            #expect(after.parameterCount == before.parameterCount)
            #expect(after.dtypes.map(\.dtype) == before.dtypes.map(\.dtype))
        }
    }

    @Test func `an index may name rotary frequencies or leave them out`() throws {
        try withGolden("tiny-untied") { folder in
            let expected = try logits(folder)
            let index = folder + "/model.safetensors.index.json"
            var map = try #require(try JSON.object(index)["weight_map"] as? [String: String])
            map[Self.frequencies] = "model-00002-of-00002.safetensors"
            try JSON.edit(index, ["weight_map": map])
            try SafetensorsFile.edit(folder + "/model-00001-of-00002.safetensors") {
                $0["model.layers.1.self_attn.rotary_emb.inv_freq"] = try .full(0.5, shape: [8])
            }
            try expectClose(logits(folder), expected, .exact)
        }
    }

    @Test func `tied embeddings may be stored as the head alone`() throws {
        try withGolden("tiny") { folder in
            let expected = try logits(folder)
            let before = try CheckpointSummary(Checkpoint(folder: folder)).parameterCount
            try SafetensorsFile.edit(folder + "/model.safetensors") {
                $0[Self.head] = $0[Self.embeddings]
                $0[Self.embeddings] = nil
            }
            try expectClose(logits(folder), expected, .exact)
            #expect(try CheckpointSummary(Checkpoint(folder: folder)).parameterCount == before)
        }
        try withGolden("tiny-untied") { folder in
            try SafetensorsFile.edit(folder + "/model-00001-of-00002.safetensors") {
                $0[Self.embeddings] = nil
            }
            let index = folder + "/model.safetensors.index.json"
            var map = try #require(try JSON.object(index)["weight_map"] as? [String: String])
            map[Self.embeddings] = nil
            try JSON.edit(index, ["weight_map": map])
            expectRefusal(
                "\(folder): has no tensor '\(Self.embeddings)'; the model needs it with shape "
                    + "[83, 48]"
            ) { try logits(folder) }
        }
    }

    @Test func `a head of its own beside tied embeddings is refused`() throws {
        for row in [0, 96] {
            try withGolden("tiny") { folder in
                let path = folder + "/model.safetensors"
                // Equal matrices of another type are tied.
                try SafetensorsFile.edit(path) {
                    $0[Self.head] = try $0[Self.embeddings]?.converted(to: .float32)
                }
                _ = try logits(folder)
                try SafetensorsFile.edit(path) {
                    try $0[Self.head]?.narrowed(to: row..<row + 1).fill(0.25)
                }
                expectRefusal(Self.twoHeads(path)) { try logits(folder) }
                try JSON.edit(folder + "/config.json", ["tie_word_embeddings": false])
                _ = try logits(folder)
            }
        }
        try withGolden("tiny") { folder in
            let path = folder + "/model.safetensors"
            try SafetensorsFile.edit(path) { $0[Self.head] = try .zeros(shape: [96, 64]) }
            expectRefusal(Self.twoHeads(path)) { try logits(folder) }
        }
    }

    private static func twoHeads(_ path: String) -> String {
        "\(path): has a '\(head)' that differs from '\(embeddings)', and config.json has "
            + "'tie_word_embeddings': true; equal matrices are needed, or false there, which takes "
            + "the file's own head"
    }

    @Test func `a single file beside shards is refused`() throws {
        for other in ["model.safetensors.index.json", "model-00001-of-00002.safetensors"] {
            try withGolden("tiny") { folder in
                try FileManager.default.copyItem(
                    atPath: Fixture.golden + "/tiny-untied/checkpoint/" + other,
                    toPath: folder + "/" + other)
                expectRefusal(
                    "\(folder): has model.safetensors and \(other); one file or one set of shards "
                        + "is needed: move the other away"
                ) { try logits(folder) }
            }
        }
    }
}
