import Basics
import Benchmarks
import Foundation
import Torch
import Transformer

/// A base model for adapters: its name as the user gave it, and its folder.
public struct BaseModel: Sendable {
    public let name: String
    /// The checkpoint's folder.
    public let folder: String

    public init(name: String, folder: String) {
        self.name = name
        self.folder = folder
    }

    /// Reports an adapter that was trained on another model.
    ///
    /// If the adapter has a checksum of the weights, the checksum decides. Otherwise its
    /// adapter_config.json may name a model.
    ///
    /// - Parameters:
    ///   - adapter: a folder in PEFT's format
    ///   - isStrict: whether such an adapter is an error
    ///   - notice: receives a message about it
    /// - Throws: `OtherBaseModel` where it is an error.
    public func check(
        _ adapter: String, isStrict: Bool, notice: (String) throws -> Void
    ) throws {
        guard let other = try difference(from: adapter) else { return }
        if isStrict { throw other }
        try notice("\(other); --strict stops here")
    }

    /// nil where the adapter was trained on this model, or does not name its model.
    func difference(from adapter: String) throws -> OtherBaseModel? {
        let named = try AdapterFiles.baseModel(of: adapter) ?? ""
        if let checksum = try TrainingManifest.baseChecksum(of: adapter) {
            return try checksum == self.checksum()
                ? nil
                : OtherBaseModel(adapter: adapter, named: named, isByWeights: true, model: name)
        }
        let isSame = named.isEmpty || names.contains(Self.lastName(of: named))
        return isSame
            ? nil : OtherBaseModel(adapter: adapter, named: named, isByWeights: false, model: name)
    }

    /// All names that the model may have elsewhere.
    private var names: Set<String> {
        Set([name, folder, FilePath.real(folder) ?? folder].map(Self.lastName))
    }

    /// A model's name without its location, in lower case.
    ///
    /// "Qwen2.5-3B" for Qwen/Qwen2.5-3B, for a folder of that name, and for a snapshot in the hub's
    /// cache.
    static func lastName(of path: String) -> String {
        let parts = path.lowercased().split(separator: "/")
        if let place = parts.lastIndex(of: "snapshots"), place > 0,
            parts[place - 1].hasPrefix("models--")
        {
            return parts[place - 1].components(separatedBy: "--").last ?? ""
        }
        return parts.last.map(String.init) ?? ""
    }
}

extension BaseModel {
    /// Bytes in each sampled chunk of a tensor.
    private static let pieceSize = 4096
    /// The number of sampled chunks of a tensor.
    private static let pieceCount = 4

    /// A checksum of the weights that does not depend on their files.
    ///
    /// It covers every tensor's name, type and shape, and four chunks of 4 kB from its first byte
    /// to its last; all of a small tensor.
    package func checksum() throws -> String {
        var digest = SHA256()
        let files = try CheckpointWeights(folder: folder).files
        let tensors = files.flatMap { file in file.entries.map { (file, $0.key, $0.value) } }
        for (file, name, entry) in tensors.sorted(by: { $0.1 < $1.1 }) {
            digest.update(Array("\(name) \(entry.dtype.rawValue) \(entry.shape)\n".utf8))
            for range in Self.pieces(of: entry.bytes.count) {
                digest.update(try file.bytes(of: name, in: range))
            }
        }
        return digest.hexDigest()
    }

    /// The byte ranges of the sampled chunks of a tensor with so many bytes.
    static func pieces(of byteCount: Int) -> [Range<Int>] {
        guard byteCount > pieceSize * pieceCount else { return [0..<byteCount] }
        return (0..<pieceCount).map { index in
            let start = index * (byteCount - pieceSize) / (pieceCount - 1)
            return start..<start + pieceSize
        }
    }
}

/// An error for an adapter that was trained on another base model.
public struct OtherBaseModel: Error, Equatable, CustomStringConvertible {
    /// The adapter's folder.
    let adapter: String
    /// The name of the base model in its adapter_config.json; may be empty.
    let named: String
    /// Whether the checksum of the weights shows it, or only the name.
    let isByWeights: Bool
    /// The name, as the user gave it, of the model that the adapter is applied to.
    let model: String

    public var description: String {
        let named = named.isEmpty ? "" : "'\(named)'"
        let found =
            isByWeights
            ? "was trained on other weights than those of \(model)"
                + (named.isEmpty ? "" : "; it calls its base model \(named)")
            : "names the base model \(named), and is put on \(model)"
        return "\(adapter): \(found); the model that it was trained on is needed"
    }
}
