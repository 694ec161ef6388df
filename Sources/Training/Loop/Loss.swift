import Torch
import Transformer

extension Decoder {
    /// The weighted sum of the targets' negative log-probabilities, in nats.
    ///
    /// The last layer's feed-forward part and the logits are computed only at the rows that have a
    /// target.
    public func loss(_ forest: PackedForest, _ targets: LossTargets) throws -> Tensor {
        let places = try places(of: targets)
        return try crossEntropy(
            of: hidden(forest.pass, rows: places.positions), rows: places.rows,
            tokens: targets.tokens, weights: targets.weights)
    }

    /// Adds `factor` times the gradient of that loss to the trainable parameters.
    ///
    /// - Parameter recomputing: activation checkpointing: recomputes each layer in the backward
    ///   pass in place of keeping its activations
    /// - Returns: the loss, without the factor
    public func addGradients(
        of forest: PackedForest, _ targets: LossTargets, times factor: Double, recomputing: Bool
    ) throws -> Double {
        guard recomputing else {
            let loss = try loss(forest, targets)
            let value = try loss.item()
            try (loss * factor).backward()
            return value
        }
        let places = try places(of: targets)
        var value = 0.0
        try backwardRecomputing(forest.pass, rows: places.positions) { hidden in
            let loss = try crossEntropy(
                of: hidden, rows: places.rows, tokens: targets.tokens, weights: targets.weights)
            value = try loss.item()
            return try loss * factor
        }
        return value
    }

    /// The first example whose own loss is infinite or NaN, by its tree and its position there; nil
    /// where there is none.
    func firstLossNotFinite(_ trees: [ExampleTree]) throws -> (tree: Int, continuation: Int)? {
        try withoutGradient {
            for (tree, examples) in trees.enumerated() {
                for (place, example) in examples.wholeExamples.enumerated() {
                    let (forest, targets) = PackedForest.packing([ExampleTree(example)])
                    guard !targets.rows.isEmpty else { continue }
                    if try !loss(forest, targets).item().isFinite { return (tree, place) }
                }
            }
            return nil
        }
    }

    /// The rows of a forward pass that have a target, each once, and each target's position among
    /// them.
    private func places(of targets: LossTargets) throws -> (positions: [Int], rows: [Int]) {
        let positions = Set(targets.rows).sorted()
        let rowOfPosition = Dictionary(
            uniqueKeysWithValues: positions.enumerated().map { ($0.element, $0.offset) })
        let vocabulary = configuration.vocabularySize
        if let bad = targets.tokens.first(where: { !(0..<vocabulary).contains($0) }) {
            throw TorchError(
                operation: "loss",
                message: "target \(bad) is outside the vocabulary of \(vocabulary)")
        }
        return (positions, targets.rows.map { rowOfPosition[$0] ?? 0 })
    }
}
