import Torch

/// x · weightᵀ + bias, with an adapter as an optional part.
final class Linear {
    /// `[output, input]`
    let weight: Tensor
    /// `[output]`
    let bias: Tensor?
    var adapter: LoRA?
    /// A copy of the weight, `[input, output]`, where the input's gradient is faster with it.
    var transposed: Tensor?

    init(_ weights: WeightScope, input: Int, output: Int, hasBias: Bool) throws {
        weight = try weights.tensor("weight", shape: [output, input])
        bias = hasBias ? try weights.tensor("bias", shape: [output]) : nil
    }

    func callAsFunction(_ x: Tensor) throws -> Tensor {
        if let adapter, let dropout = adapter.dropout {
            // The adapter reads another input than the weight, so one fused operation cannot do
            // both.
            let y = try x.frozenLinear(weight: weight, bias: bias, transposed: transposed)
            return try (y + dropout.change(of: x, by: adapter)).converted(to: y.dtype)
        }
        return try x.frozenLinear(
            weight: weight, bias: bias, transposed: transposed,
            change: adapter.map { ($0.a, $0.b, $0.scale) })
    }
}
