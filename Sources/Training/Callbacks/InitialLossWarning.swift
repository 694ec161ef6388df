import Foundation

/// A warning that the first loss is too high for a checkpoint trained on such text.
///
/// A model that gives every token the same probability has a loss of ln(vocabulary).
public struct InitialLossWarning: Error, CustomStringConvertible {
    public let loss: Double
    public let vocabularySize: Int

    /// nil where the loss is no higher than that of a uniform prediction.
    public init?(loss: Double, vocabularySize: Int) {
        guard loss > log(Double(vocabularySize)) else { return nil }
        self.loss = loss
        self.vocabularySize = vocabularySize
    }

    public var description: String {
        String(
            format: "the first loss is %.4f nats, above %.4f = ln(%d), ", loss,
            log(Double(vocabularySize)), vocabularySize)
            + "which a model that knows nothing has; likely causes: a prompt or chat template "
            + "that the checkpoint does not know, labels that are not the tokens that follow, the "
            + "tokenizer of another checkpoint, or weights that were never trained"
    }
}
