import Torch

/// A KV cache: the keys and values of computed tokens, for each layer, in rows that are reserved
/// for runs of tokens and released.
public final class KVCache {
    public let capacity: Int
    private let layers: [(keys: Tensor, values: Tensor)]
    /// The free ranges of rows, ascending; no two of them are adjacent.
    private var gaps: [Range<Int>]

    /// - Parameter capacity: in tokens
    public init(
        capacity: Int, configuration: ModelConfiguration, dtype: DType, device: Device
    ) throws {
        self.capacity = capacity
        gaps = capacity > 0 ? [0..<capacity] : []
        // Flash attention on CUDA reads a head's rows where they lie, if they lie together.
        let isHeadMajor = device != .cpu && dtype.byteCount == 2
        let heads = configuration.keyHeadCount
        func rows() throws -> Tensor {
            guard isHeadMajor else {
                return try .unset(
                    shape: [capacity, heads, configuration.headSize], dtype: dtype, device: device)
            }
            return try .unset(
                shape: [heads, capacity, configuration.headSize], dtype: dtype, device: device
            ).transposed(0, 1)
        }
        layers = try (0..<configuration.layerCount).map { _ in (try rows(), try rows()) }
    }

    /// The bytes per token.
    public static func bytesPerToken(_ configuration: ModelConfiguration, dtype: DType) -> Int {
        2 * configuration.layerCount * configuration.keyHeadCount * configuration.headSize
            * dtype.byteCount
    }

    /// Reserves consecutive rows; nil where no gap is long enough.
    public func reserve(_ count: Int) -> Range<Int>? {
        precondition(count > 0, "a run of tokens needs at least one row")
        guard let place = gaps.firstIndex(where: { $0.count >= count }) else { return nil }
        let gap = gaps[place]
        let rows = gap.lowerBound..<gap.lowerBound + count
        if rows.upperBound == gap.upperBound {
            gaps.remove(at: place)
        } else {
            gaps[place] = rows.upperBound..<gap.upperBound
        }
        return rows
    }

    /// Releases rows that `reserve(_:)` reserved.
    public func release(_ rows: Range<Int>) {
        let place = gaps.firstIndex { $0.lowerBound >= rows.upperBound } ?? gaps.count
        var rows = rows
        var touched = place..<place
        if place < gaps.count, gaps[place].lowerBound == rows.upperBound {
            rows = rows.lowerBound..<gaps[place].upperBound
            touched = place..<place + 1
        }
        if place > 0, gaps[place - 1].upperBound >= rows.lowerBound {
            precondition(
                gaps[place - 1].upperBound == rows.lowerBound, "rows are given back only once")
            rows = gaps[place - 1].lowerBound..<rows.upperBound
            touched = place - 1..<touched.upperBound
        }
        gaps.replaceSubrange(touched, with: [rows])
    }

    /// Writes keys and values, `[tokens, keyHeads, headSize]`, to `rows`, an int64 vector.
    ///
    /// - Returns: the keys and values of all rows of the layer
    fileprivate func keep(
        layer: Int, keys: Tensor, values: Tensor, rows: Tensor
    ) throws -> (keys: Tensor, values: Tensor) {
        try layers[layer].keys.assign(keys, toRows: rows)
        try layers[layer].values.assign(values, toRows: rows)
        return layers[layer]
    }
}

/// The location in a cache for the keys and values of a forward pass.
struct CachePlace {
    private let cache: KVCache
    /// An int64 vector.
    private let rows: Tensor

    init(_ cache: KVCache, rows: Tensor) {
        self.cache = cache
        self.rows = rows
    }

    /// Writes a forward pass's keys and values of a layer.
    ///
    /// - Returns: all rows of the layer in the cache
    func keep(
        layer: Int, keys: Tensor, values: Tensor
    ) throws -> (keys: Tensor, values: Tensor) {
        try cache.keep(layer: layer, keys: keys, values: values, rows: rows)
    }
}
