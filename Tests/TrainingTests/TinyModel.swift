import TestSupport
import Torch
import Training
import Transformer

/// A model of two layers over 31 tokens, and examples for it.
enum TinyModel {
    static func decoder(dtype: DType = .float32, seed: UInt64 = 3) throws -> Decoder {
        try Decoder(
            ModelConfiguration(
                family: .qwen2, vocabularySize: 31, width: 16, layerCount: 2, headCount: 4,
                keyHeadCount: 2, headSize: 8, hiddenWidth: 24, normEpsilon: 1e-6,
                ropeTheta: 10_000, contextLength: 64, tiesEmbeddings: true,
                hasQueryKeyValueBias: true, normalizesQueryAndKey: false, storedDtype: nil),
            weights: RandomWeights(using: Generator(seed: seed), deviation: 0.3), dtype: dtype,
            device: Fixture.device())
    }

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
