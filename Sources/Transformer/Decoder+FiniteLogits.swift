import Torch

extension Decoder {
    /// Logits after some tokens, all of them checked to be finite.
    ///
    /// Code that scores, samples or measures takes its logits here. A model with one damaged
    /// weight, or one that overflows, would otherwise choose the first of all letters and tokens.
    ///
    /// - Parameters:
    ///   - hidden: `[rows, width]`, from `hidden(_:rows:cache:)`
    ///   - count: tokens of the vocabulary that are kept, the first ones; nil is all
    ///   - name: of the question or example that a row belongs to
    /// - Returns: `[rows, vocabulary]`
    /// - Throws: `LogitsRefusal` for the first row with a logit that is infinite or NaN.
    public func finiteLogits(
        of hidden: Tensor, keeping count: Int? = nil, naming name: (_ row: Int) -> String
    ) throws -> Tensor {
        var logits = try logits(of: hidden)
        if let count, count < logits.shape[1] {
            logits = try logits.narrowed(to: 0..<count, along: 1)
        }
        if let row = try logits.firstRowNotFinite() { throw LogitsRefusal(of: name(row)) }
        return logits
    }
}

/// The refusal of logits of which one is infinite or NaN.
public struct LogitsRefusal: Error, Equatable, CustomStringConvertible {
    /// The question or example.
    public let name: String
    /// Which of a run's models computed them; nil where there is one.
    public var model: String?

    public init(of name: String) { self.name = name }

    public var description: String {
        "\(name): a logit of the \(model.map { $0 + " " } ?? "")model is not a finite number; finite "
            + "ones are needed: look for a damaged weight by ft-mmlu doctor, or try --dtype fp32"
    }
}
