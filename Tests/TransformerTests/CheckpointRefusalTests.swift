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
