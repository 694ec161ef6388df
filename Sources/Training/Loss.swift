import Torch
import Transformer

extension Decoder {
    /// The weighted sum of the targets' negative log-probabilities, in nats.
    ///
    /// The last layer's feed-forward part and the logits are computed only at the rows that have a
    /// target.
    public func loss(_ forest: PackedForest, _ targets: Targets) throws -> Tensor {
        var rowOfPosition: [Int: Int] = [:]
        var positions: [Int] = []
        for position in targets.rows where rowOfPosition[position] == nil {
            rowOfPosition[position] = positions.count
            positions.append(position)
        }
        let vocabulary = configuration.vocabularySize
        if let bad = targets.tokens.first(where: { !(0..<vocabulary).contains($0) }) {
            throw TorchError(
                operation: "loss",
                message: "target \(bad) is outside the vocabulary of \(vocabulary)")
        }
        return try crossEntropy(
            of: hidden(forest.pass, rows: positions),
            rows: targets.rows.map { rowOfPosition[$0] ?? 0 }, tokens: targets.tokens,
            weights: targets.weights)
    }
}
