import Torch

extension Decoder {
    /// Keeps a transposed copy of every projection's weight where the input's gradient is faster
    /// with it; costs once more the layers' bytes there.
    ///
    /// Which weights is settled by the device and the type, never by a measurement: the same
    /// training takes the same products on the same machine. Source of the rule: on a CPU with AMX a
    /// bfloat16 product with the weight as it is stored ran at 500, with a transposed copy at 1,190
    /// GFLOP/s; on one with AVX-512 BF16 alone there was nothing to gain.
    public func prepareForGradients() throws {
        guard device.isFasterWithTransposedWeights, dtype == .bfloat16 else { return }
        try forEachLinear { $0.transposed = try $0.weight.transposed(0, 1).copied() }
    }

    /// Gives the copies' memory back.
    public func finishGradients() {
        forEachLinear { $0.transposed = nil }
    }

    private func forEachLinear(_ body: (Linear) throws -> Void) rethrows {
        for layer in layers {
            for projection in Projection.allCases { try body(layer.linear(projection)) }
        }
    }
}
