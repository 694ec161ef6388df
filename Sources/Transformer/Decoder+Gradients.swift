import Torch

extension Decoder {
    /// Keeps a transposed copy of every projection's weight where that makes the input's gradient
    /// faster; it costs the layers' bytes a second time there.
    ///
    /// The device and the type decide which weights are copied, never a measurement: the same
    /// training uses the same products on the same machine. Source of the rule: on a CPU with AMX a
    /// bfloat16 product with the weight as it is stored ran at 500, with a transposed copy at 1,190
    /// GFLOP/s; on one with AVX-512 BF16 alone there was nothing to gain.
    public func prepareForGradients() throws {
        guard takesTransposedWeights else { return }
        try forEachLinear { $0.transposed = try $0.weight.transposed(0, 1).copied() }
    }

    /// Bytes that the copies take; 0 where there are none.
    public var bytesForGradients: Int {
        guard takesTransposedWeights else { return 0 }
        var bytes = 0
        forEachLinear { bytes += $0.weight.byteCount }
        return bytes
    }

    private var takesTransposedWeights: Bool {
        device.isFasterWithTransposedWeights && dtype == .bfloat16
    }

    /// Releases the copies' memory.
    public func finishGradients() {
        forEachLinear { $0.transposed = nil }
    }

    private func forEachLinear(_ body: (Linear) throws -> Void) rethrows {
        for layer in layers {
            for projection in Projection.allCases { try body(layer.linear(projection)) }
        }
    }
}
