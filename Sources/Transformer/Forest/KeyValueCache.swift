import Torch

/// The keys and values of tokens already computed, for each layer.
public final class KeyValueCache {
    /// Rows in use: the tokens computed so far.
    public private(set) var count = 0
    private let capacity: Int
    private let layers: [(keys: Tensor, values: Tensor)]

    /// - Parameters:
    ///   - capacity: in tokens
    public init(
        capacity: Int, configuration: ModelConfiguration, dtype: DType, device: Device
    ) throws {
        self.capacity = capacity
        let shape = [capacity, configuration.keyHeadCount, configuration.headSize]
        layers = try (0..<configuration.layerCount).map { _ in
            (
                try .zeros(shape: shape, dtype: dtype, device: device),
                try .zeros(shape: shape, dtype: dtype, device: device)
            )
        }
    }

    /// Writes a pass's keys and values, `[tokens, keyHeads, headSize]`, behind those in use.
    ///
    /// - Returns: all keys and values of the layer, the new ones included
    func extended(layer: Int, keys: Tensor, values: Tensor) throws -> (keys: Tensor, values: Tensor)
    {
        let rows = count..<count + keys.shape[0]
        guard rows.upperBound <= capacity else {
            throw TorchError(
                operation: #function,
                message: "\(rows.upperBound) tokens do not fit a cache made for \(capacity)")
        }
        try layers[layer].keys.narrowed(to: rows).assign(keys)
        try layers[layer].values.narrowed(to: rows).assign(values)
        let all = 0..<rows.upperBound
        return (
            try layers[layer].keys.narrowed(to: all), try layers[layer].values.narrowed(to: all)
        )
    }

    /// Counts the tokens that every layer has written.
    func advance(by tokens: Int) { count += tokens }

    /// Keeps, of the rows from `start` on, those that `rows` names, in that order.
    func compact(from start: Int, keeping rows: [Int]) throws {
        let kept = start..<start + rows.count
        if !rows.isEmpty {
            for layer in layers {
                let indices = try Tensor(rows).moved(to: layer.keys.device)
                try layer.keys.narrowed(to: kept).assign(layer.keys.selecting(indices))
                try layer.values.narrowed(to: kept).assign(layer.values.selecting(indices))
            }
        }
        count = kept.upperBound
    }
}
