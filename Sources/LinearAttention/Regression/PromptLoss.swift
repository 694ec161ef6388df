/// A loss over prompts of a phase: on their minibatches, or exact.
struct PromptLoss: Sendable {
    private enum Tasks {
        case one(Vector)
        case prior(TaskPrior)
    }

    /// The number of examples that it reads; 0 means the query's token alone.
    let context: Int
    private let problem: RegressionProblem
    private let tasks: Tasks

    /// L_pre (8).
    static func pretraining(_ setup: RegressionSetup) -> PromptLoss {
        PromptLoss(context: setup.context, problem: setup.problem, tasks: .prior(setup.prior))
    }

    /// L_ZS (9).
    static func zeroShot(_ setup: RegressionSetup) -> PromptLoss {
        PromptLoss(context: 0, problem: setup.problem, tasks: .one(setup.task))
    }

    /// L_FS (33).
    static func fewShot(_ setup: RegressionSetup) -> PromptLoss {
        PromptLoss(context: setup.shots, problem: setup.problem, tasks: .one(setup.task))
    }

    /// The expected loss; over new pairs where the phase has a fixed set of them.
    func exact(_ heads: [TokenHead]) throws -> Double {
        switch tasks {
        case .one(let task): return problem.error(of: heads, context: context, task: task)
        case .prior(let prior):
            var sum = 0.0
            try problem.average(over: prior) { task, weight in
                sum += weight * problem.error(of: heads, context: context, task: task)
            }
            return sum
        }
    }

    /// Its gradient by the head numbers of a plain model.
    func exactGradient(_ heads: [AttentionHead]) throws -> [Double] {
        switch tasks {
        case .one(let task):
            AttentionModel.numbers(
                of: problem.gradient(of: heads, context: context, task: task))
        case .prior(let prior):
            AttentionModel.numbers(
                of: try problem.meanGradient(of: heads, context: context, prior: prior))
        }
    }
}

/// The prompts of a phase, and the losses on them: few-shot and zero-shot ones on the same queries.
struct PromptSource: Sendable {
    let sampler: PromptSampler
    let purpose: RandomPurpose
    let losses: [PromptLoss]

    static func pretraining(_ setup: RegressionSetup) throws -> PromptSource {
        PromptSource(
            sampler: try PromptSampler(setup.problem, context: setup.context, prior: setup.prior),
            purpose: .pretrainingPrompts, losses: [.pretraining(setup)])
    }

    /// The zero-shot loss, then the few-shot loss.
    ///
    /// - Parameter seed: of the training; draws its fixed set of pairs
    static func fineTuning(_ setup: RegressionSetup, seed: UInt64) throws -> PromptSource {
        let pairs = try setup.pairCount.map {
            try PairSet(
                setup.problem, task: setup.task, count: $0,
                seed: derivedSeed(seed, .fineTuningPairs))
        }
        return PromptSource(
            sampler: try PromptSampler(
                setup.problem, context: setup.shots, task: setup.task, pairs: pairs),
            purpose: .fineTuningPrompts, losses: [.zeroShot(setup), .fewShot(setup)])
    }
}
