/// How parameters move.
public struct TrainingRecipe: Hashable, Sendable {
    public enum Optimizer: String, CaseIterable, Sendable {
        /// Plain descent on the gradient of a minibatch.
        case sgd
        /// Adam (Kingma, Ba 2015) with its usual 0.9, 0.999, 1e-8, on the same gradient.
        case adam
        /// Plain descent on the exact gradient of the expected loss.
        case population
    }

    public var optimizer = Optimizer.sgd
    public var learningRate = 0.01
    public var iterationCount = 5_000
    /// Prompts of each kind in an iteration.
    public var batchSize = 5_000
    /// Stops a training early where the exact loss of its parameters, looked at every 250 iterations,
    /// has fallen by less than this share of itself in the last 1,000 iterations. Never while a weight
    /// is annealed, when the loss itself still changes. Nil: makes all iterations.
    public var stopTolerance: Double?

    public init() {}

    static let stopInterval = 250
    static let stopWindow = 4
}

/// What a fine-tuning minimises, and which parameters it moves.
public struct FineTuning: Hashable, Sendable {
    public enum Objective: String, CaseIterable, Sendable {
        /// The zero-shot loss (9).
        case zeroShot = "zs"
        /// The zero-shot loss + lambda_t times the few-shot loss (33).
        case withFewShot = "zs+fs"
    }

    public enum Annealing: String, CaseIterable, Sendable {
        /// lambda_t = lambda0 (1 - t/T).
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

    public init(_ target: FineTuningTarget, _ objective: Objective) {
        self.target = target
        self.objective = objective
    }

    /// lambda_t.
    func weight(at iteration: Int) -> Double {
        guard objective == .withFewShot else { return 0 }
        switch annealing {
        case .constant: return fewShotWeight
        case .linear:
            return fewShotWeight * (1 - Double(iteration) / Double(recipe.iterationCount))
        }
    }
}
