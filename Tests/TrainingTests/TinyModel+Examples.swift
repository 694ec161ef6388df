import TestSupport
import Torch
import Training
import Transformer

/// Examples for the tiny model.
extension TinyModel {
    /// Prompts and answers of several lengths.
    static let examples: [Example] = [
        Example(prompt: [1, 2, 3], answer: [4, 5]), Example(prompt: [7], answer: [8]),
        Example(prompt: [9, 10, 11, 12, 13], answer: [14, 15, 16]),
        Example(prompt: [20, 21], answer: [22]),
    ]

    /// The negative log-probability of each token but the first of a sequence, in nats.
    static func losses(_ decoder: Decoder, _ tokens: [Int32]) throws -> [Double] {
        try withoutGradient {
            let logs = try decoder.logits(PackedForest(roots: [tokens])).logSoftmax()
            return try (1..<tokens.count).map { index in
                -(try logs.narrowed(to: index - 1..<index).reshaped([-1])
                    .converted(to: .float64).values(as: Double.self)[Int(tokens[index])])
            }
        }
    }
}
