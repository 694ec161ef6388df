import Basics

/// How parameters are updated.
public struct TrainingRecipe: Hashable, Sendable {
    public enum Optimizer: String, SettingChoice {
        /// Descent on the gradient of a minibatch, with momentum.
        case sgd
        /// Adam (Kingma, Ba 2015) with its usual 0.9, 0.999, 1e-8, on the same gradient.
        case adam
        /// The same on the exact gradient of the expected loss; for plain models.
        case population
    }

    public var optimizer = Optimizer.sgd
    public var learningRate = 0.01
    /// u <- momentum u + g, p <- p - rate u, where rate is the learning rate; u is 0 at the start
    /// of each phase. For sgd and population.
    public var momentum = 0.9
    /// The clipping norm. A gradient whose Euclidean norm over all trained numbers together is
    /// larger is scaled down to it, before momentum. Nil disables clipping.
    public var clippingNorm: Double? = 1
    public var iterationCount = 5_000
    /// The prompts of each kind in an iteration.
    public var batchSize = 5_000
    /// The tolerance of early stopping. Every 250 iterations the exact loss is evaluated. A
    /// training stops where it has decreased by less than this fraction of itself in the last 1,000
    /// iterations. It never stops while a weight is annealed, since the loss itself then changes.
    /// Nil runs all iterations.
    public var stopTolerance: Double?

    /// The authors' recipe.
    public init() {}

    /// The authors' recipe without momentum and clipping.
    public static var plain: TrainingRecipe {
        var recipe = TrainingRecipe()
        recipe.momentum = 0
        recipe.clippingNorm = nil
        return recipe
    }

    static let stopInterval = 250
    static let stopWindow = 4
}

/// The loss that a fine-tuning minimises, and the parameters that it updates.
public struct FineTuning: Hashable, Sendable {
    public enum Objective: String, SettingChoice {
        /// The zero-shot loss (9).
        case zeroShot = "zs"
        /// The zero-shot loss + lambda_t times the few-shot loss (33).
        case withFewShot = "zs+fs"
    }

    public enum Annealing: String, SettingChoice {
        /// lambda_t = lambda0 (T-1-t)/(T-1), t = 0 ... T-1: from lambda0 to 0, once.
        case linear
        /// lambda_t = lambda0.
        case constant
    }

    public var target: FineTuningTarget
    public var objective: Objective
    /// lambda0.
    public var fewShotWeight = 1.0
    public var annealing = Annealing.linear
    public var recipe = TrainingRecipe()

    public init(
        _ target: FineTuningTarget, _ objective: Objective,
        recipe: TrainingRecipe = TrainingRecipe()
    ) {
        self.target = target
        self.objective = objective
        self.recipe = recipe
    }

    /// lambda_t.
    func weight(at iteration: Int) -> Double {
        guard objective == .withFewShot else { return 0 }
        switch annealing {
        case .constant: return fewShotWeight
        case .linear:
            let last = Double(recipe.iterationCount - 1)
            return last > 0 ? fewShotWeight * (last - Double(iteration)) / last : fewShotWeight
        }
    }
}
