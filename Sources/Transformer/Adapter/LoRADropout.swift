import Torch

/// Sets elements of an adapter's input to 0 at random, in training, and scales up the others.
///
/// Source: huggingface/peft, `tuners/lora/layer.py`: b(a(dropout(x))); the layer's own product sees
/// all of x. Segments that share a prefix share its draws.
public final class LoRADropout {
    /// The probability of each element to be 0.
    public let rate: Double
    private let generator: Generator

    /// - Parameters:
    ///   - rate: from 0 up to, not including, 1
    ///   - generator: on the device of the model
    public init(rate: Double, using generator: Generator) {
        precondition(rate >= 0 && rate < 1, "a dropout of 1 would leave nothing")
        self.rate = rate
        self.generator = generator
    }

    /// The state of its random generator: after it is set again, the next draws are the same.
    func state() throws -> [UInt8] { try generator.state() }
    func setState(_ state: [UInt8]) throws { try generator.setState(state) }

    func callAsFunction(_ x: Tensor) throws -> Tensor {
        guard rate > 0 else { return x }
        let kept = try Tensor.zeros(shape: x.shape, dtype: x.dtype, device: x.device)
        try kept.fillBernoulli(1 - rate, using: generator)
        try kept.scale(by: 1 / (1 - rate))
        return try x * kept
    }

    /// The adapter's contribution to its layer's output, in the adapter's type, when it reads x
    /// through this.
    func change(of x: Tensor, by adapter: LoRA) throws -> Tensor {
        try self(x.converted(to: adapter.a.dtype)).linear(weight: adapter.a)
            .linear(weight: adapter.b) * adapter.scale
    }
}

extension Decoder {
    /// Applies this dropout to every adapter's input from now on; nil ends it.
    public func setAdapterDropout(_ dropout: LoRADropout?) {
        for placed in adapters { placed.adapter.dropout = dropout }
    }
}
