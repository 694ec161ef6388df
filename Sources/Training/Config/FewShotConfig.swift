import Basics

/// What the prompts of the few-shot loss show, and which of their tokens are targets.
public struct FewShotConfig: ConfigGroup {
    public static let prefix = "few-shot-"

    /// Which answers of a few-shot prompt are targets.
    public enum Targets: String, SettingChoice {
        /// Only the last question's answer.
        case last
        /// The demonstrations' answers too.
        case all
    }

    /// Where demonstrations come from; never the questions that they are shown with.
    public enum Source: String, SettingChoice {
        /// The training questions.
        case pool
        /// The category's dev rows.
        case dev
        /// The category's dev and val rows.
        case devAndVal = "dev+val"
    }

    /// λ₀, the few-shot loss's weight at the start of an epoch.
    public var weight = 1.0
    /// How the weight falls within each epoch.
    public var anneal = FewShotAnneal.linear
    public var targets = Targets.last
    /// Demonstrations in a prompt; nil is the largest number of shots in evaluation.
    @Setting(.from(1)) public var shots: Int?
    /// Questions that share a prefix; nil is all questions of a step.
    @Setting(.from(1)) public var perPrefix: Int?
    public var source = Source.pool
    /// JSON lines with the demonstrations' rationales, or "none"; nil is the rationales of
    /// evaluation's shots.
    public var rationales: String?

    public init() {}

    public func validate() throws {
        if let perPrefix, anneal == .epochs, perPrefix > 1 {
            throw UsageError(
                "--few-shot-per-prefix \(perPrefix): under --few-shot-anneal epochs each few-shot "
                    + "prompt has demonstrations of its own; leave it out")
        }
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
