import Basics
import Foundation
import Torch

/// The tensors of a checkpoint's files; records which were requested.
public final class CheckpointWeights: WeightSource {
    static let embeddings = "model.embed_tokens.weight"
    static let head = "lm_head.weight"

    private let folder: String
    private let tiesEmbeddings: Bool
    private var fileOfTensor: [String: SafetensorsFile] = [:]
    private var used: Set<String> = []

    /// Opens `model.safetensors`, or the shards that `model.safetensors.index.json` lists.
    ///
    /// - Parameter tiesEmbeddings: whether the model's head is its embeddings, under either name
    public init(folder: String, tiesEmbeddings: Bool = false) throws {
        self.folder = folder
        self.tiesEmbeddings = tiesEmbeddings
        let single = folder + "/model.safetensors"
        let index = single + ".index.json"
        try refuseTwoSets()
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

    /// Refuses shards beside a single file: either may be the model that is meant. transformers takes
    /// the single file.
    private func refuseTwoSets() throws {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let others = names.filter {
            $0 == "model.safetensors.index.json"
                || $0.wholeMatch(of: /model-\d+-of-\d+\.safetensors/) != nil
        }
        guard names.contains("model.safetensors"), let other = others.min() else { return }
        throw FileError(
            path: folder, problem: "has model.safetensors and \(other)",
            remedy: "one file or one set of shards is needed: move the other away")
    }

    /// Whether a tensor says nothing that config.json does not say: rotary frequencies, which the
    /// checkpoints of Llama 2 hold. transformers passes them over too.
    static func isPassedOver(_ name: String) -> Bool { name.contains("rotary_emb.inv_freq") }

    /// The files that hold the tensors, in the order of their names.
    public var files: [SafetensorsFile] {
        let byPath = Dictionary(
            fileOfTensor.values.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        return byPath.values.sorted { $0.path < $1.path }
    }

    private func openShards(index: String) throws {
        let weightMap = try JSONFile.object(path: index)["weight_map"]
        guard let map = try? weightMap?.decoded(as: [String: String].self) else {
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
        for (tensor, name) in map where !Self.isPassedOver(tensor) {
            guard let shard = shards[name], shard.entries[tensor] != nil else {
                throw FileError(
                    path: index, problem: "places tensor '\(tensor)' in \(name), which lacks it")
            }
            fileOfTensor[tensor] = shard
        }
        for shard in shards.values.sorted(by: { $0.path < $1.path }) {
            for tensor in shard.entries.keys.sorted()
            where map[tensor] == nil && !Self.isPassedOver(tensor) {
                throw FileError(
                    path: shard.path, problem: "has tensor '\(tensor)', which the index lacks")
            }
        }
    }

    public func tensor(_ name: String, shape: [Int]) throws -> Tensor {
        let name = stored(name)
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

    public func release(_ name: String) { fileOfTensor[stored(name)]?.release(stored(name)) }

    /// The name in the files: tied embeddings may be there as the head alone.
    private func stored(_ name: String) -> String {
        let isHead = tiesEmbeddings && name == Self.embeddings && fileOfTensor[name] == nil
        return isHead && fileOfTensor[Self.head] != nil ? Self.head : name
    }

    /// Refuses tensors that no part of the model requested. A tied head may be there a second time
    /// where it is the same matrix.
    func finish() throws {
        var unused = Set(fileOfTensor.keys).subtracting(used).filter { !Self.isPassedOver($0) }
        if tiesEmbeddings, unused.remove(Self.head) != nil { try checkTies() }
        guard let name = unused.min() else { return }
        throw FileError(
            path: fileOfTensor[name]?.path ?? folder,
            problem: "has tensor '\(name)'"
                + (unused.count > 1 ? " and \(unused.count - 1) more" : ""),
            remedy: "the model that config.json describes has no place for it")
    }

    /// Refuses a head of its own beside `tie_word_embeddings`. transformers 5 takes that head, with
    /// a warning; earlier versions drop it.
    private func checkTies() throws {
        guard let file = fileOfTensor[Self.head], try !isTied(file) else { return }
        throw FileError(
            path: file.path,
            problem: "has a '\(Self.head)' that differs from '\(Self.embeddings)', and config.json "
                + "has 'tie_word_embeddings': true",
            remedy: "equal matrices are needed, or false there, which takes the file's own head")
    }

    private func isTied(_ file: SafetensorsFile) throws -> Bool {
        guard let other = fileOfTensor[Self.embeddings] else { return true }
        let (head, table) = (try file.tensor(Self.head), try other.tensor(Self.embeddings))
        defer { file.release(Self.head) }
        guard head.shape == table.shape, let rows = head.shape.first else { return false }
        return try withoutGradient {
            // Some rows at a time, so that no copy of a large matrix is made.
            try stride(from: 0, to: rows, by: 4096).allSatisfy { start in
                let range = start..<min(start + 4096, rows)
                let difference =
                    try head.narrowed(to: range).converted(to: .float32)
                    - table.narrowed(to: range).converted(to: .float32)
                return try difference.norm() == 0
            }
        }
    }
}
