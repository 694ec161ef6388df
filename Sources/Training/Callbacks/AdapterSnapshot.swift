import Torch
import Transformer

/// A copy of the adapters before training, to detect what it changed.
public struct AdapterSnapshot {
    private let copies: [(path: String, a: Tensor, b: Tensor)]

    public init(_ decoder: Decoder) throws {
        copies = try decoder.adapters.map {
            ($0.path, try $0.adapter.a.copied(), try $0.adapter.b.copied())
        }
    }

    /// The paths of the adapters that are bit-identical to the copies.
    ///
    /// - Parameter decoder: the model that the copies are of
    public func unchangedPaths(in decoder: Decoder) throws -> [String] {
        try zip(copies, decoder.adapters).filter { copy, now in
            try copy.a.bytes() == now.adapter.a.bytes()
                && copy.b.bytes() == now.adapter.b.bytes()
        }.map(\.0.path)
    }

    /// - Parameter steps: the steps made since the copies
    /// - Throws: `UnchangedAdapter` when there were steps and none of them changed anything.
    /// - Returns: the paths of those adapters that no step changed, while others changed
    public func check(_ decoder: Decoder, after steps: [StepReport]) throws -> [String] {
        let unchanged = try unchangedPaths(in: decoder)
        guard !steps.isEmpty, unchanged.count == copies.count else { return unchanged }
        throw UnchangedAdapter(
            stepCount: steps.count, largestRate: steps.map(\.learningRate).max() ?? 0,
            largestNorm: steps.map(\.gradientNorm).max() ?? 0)
    }
}

/// An error for a training that left its adapter unchanged.
public struct UnchangedAdapter: Error, CustomStringConvertible {
    let stepCount: Int
    let largestRate: Double
    let largestNorm: Double

    public var description: String {
        let found = "no step of \(stepCount) changed the adapter: "
        if largestRate == 0 {
            return found + "the learning rate was 0 at each; a --learning-rate above 0, and more "
                + "steps than warm up, are needed"
        }
        if largestNorm == 0 {
            return found + "the gradient was 0 at each; targets that depend on the adapter, and "
                + "an --alpha above 0, are needed"
        }
        return found + "learning rates up to \(largestRate) and gradients of norm up to "
            + "\(largestNorm) are too small for float32; a higher --learning-rate is needed"
    }
}
