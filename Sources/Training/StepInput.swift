import Basics
import Transformer

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

/// The examples of one training step.
public struct StepInput: Sendable {
    /// Zero-shot examples; the mean over their targets is the zero-shot loss.
    public var zeroShot: [ExampleTree]
    /// Few-shot examples; the mean over their targets is the few-shot loss. Empty is none.
    public var fewShot: [ExampleTree]
    /// The weight of the zero-shot loss.
    public var zeroShotWeight = 1.0
    /// λ: the weight of the few-shot loss.
    public var fewShotWeight: Double

    public init(
        _ zeroShot: [Example], fewShot: [ExampleTree] = [], fewShotWeight: Double = 0
    ) {
        self.zeroShot = zeroShot.map { ExampleTree($0) }
        self.fewShot = fewShot
        self.fewShotWeight = fewShotWeight
    }
}

extension StepInput {
    /// A step in which zero-shot and few-shot prompts are rows of one batch; all of their targets
    /// have equal weight.
    public init(mixing zeroShot: [ExampleTree], _ fewShot: [ExampleTree]) {
        self.init([], fewShot: fewShot)
        self.zeroShot = zeroShot
        let targets = [zeroShot, fewShot].map { PackedForest.packing($0).1.totalWeight }
        let total = targets[0] + targets[1]
        guard total > 0 else { return }
        zeroShotWeight = targets[0] / total
        fewShotWeight = targets[1] / total
    }
}

/// How the few-shot loss's weight falls: within each epoch, starting again at λ₀ in the next, or as
/// the share of few-shot rows from epoch to epoch.
///
/// Source: arXiv 2602.23197, appendix B.2: "annealed linearly to 0 within each epoch".
public enum FewShotAnneal: String, SettingChoice {
    /// λ₀ · (1 - i / S) at step i of an epoch of S steps.
    case linear
    /// λ₀ · (1 - i / (S - 1)): 0 at the epoch's last step.
    case linearInclusive = "linear-inclusive"
    case constant
    /// Few-shot prompts are rows between the zero-shot ones, fewer from epoch to epoch.
    ///
    /// Each epoch has its own optimiser and schedule (`EpochMixture`).
    case epochs

    /// The initial share of few-shot rows in a mixture: few-shot rows are to zero-shot rows as
    /// `weight` to 1.
    public static func share(of weight: Double) -> Double { weight / (1 + weight) }

    /// The weight at a step, from 0, of an epoch; in a mixture the steps' inputs determine it.
    public func weight(from initial: Double, at step: Int, stepsPerEpoch: Int) -> Double {
        let place = Double(step % stepsPerEpoch)
        switch self {
        case .linear: return initial * (1 - place / Double(stepsPerEpoch))
        case .linearInclusive:
            return initial * (1 - place / Double(max(1, stepsPerEpoch - 1)))
        case .constant, .epochs: return initial
        }
    }
}
