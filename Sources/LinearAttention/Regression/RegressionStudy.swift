import Dispatch
import Foundation
import Statistics
import Synchronization

/// Pretrains a model once a seed, fine-tunes it in several ways, and says what became of it.
///
/// All ways of a seed read the same prompts, iteration by iteration, so that they differ only in what
/// they do with them; seeds differ in first weights and prompts and run side by side on the machine's cores.
public struct RegressionStudy: Sendable {
    /// Where fine-tuning begins.
    public enum Start: Hashable, Sendable {
        /// A model pretrained from normal numbers of this standard deviation.
        case random(scale: Double)
        /// This head, shared by the model's heads, every number but v moved by a normal number of
        /// standard deviation `perturbation`; nothing is pretrained.
        case head(AttentionHead, perturbation: Double)
    }

    public var setup: RegressionSetup
    public var design = AttentionDesign.merged
    public var start = Start.random(scale: 0.1)
    public var pretraining = TrainingRecipe()
    public var fineTunings: [FineTuning] = []
    public var seeds: [UInt64] = [0]

    public init(_ setup: RegressionSetup) { self.setup = setup }

    /// Iterations of all seeds, pretraining and fine-tuning.
    public var iterationCount: Int {
        let first = if case .random = start { pretraining.iterationCount } else { 0 }
        let second = fineTunings.map(\.recipe.iterationCount).max() ?? 0
        return seeds.count * (first + second)
    }

    /// - Parameter report: told how many iterations are done; called on any thread, one call at a
    ///   time; may throw to stop
    /// - Throws: `LinearAttentionError` where training leaves the finite numbers; what `report` throws.
    public func run(
        report: @Sendable (_ done: Int) throws -> Void = { _ in }
    ) throws -> RegressionResults {
        let count = Mutex(0)
        let outcomes = Mutex([Result<SeedModels, any Error>?](repeating: nil, count: seeds.count))
        let isStopped = Atomic(false)
        DispatchQueue.concurrentPerform(iterations: seeds.count) { index in
            let outcome = Result {
                try models(seed: seeds[index]) {
                    if isStopped.load(ordering: .relaxed) { throw CancellationError() }
                    try count.withLock { count in
                        count += 1
                        if count % 20 == 0 || count == iterationCount { try report(count) }
                    }
                }
            }
            if case .failure = outcome { isStopped.store(true, ordering: .relaxed) }
            outcomes.withLock { $0[index] = outcome }
        }
        let all = outcomes.withLock { $0 }.compactMap { $0 }
        // The one that failed first, not those that it stopped.
        for outcome in all {
            if case .failure(let error) = outcome, !(error is CancellationError) { throw error }
        }
        return RegressionResults(study: self, models: try all.map { try $0.get() })
    }

    /// The models of one seed.
    private func models(seed: UInt64, report: () throws -> Void) throws -> SeedModels {
        let pretrained = try pretrained(seed: seed, report: report)
        let losses = [try PromptLoss.zeroShot(setup), try PromptLoss.fewShot(setup)]
        var tracks = fineTunings.map { tuning in
            TrainingTrack(
                pretrained, tuning.recipe, target: tuning.target,
                isAnnealed: tuning.objective == .withFewShot && tuning.annealing == .linear
            ) { [1, tuning.weight(at: $0)] }
        }
        try TrainingLoop.run(&tracks, losses, seed: seed, report: report)
        return SeedModels(
            pretrained: pretrained, fineTuned: tracks.map(\.model),
            iterations: tracks.map(\.iteration))
    }

    private func pretrained(seed: UInt64, report: () throws -> Void) throws -> AttentionModel {
        switch start {
        case .head(let head, let perturbation):
            var model = try AttentionModel(design, head: head)
            if perturbation > 0 { model.perturb(by: perturbation, seed: seed) }
            return model
        case .random(let scale):
            let model = AttentionModel(
                design, dimension: setup.problem.dimension, scale: scale, seed: seed)
            var tracks = [
                TrainingTrack(model, pretraining, target: .all, isAnnealed: false) { _ in [1] }
            ]
            let loss = try PromptLoss.pretraining(setup)
            try TrainingLoop.run(&tracks, [loss], seed: seed, report: report)
            return tracks[0].model
        }
    }
}

/// What one seed led to.
struct SeedModels: Sendable {
    let pretrained: AttentionModel
    /// In the study's order.
    let fineTuned: [AttentionModel]
    let iterations: [Int]
}
