import Transformer

/// A token sequence to learn from.
public struct Example: Sendable, Equatable {
    public var tokens: [Int32]
    /// The weight of each token as a target, predicted from the tokens before it; 0 is no target.
    ///
    /// As long as `tokens`; the first counts for nothing, since nothing predicts it.
    public var weights: [Float]

    public init(tokens: [Int32], weights: [Float]) {
        precondition(tokens.count == weights.count, "every token has a weight")
        self.tokens = tokens
        self.weights = weights
    }

    /// A prompt, which is no target, and its answer, every token of which weighs 1.
    public init(prompt: [Int32], answer: [Int32]) {
        self.init(
            tokens: prompt + answer,
            weights: .init(repeating: 0, count: prompt.count)
                + .init(repeating: 1, count: answer.count))
    }

    /// The number of tokens that are targets.
    public var targetCount: Int { weights.dropFirst().count { $0 != 0 } }
}

/// The targets of a forward pass: at a row, a token, with a weight.
///
/// A row may have several targets: the first tokens of all children of a segment are predicted at
/// its last token.
public struct LossTargets: Sendable {
    public private(set) var rows: [Int] = []
    public private(set) var tokens: [Int] = []
    public private(set) var weights: [Float] = []

    public init() {}

    public mutating func append(row: Int, token: Int32, weight: Float) {
        rows.append(row)
        tokens.append(Int(token))
        weights.append(weight)
    }

    /// Adds the tokens of a segment that have a weight and a row that predicts them.
    fileprivate mutating func append(
        _ tokens: [Int32], _ weights: [Float], of segment: Int, in forest: PackedForest
    ) {
        for (offset, weight) in weights.enumerated() where weight != 0 {
            guard let row = forest.predictor(ofTokenAt: offset, in: segment) else { continue }
            append(row: row, token: tokens[offset], weight: weight)
        }
    }

    public var totalWeight: Double { weights.reduce(0) { $0 + Double($1) } }
}

extension PackedForest {
    /// A packed forest and its targets: each tree's prefix is a root and its continuations are
    /// below it.
    public static func packing(_ trees: some Sequence<ExampleTree>) -> (PackedForest, LossTargets) {
        var forest = PackedForest()
        var targets = LossTargets()
        for tree in trees {
            let root = tree.prefix.isEmpty ? nil : forest.append(tree.prefix)
            if let root { targets.append(tree.prefix, tree.prefixWeights, of: root, in: forest) }
            for example in tree.continuations {
                let segment = forest.append(example.tokens, under: root)
                targets.append(example.tokens, example.weights, of: segment, in: forest)
            }
        }
        return (forest, targets)
    }
}

/// Examples with a shared prefix, which is computed once.
public struct ExampleTree: Sendable, Equatable {
    /// The shared prefix; may be empty.
    public let prefix: [Int32]
    /// The weight of each prefix token as a target.
    ///
    /// It is the sum over the examples, so that losses, means and gradients are those of the
    /// examples one by one.
    public let prefixWeights: [Float]
    /// What follows the prefix in each example.
    public let continuations: [Example]

    /// Continuations of a prefix without targets; it may be empty.
    public init(prefix: [Int32], continuations: [Example]) {
        self.prefix = prefix
        prefixWeights = .init(repeating: 0, count: prefix.count)
        self.continuations = continuations
    }

    /// A tree of one example.
    public init(_ example: Example) {
        prefix = []
        prefixWeights = []
        continuations = [example]
    }

    /// A tree of examples with their longest common prefix; each keeps at least one token of its
    /// own.
    public init(sharing examples: [Example]) {
        let limit = (examples.map(\.tokens.count).min() ?? 1) - 1
        var count = 0
        while count < limit,
            examples.allSatisfy({ $0.tokens[count] == examples[0].tokens[count] })
        {
            count += 1
        }
        prefix = examples.first.map { Array($0.tokens[..<count]) } ?? []
        prefixWeights = (0..<count).map { index in examples.reduce(0) { $0 + $1.weights[index] } }
        continuations = examples.map {
            Example(tokens: Array($0.tokens[count...]), weights: Array($0.weights[count...]))
        }
    }

    /// Each continuation with the prefix before it; the prefix tokens are no targets.
    var wholeExamples: [Example] {
        continuations.map {
            Example(
                tokens: prefix + $0.tokens,
                weights: .init(repeating: 0, count: prefix.count) + $0.weights)
        }
    }

    /// Tokens that a forward pass reads.
    public var tokenCount: Int { continuations.reduce(prefix.count) { $0 + $1.tokens.count } }
}
