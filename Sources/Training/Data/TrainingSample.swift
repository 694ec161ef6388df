import Tokenization

/// A training example, token by token.
public struct TrainingSample: Sendable {
    public struct Token: Sendable, Equatable {
        /// The token's part of the text; a character of several tokens belongs to the last of them.
        public let text: String
        public let isTarget: Bool

        public init(text: String, isTarget: Bool) {
            self.text = text
            self.isTarget = isTarget
        }
    }

    /// "zero-shot" or "few-shot".
    public let title: String
    public let tokens: [Token]

    public init(title: String, tokens: [Token]) {
        self.title = title
        self.tokens = tokens
    }

    /// - Parameter tokenizer: nil shows ids in place of text
    init(title: String, _ example: Example, tokenizer: (any Tokenizer)?) throws {
        let texts = try tokenizer.map { try Self.texts(of: example.tokens, $0) }
        self.init(
            title: title,
            tokens: example.tokens.indices.map { index in
                Token(
                    text: texts?[index] ?? "\(example.tokens[index])",
                    isTarget: index > 0 && example.weights[index] != 0)
            })
    }

    /// The text that each token adds to that of the tokens before it.
    private static func texts(of ids: [Int32], _ tokenizer: any Tokenizer) throws -> [String] {
        var shown = 0
        return try ids.indices.map { index in
            var text = try tokenizer.decode(Array(ids[...index])).unicodeScalars
            // The incomplete beginning of a character, which the next token may complete.
            while index + 1 < ids.count, text.count > shown, text.last == "\u{FFFD}" {
                text.removeLast()
            }
            defer { shown = max(shown, text.count) }
            return String(text.dropFirst(shown))
        }
    }
}

extension TrainingSet {
    /// The first example of each loss, as the first step reads it.
    ///
    /// - Parameter plan: determines the examples of the first step
    package func samples(_ plan: BatchSampler, tokenizer: (any Tokenizer)?) throws
        -> [TrainingSample]
    {
        let batch = plan.batch(at: 0)
        let tree =
            try plan.mixture == nil
            ? fewShotTrees(step: 0, batch: batch).first
            : plan.fewShotBatch(at: 0).first.flatMap(fewShotTree)
        let few = tree.map { Example(tokens: $0.firstTokens, weights: $0.firstWeights) }
        return try [("zero-shot", batch.first.map { examples[$0] }), ("few-shot", few)]
            .compactMap { title, example in
                try example.map { try TrainingSample(title: title, $0, tokenizer: tokenizer) }
            }
    }
}

extension ExampleTree {
    fileprivate var firstTokens: [Int32] { prefix + (continuations.first?.tokens ?? []) }
    fileprivate var firstWeights: [Float] { prefixWeights + (continuations.first?.weights ?? []) }
}
