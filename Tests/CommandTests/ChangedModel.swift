import Foundation
import TestSupport
import Testing
import Torch

/// The built-in model with something changed, as a model folder of its own.
enum ChangedModel {
    /// Its questions.
    static let data = ["--data", Fixture.pocket + "/mmlu"]

    /// - Parameters:
    ///   - config: texts of config.json and what stands in their place
    ///   - weights: changes the tensors by name; they are the built-in model's own, to be copied first
    static func write(
        to folder: String, config: [(String, String)] = [],
        weights: (inout [String: Tensor]) throws -> Void = { _ in }
    ) throws {
        let manager = FileManager.default
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in ["generation_config.json", "tokenizer.model", "tokenizer_config.json"] {
            try manager.copyItem(
                atPath: Fixture.pocket + "/" + name, toPath: folder + "/" + name)
        }
        var text = try String(contentsOfFile: Fixture.pocket + "/config.json", encoding: .utf8)
        for (old, new) in config {
            try #require(text.contains(old))
            text = text.replacing(old, with: new)
        }
        try text.write(toFile: folder + "/config.json", atomically: false, encoding: .utf8)
        let file = try SafetensorsFile(path: Fixture.pocket + "/model.safetensors")
        var tensors = try Dictionary(
            uniqueKeysWithValues: file.entries.keys.map { ($0, try file.tensor($0)) })
        try weights(&tensors)
        try SafetensorsFile.write(tensors, to: folder + "/model.safetensors")
    }

    /// With one weight of the last norm that is NaN: so is every logit.
    static func writeDamaged(to folder: String) throws {
        try write(to: folder) { tensors in
            let name = "model.norm.weight"
            let norm = try #require(tensors[name]).copied()
            try norm.narrowed(to: 3..<4).fill(.nan)
            tensors[name] = norm
        }
    }

    /// With fewer tokens than its tokenizer has pieces.
    static func writeCut(to folder: String, rows: Int) throws {
        try write(
            to: folder, config: [("\"vocab_size\": 991", "\"vocab_size\": \(rows)")]
        ) { tensors in
            let name = "model.embed_tokens.weight"
            tensors[name] = try #require(tensors[name]).narrowed(to: 0..<rows)
        }
    }

    /// With room for so many tokens.
    static func writeShort(to folder: String, contextLength: Int) throws {
        let name = "\"max_position_embeddings\": "
        try write(to: folder, config: [(name + "1024", name + "\(contextLength)")])
    }
}
