import Basics
import Foundation
import Torch

/// A model's folder in Hugging Face's layout: config.json and safetensors, in one file or in shards.
public struct Checkpoint {
    public let folder: String
    public let configuration: ModelConfiguration

    /// Reads config.json.
    ///
    /// - Throws: `FileError` when the folder or the file is missing, or requires what this program
    ///   does not implement.
    public init(folder: String) throws {
        self.folder = folder
        let path = folder + "/config.json"
        guard FileFormat.isThere(path) else { throw try Self.refusal(ofFolder: folder) }
        let file = try ConfigFile(path: path)
        configuration = try file.family().configuration(file)
    }

    /// Loads the weights.
    ///
    /// - Throws: `FileError` for a tensor that is missing, has another shape, or is in the files
    ///   but not in the model.
    public func load(dtype: DType, device: Device) throws -> Decoder {
        let weights = try CheckpointWeights(
            folder: folder, tiesEmbeddings: configuration.tiesEmbeddings)
        let decoder = try Decoder(configuration, weights: weights, dtype: dtype, device: device)
        try weights.finish()
        return decoder
    }

    /// Refuses weights that are infinite or NaN; reads all of the files' bytes.
    ///
    /// - Throws: `FileError` for the first such tensor, by name.
    public func checkWeights() throws {
        for file in try CheckpointWeights(folder: folder).files {
            for (name, entry) in file.entries.sorted(by: { $0.key < $1.key })
            where entry.dtype.isFloatingPoint {
                defer { file.release(name) }
                guard try file.tensor(name).isFinite() else {
                    throw FileError(
                        path: file.path, problem: "'\(name)' has values that are not finite",
                        remedy: "copy the checkpoint's files from the model's page again")
                }
            }
        }
    }

    /// The tokens after which generation stops: `eos_token_id` of generation_config.json and of
    /// config.json; one or a list.
    public func endTokens() throws -> Set<Int32> {
        var ends: Set<Int32> = []
        for name in ["generation_config.json", "config.json"] {
            let path = folder + "/" + name
            guard FileFormat.isThere(path) else { continue }
            let file = try ConfigFile(path: path)
            guard let value = file.present("eos_token_id") else { continue }
            let numbers = if case .array(let values) = value { values } else { [value] }
            let tokens = numbers.compactMap { $0.whole.flatMap(Int32.init(exactly:)) }
            guard !tokens.isEmpty, tokens.count == numbers.count, tokens.allSatisfy({ $0 >= 0 })
            else {
                throw file.refusal(
                    "has 'eos_token_id': \(value.settingText)",
                    "a token id or a list of them is needed")
            }
            ends.formUnion(tokens)
        }
        return ends
    }
}
