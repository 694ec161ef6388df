import Basics
import Benchmarks
import Foundation
import Torch
import Transformer

/// A model that adapters are put on: what the user called it, and where it lies.
public struct BaseModel: Sendable {
    public let name: String
    /// Of the checkpoint.
    public let folder: String

    public init(name: String, folder: String) {
        self.name = name
        self.folder = folder
    }

    /// nil for random weights, which no adapter was trained on.
    public init?(_ settings: ModelSettings) {
        guard settings.shape == nil else { return nil }
        self.init(name: settings.name, folder: settings.folder)
    }

    /// Tells of an adapter that was trained on another model.
    ///
    /// A checksum that the adapter has of the weights decides; without one its adapter_config.json may
    /// name a model.
    ///
    /// - Parameters:
    ///   - adapter: a folder in PEFT's format
    ///   - isStrict: whether such an adapter is an error
    ///   - notice: is given a sentence about it
    /// - Throws: `OtherBaseModel` where it is one.
    public func check(
        _ adapter: String, isStrict: Bool, notice: (String) throws -> Void
    ) throws {
        guard let other = try difference(from: adapter) else { return }
        if isStrict { throw other }
        try notice("\(other); --strict stops here")
    }

    /// nil where the adapter was trained on this model, or does not say on which.
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

    /// All that the model may be called elsewhere.
    private var names: Set<String> {
        Set([name, folder, FilePath.real(folder) ?? folder].map(Self.lastName))
    }

    /// What a model is called wherever it lies: "Qwen2.5-3B" of Qwen/Qwen2.5-3B, of a folder of that
    /// name, and of a snapshot in the hub's cache; in lower case.
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
    /// Bytes of a tensor that are looked at in one place.
    private static let pieceSize = 4096
    /// Places of a tensor that are looked at.
    private static let pieceCount = 4

    /// A checksum of the weights, whatever files they stand in: of every tensor its name, type and
    /// shape, and four pieces of 4 kB from its first byte to its last; all of a small tensor.
    func checksum() throws -> String {
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

    /// Where the bytes are that are looked at of so many.
    static func pieces(of byteCount: Int) -> [Range<Int>] {
        guard byteCount > pieceSize * pieceCount else { return [0..<byteCount] }
        return (0..<pieceCount).map { index in
            let start = index * (byteCount - pieceSize) / (pieceCount - 1)
            return start..<start + pieceSize
        }
    }
}

/// An adapter on a model that it was not trained on.
public struct OtherBaseModel: Error, Equatable, CustomStringConvertible {
    /// Its folder.
    let adapter: String
    /// What its adapter_config.json calls the model that it was trained on; may be empty.
    let named: String
    /// Whether its checksum of the weights says so, or only the name.
    let isByWeights: Bool
    /// What the user called the model that it is put on.
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
