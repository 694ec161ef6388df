import Torch

/// A source of a model's tensors, by name.
public protocol WeightSource {
    /// - Throws: when the tensor is missing or has another shape.
    func tensor(_ name: String, shape: [Int]) throws -> Tensor

    /// The tensor was copied; its memory is not needed again.
    func release(_ name: String)
}

extension WeightSource {
    public func release(_ name: String) {}
}

/// A position in the tree of names: `scope["mlp"]["up_proj"].tensor("weight", shape: …)`.
struct WeightScope {
    let source: any WeightSource
    let path: String
    let dtype: DType
    let device: Device
    let ledger: WeightLedger

    subscript(_ name: String) -> WeightScope {
        WeightScope(
            source: source, path: path + name + ".", dtype: dtype, device: device, ledger: ledger)
    }

    /// The tensor in the model's type and on its device.
    func tensor(_ name: String, shape: [Int]) throws -> Tensor {
        let stored = try source.tensor(path + name, shape: shape)
        let tensor = try stored.converted(to: dtype).moved(to: device)
        if stored.dtype != dtype || stored.device != device { source.release(path + name) }
        ledger.weights.append((path + name, tensor))
        return tensor
    }
}

/// All weights that a model requested, in the order of the model.
final class WeightLedger {
    var weights: [(name: String, tensor: Tensor)] = []
}

/// The initialisation for pretraining: normal weights, zero biases, norms of one (transformers,
/// `initializer_range`).
public struct RandomWeights: WeightSource {
    let generator: Generator
    let deviation: Double

    public init(using generator: Generator, deviation: Double = 0.02) {
        self.generator = generator
        self.deviation = deviation
    }

    public func tensor(_ name: String, shape: [Int]) throws -> Tensor {
        if name.hasSuffix(".bias") { return try .zeros(shape: shape) }
        if shape.count == 1 { return try .full(1, shape: shape) }
        let weights = try Tensor.zeros(shape: shape)
        try weights.fillNormal(deviation: deviation, using: generator)
        return weights
    }
}
