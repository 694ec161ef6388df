import Torch
import Transformer

extension Decoder {
    /// The weighted sum of the targets' negative log-probabilities, in nats.
    ///
    /// Logits are computed only at the rows that have a target.
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
        let flat = zip(targets.rows, targets.tokens).map { position, token in
            (rowOfPosition[position] ?? 0) * vocabulary + token
        }
        let logits = try logits(of: hidden(forest.pass), at: positions)
        let chosen = try logits.logSoftmax().reshaped([-1])
            .selecting(Tensor(flat).moved(to: device))
        let weights = try Tensor(targets.weights).moved(to: device)
        return try (chosen * weights).sum() * -1
    }
}
