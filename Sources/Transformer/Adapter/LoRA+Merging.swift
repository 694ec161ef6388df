import Torch

extension LoRA {
    /// The layer's weight with the adapter's change added: float32 arithmetic, then the weight's own
    /// type.
    ///
    /// - Parameter weight: `[output, input]`
    func merged(into weight: Tensor) throws -> Tensor {
        let change = try b.matmul(a).moved(to: weight.device) * scale
        return try (weight.converted(to: .float32) + change).converted(to: weight.dtype)
    }
}

extension Decoder {
    /// Merges every adapter into its layer's weight, and removes it.
    ///
    /// - Throws: `TorchError` when a weight would not be finite; the model is then partly merged
    ///   and must not be used.
    public func mergeAdapters() throws {
        for layer in layers {
            for projection in Projection.allCases {
                let linear = layer.linear(projection)
                guard let adapter = linear.adapter else { continue }
                try withoutGradient {
                    let merged = try adapter.merged(into: linear.weight)
                    guard try merged.isFinite() else {
                        throw TorchError(
                            operation: "merging an adapter",
                            message: "a weight of \(projection.moduleName) is too large for "
                                + "\(merged.dtype)")
                    }
                    try linear.weight.assign(merged)
                }
                linear.adapter = nil
            }
        }
    }
}
