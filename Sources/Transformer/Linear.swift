import Torch

/// x · weightᵀ + bias, with an adapter as an optional part.
final class Linear {
    /// `[output, input]`
    let weight: Tensor
    /// `[output]`
    let bias: Tensor?
    var adapter: LoRA?

    init(_ weights: WeightScope, input: Int, output: Int, hasBias: Bool) throws {
        weight = try weights.tensor("weight", shape: [output, input])
        bias = hasBias ? try weights.tensor("bias", shape: [output]) : nil
    }

    func callAsFunction(_ x: Tensor) throws -> Tensor {
        let y = try x.linear(weight: weight, bias: bias)
        guard let adapter else { return y }
        return try (y + adapter(x)).converted(to: y.dtype)
    }
}
