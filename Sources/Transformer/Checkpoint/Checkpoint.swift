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
        let weights = try CheckpointWeights(folder: folder)
        let decoder = try Decoder(configuration, weights: weights, dtype: dtype, device: device)
        try weights.finish(tiesEmbeddings: configuration.tiesEmbeddings)
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

    /// The tokens after which generation stops: `eos_token_id` of generation_config.json or, without
    /// that file, of config.json; one or a list.
    public func endTokens() throws -> Set<Int32> {
        for name in ["generation_config.json", "config.json"] {
            let path = folder + "/" + name
            guard FileFormat.isThere(path) else { continue }
            let file = try ConfigFile(path: path)
            guard let value = file.present("eos_token_id") else { continue }
            let numbers = (value as? [NSNumber]) ?? (value as? NSNumber).map { [$0] } ?? []
            let tokens = numbers.compactMap { Int32(exactly: $0.doubleValue) }
            guard !tokens.isEmpty, tokens.count == numbers.count, tokens.allSatisfy({ $0 >= 0 })
            else {
                throw file.refusal(
                    "has 'eos_token_id': \(value)", "a token id or a list of them is needed")
            }
            return Set(tokens)
        }
        return []
    }
}

/// The tensors of a checkpoint's files; records which were requested.
public final class CheckpointWeights: WeightSource {
    private let folder: String
    private var fileOfTensor: [String: SafetensorsFile] = [:]
    private var used: Set<String> = []

    /// Opens `model.safetensors`, or the shards that `model.safetensors.index.json` lists.
    public init(folder: String) throws {
        self.folder = folder
        let single = folder + "/model.safetensors"
        let index = single + ".index.json"
        if FileFormat.isThere(index) {
            try openShards(index: index)
        } else if FileFormat.isThere(single) {
            let file = try SafetensorsFile(path: single)
            for name in file.entries.keys { fileOfTensor[name] = file }
        } else {
            throw FileError(
                path: folder,
                problem: "has no weights" + (ForeignWeights(in: folder)?.clause ?? ""),
                remedy: "model.safetensors or model.safetensors.index.json is needed")
        }
        if let quantisation = Quantisation(tensors: fileOfTensor.keys) {
            throw quantisation.refusal(of: files.first?.path ?? folder)
        }
    }

    /// The files that hold the tensors, in the order of their names.
    public var files: [SafetensorsFile] {
        let byPath = Dictionary(
            fileOfTensor.values.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        return byPath.values.sorted { $0.path < $1.path }
    }

    private func openShards(index: String) throws {
        guard let map = try JSONFile.object(path: index)["weight_map"] as? [String: String] else {
            throw FileError(path: index, problem: "has no 'weight_map' from tensors to files")
        }
        var shards: [String: SafetensorsFile] = [:]
        for name in Set(map.values).sorted() {
            guard !name.contains("/"), name != "..", !name.isEmpty else {
                throw FileError(
                    path: index, problem: "names the file '\(name)'",
                    remedy: "shards stand beside the index")
            }
            shards[name] = try SafetensorsFile(path: folder + "/" + name)
        }
        for (tensor, name) in map {
            guard let shard = shards[name], shard.entries[tensor] != nil else {
                throw FileError(
                    path: index, problem: "places tensor '\(tensor)' in \(name), which lacks it")
            }
            fileOfTensor[tensor] = shard
        }
        for shard in shards.values.sorted(by: { $0.path < $1.path }) {
            for tensor in shard.entries.keys.sorted() where map[tensor] == nil {
                throw FileError(
                    path: shard.path, problem: "has tensor '\(tensor)', which the index lacks")
            }
        }
    }

    public func tensor(_ name: String, shape: [Int]) throws -> Tensor {
        guard let file = fileOfTensor[name], let entry = file.entries[name] else {
            throw FileError(
                path: folder, problem: "has no tensor '\(name)'",
                remedy: "the model needs it with shape \(shape)")
        }
        guard entry.shape == shape else {
            throw FileError(
                path: file.path, problem: "'\(name)' has shape \(entry.shape)",
                remedy: "config.json asks for \(shape)")
        }
        guard entry.dtype.isFloatingPoint else {
            throw FileError(
                path: file.path, problem: "'\(name)' is stored as \(entry.dtype)",
                remedy: "a floating-point type is needed")
        }
        used.insert(name)
        return try file.tensor(name)
    }

    public func release(_ name: String) { fileOfTensor[name]?.release(name) }

    /// Refuses tensors that no part of the model requested; a tied head may be present a second
    /// time.
    func finish(tiesEmbeddings: Bool) throws {
        var unused = Set(fileOfTensor.keys).subtracting(used)
        if tiesEmbeddings { unused.remove("lm_head.weight") }
        guard let name = unused.min() else { return }
        throw FileError(
            path: fileOfTensor[name]?.path ?? folder,
            problem: "has tensor '\(name)'"
                + (unused.count > 1 ? " and \(unused.count - 1) more" : ""),
            remedy: "the model that config.json describes has no place for it")
    }
}
