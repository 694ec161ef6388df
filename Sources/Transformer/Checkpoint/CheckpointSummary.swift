import Torch

/// The kind and the size of a checkpoint.
public struct CheckpointSummary: Sendable {
    public let configuration: ModelConfiguration
    /// The files with weights.
    public let fileCount: Int
    public let parameterCount: Int
    /// The bytes of the weights, as they are stored.
    public let byteCount: Int
    /// The types that weights are stored in, with their parameters, most first.
    public let dtypes: [(dtype: DType, parameterCount: Int)]

    /// Reads config.json and the headers of the weights, and checks that they fit.
    public init(_ checkpoint: Checkpoint) throws {
        configuration = checkpoint.configuration
        let files = try CheckpointWeights(folder: checkpoint.folder).files
        fileCount = files.count
        let all = files.flatMap(\.entries).filter { !CheckpointWeights.isPassedOver($0.key) }
        // A tied head that is stored a second time adds no parameters.
        let isTwice =
            configuration.tiesEmbeddings
            && all.contains { $0.key == CheckpointWeights.embeddings }
        let entries = all.filter { !(isTwice && $0.key == CheckpointWeights.head) }.map(\.value)
        var counts: [DType: Int] = [:]
        for entry in entries { counts[entry.dtype, default: 0] += entry.shape.reduce(1, *) }
        dtypes = counts.map { (dtype: $0.key, parameterCount: $0.value) }.sorted {
            ($1.parameterCount, $0.dtype.rawValue) < ($0.parameterCount, $1.dtype.rawValue)
        }
        parameterCount = counts.values.reduce(0, +)
        byteCount = entries.reduce(0) { $0 + $1.bytes.count }
        // Mapped, not copied, where the weights have one type.
        _ = try checkpoint.load(dtype: dtypes.first?.dtype ?? .float32, device: .cpu)
    }

    /// The bytes of a KV cache per token, in the type that most weights have.
    public var cacheBytesPerToken: Int {
        configuration.cacheBytesPerToken(dtypes.first?.dtype ?? .float32)
    }
}

extension ModelConfiguration {
    /// The bytes of the keys and values of one token in all layers.
    public func cacheBytesPerToken(_ dtype: DType) -> Int {
        2 * layerCount * keyHeadCount * headSize * dtype.byteCount
    }
}
