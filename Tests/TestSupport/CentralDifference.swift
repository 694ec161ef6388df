import Testing
import Torch

extension Tensor {
    /// Numbers uniform on `range`, the same for the same seed on every device; they live on
    /// `Fixture.device()`.
    public static func random(
        _ shape: [Int], dtype: DType = .float64, in range: ClosedRange<Double> = -1...1,
        seed: UInt64
    ) throws -> Tensor {
        let tensor = try Tensor.zeros(shape: shape, dtype: .float64)
        try tensor.fillUniform(
            from: range.lowerBound, to: range.upperBound, using: Generator(seed: seed))
        return try tensor.converted(to: dtype).moved(to: Fixture.device())
    }

    /// A copy that asks for gradients.
    public func asLeaf() throws -> Tensor {
        let leaf = try withoutGradient { try copied() }
        try leaf.setRequiresGradient(true)
        return leaf
    }
}

/// Compares the gradients that `backward` gives with central differences of `function`.
///
/// - Parameters:
///   - inputs: float64
///   - function: its result, of any shape, is weighed with fixed random numbers and summed
public func expectGradients(
    at inputs: [Tensor], _ what: String = "", sourceLocation: SourceLocation = #_sourceLocation,
    of function: ([Tensor]) throws -> Tensor
) throws {
    let weights = try Tensor.random(function(inputs).shape, seed: 77)
    func loss(_ inputs: [Tensor]) throws -> Tensor { try (function(inputs) * weights).sum() }

    let leaves = try inputs.map { try $0.asLeaf() }
    try loss(leaves).backward()
    for (index, input) in inputs.enumerated() {
        let found = try #require(try leaves[index].gradient(), sourceLocation: sourceLocation)
        let values: [Double] = try input.values()
        let step = 1e-5
        var slopes: [Double] = []
        for element in values.indices {
            func shifted(by change: Double) throws -> Double {
                var moved = values
                moved[element] += change
                var others = inputs
                others[index] = try Tensor(moved, shape: input.shape).moved(to: input.device)
                return try loss(others).item()
            }
            slopes.append(try (shifted(by: step) - shifted(by: -step)) / (2 * step))
        }
        try expectClose(
            found, Tensor(slopes, shape: input.shape), .ofLargest(1e-6), "\(what) input \(index)",
            sourceLocation: sourceLocation)
    }
}
