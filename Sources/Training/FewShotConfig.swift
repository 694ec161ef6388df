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
