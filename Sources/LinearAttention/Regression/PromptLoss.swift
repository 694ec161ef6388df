/// A loss over prompts: drawn in minibatches, or exact.
struct PromptLoss: Sendable {
    private enum Tasks {
        case one(Vector)
        case prior(TaskPrior)
    }

    let sampler: PromptSampler
    let purpose: RandomPurpose
    private let problem: RegressionProblem
    private let tasks: Tasks

    /// L_pre (8).
    static func pretraining(_ setup: RegressionSetup) throws -> PromptLoss {
        PromptLoss(
            sampler: try PromptSampler(setup.problem, context: setup.context, prior: setup.prior),
            purpose: .pretrainingPrompts, problem: setup.problem, tasks: .prior(setup.prior))
    }

    /// L_ZS (9).
    static func zeroShot(_ setup: RegressionSetup) throws -> PromptLoss {
        PromptLoss(
            sampler: try PromptSampler(setup.problem, context: 0, task: setup.task),
            purpose: .zeroShotPrompts, problem: setup.problem, tasks: .one(setup.task))
    }

    /// L_FS (33).
    static func fewShot(_ setup: RegressionSetup) throws -> PromptLoss {
        PromptLoss(
            sampler: try PromptSampler(setup.problem, context: setup.shots, task: setup.task),
            purpose: .fewShotPrompts, problem: setup.problem, tasks: .one(setup.task))
    }

    /// The expected loss.
    func exact(_ heads: [AttentionHead]) throws -> Double {
        switch tasks {
        case .one(let task): problem.error(of: heads, context: sampler.context, task: task)
        case .prior(let prior):
            try problem.meanError(of: heads, context: sampler.context, prior: prior)
        }
    }

    /// Its gradient by the head numbers.
    func exactGradient(_ heads: [AttentionHead]) throws -> [Double] {
        switch tasks {
        case .one(let task):
            AttentionModel.numbers(
                of: problem.gradient(of: heads, context: sampler.context, task: task))
        case .prior(let prior):
            AttentionModel.numbers(
                of: try problem.meanGradient(of: heads, context: sampler.context, prior: prior))
        }
    }
}
