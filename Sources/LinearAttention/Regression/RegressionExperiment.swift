/// Pretrains a model once per seed, fine-tunes it in several ways, and reports the results.
///
/// All fine-tunings of a seed read the same prompts in each iteration, so they differ only in their
/// training. Seeds differ in initial weights and prompts, and run in parallel on the machine's
/// cores.
public struct RegressionExperiment: Hashable, Sendable {
    /// The model that fine-tuning starts from.
    public enum Start: Hashable, Sendable {
        /// A model pretrained from normal random weights of this standard deviation.
        case random(scale: Double)
        /// This head, shared by the model's heads. Every number but v gets a normal perturbation of
        /// standard deviation `perturbation`; nothing is pretrained.
        case head(AttentionHead, perturbation: Double)
    }

    public var setup: RegressionSetup
    public var design = AttentionDesign.paper
    public var start = Start.random(scale: 0.05)
    public var pretraining = TrainingRecipe()
    public var fineTunings: [FineTuning] = []
    public var seeds: [UInt64] = [0]

    /// The authors' model and recipe.
    public init(_ setup: RegressionSetup) { self.setup = setup }

    /// A plain model, trained by plain descent from N(0, 0.1²).
    ///
    /// - Parameter tunings: the fine-tunings, which get the plain recipe
    public static func plain(
        _ setup: RegressionSetup, _ tunings: [FineTuning] = []
    ) -> RegressionExperiment {
        var study = RegressionExperiment(setup)
        study.design = .merged
        study.start = .random(scale: 0.1)
        study.pretraining = .plain
        study.fineTunings = tunings
        for index in tunings.indices { study.fineTunings[index].recipe = .plain }
        return study
    }

    /// The iterations of all seeds, pretraining and fine-tuning.
    public var iterationCount: Int {
        let first = if case .random = start { pretraining.iterationCount } else { 0 }
        let second = fineTunings.map(\.recipe.iterationCount).max() ?? 0
        return seeds.count * (first + second)
    }

    /// - Parameter report: called with the number of iterations done; called on any thread, one
    ///   call at a time; may throw to stop
    /// - Throws: `LinearAttentionError` where a number in training is no longer finite; errors of
    ///   `report`.
    public func run(
        report: @Sendable (_ done: Int) throws -> Void = { _ in }
    ) throws -> RegressionResults {
        let results = try TrainingCache().results(of: [self]) { plan in
            try plan.run(stopsAtFailure: true, report: report)
        }
        return try results[0].get()
    }

    /// The model of a seed that fine-tuning starts from, or why there is none.
    ///
    /// - Parameter report: called after every iteration; may throw to stop
    func pretrained(
        seed: UInt64, report: () throws -> Void
    ) throws -> TrainingCache.Outcome<AttentionModel> {
        switch start {
        case .head(let head, let perturbation):
            var model = try AttentionModel(design, head: head)
            if perturbation > 0 { model.perturb(by: perturbation, seed: seed) }
            return .success(model)
        case .random(let scale):
            let model = AttentionModel(
                design, dimension: setup.problem.dimension, scale: scale, seed: seed)
            var tracks = [
                TrainingTrack(model, pretraining, target: .all, isAnnealed: false) { _ in [1] }
            ]
            try TrainingLoop.run(&tracks, .pretraining(setup), seed: seed, report: report)
            return tracks[0].outcome
        }
    }
}
