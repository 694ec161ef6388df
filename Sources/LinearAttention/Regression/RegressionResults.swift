import Statistics

/// A number measured on several seeds.
public struct Estimate: Hashable, Sendable {
    public let mean: Double
    /// The standard error over seeds; nil for one seed.
    public let standardError: Double?

    /// - Throws: `InputError` without values.
    public init(_ values: [Double]) throws {
        mean = try values.mean()
        standardError = try values.standardErrorOfMean()
    }
}

/// The trained models of a study.
public struct RegressionResults: Sendable {
    public let study: RegressionExperiment
    let models: [SeedModels]

    /// The stages of training of a seed's model.
    public enum Stage: Hashable, Sendable {
        case pretrained
        /// The study's fine-tuning of this index.
        case fineTuned(Int)
    }

    /// The models of a stage, one per seed.
    public func models(_ stage: Stage) -> [AttentionModel] {
        models.map { seed in
            switch stage {
            case .pretrained: seed.pretrained
            case .fineTuned(let index): seed.fineTuned[index]
            }
        }
    }

    /// The iterations of a fine-tuning, one number per seed.
    public func iterations(_ index: Int) -> [Int] { models.map { $0.iterations[index] } }

    /// The head at which a fine-tuning ends according to the theory, with the trained models' mean
    /// free weight. Nil where no theorem applies: for several heads, or for Q and K alone where the
    /// label channel and the rest of v21 after pretraining update them.
    ///
    /// - Throws: `LinearAttentionError` if the prior does not fit the problem.
    public func predictedHead(_ index: Int) throws -> AttentionHead? {
        let target = study.fineTunings[index].target
        guard study.design.headCount == 1, study.design.isPlain || target == .all || target == .v
        else { return nil }
        let weight = try estimate(.fineTuned(index)) { $0.fullWeight }
        return try study.setup.predictedHead(study.fineTunings[index], weight: weight.mean)
    }

    /// How an expected error is computed.
    public enum Measure: Hashable, Sendable {
        /// By its formula.
        case exact
        /// As the mean over evaluation seeds of the mean over prompts; the prompts are the same for
        /// every model.
        case sampled(promptCount: Int, seedCount: Int)

        /// Of the authors' Figures 4, 5, 7 and 8.
        public static let paper = Measure.sampled(promptCount: 50_000, seedCount: 5)
    }

    /// E_n: the test error after n examples of each trained model of a stage.
    ///
    /// - Parameter task: nil: theta0
    /// - Returns: one number per seed
    public func errors(
        _ stage: Stage, context: Int, task: Vector? = nil, measure: Measure = .exact
    ) throws -> [Double] {
        let (setup, task) = (study.setup, task ?? study.setup.task)
        guard case .sampled(let promptCount, let seedCount) = measure else {
            return models(stage).map {
                setup.problem.error(of: $0.heads, context: context, task: task)
            }
        }
        let sampler = try PromptSampler(setup.problem, context: context, task: task)
        let side = setup.problem.inner(task, setup.task) < 0 ? 1 : 0
        var sums = [Double](repeating: 0, count: models.count)
        for seed in 0..<seedCount {
            let batch = sampler.draw(
                count: promptCount,
                seed: derivedSeed(UInt64(seed), .testPrompts, 2 * context + side))
            for (index, model) in models(stage).enumerated() {
                sums[index] += model.loss(on: batch, promptCount: promptCount)
            }
        }
        return sums.map { $0 / Double(seedCount) }
    }

    /// `errors`, averaged over training seeds.
    public func error(
        _ stage: Stage, context: Int, task: Vector? = nil, measure: Measure = .exact
    ) throws -> Estimate {
        try Estimate(errors(stage, context: context, task: task, measure: measure))
    }

    /// The mean squared error on new prompts: the same expectation with sampling noise.
    public func sampledError(
        _ stage: Stage, context: Int, task: Vector? = nil, promptCount: Int
    ) throws -> Estimate {
        let sampler = try PromptSampler(
            study.setup.problem, context: context, task: task ?? study.setup.task)
        return try Estimate(
            zip(models(stage), study.seeds).map { model, seed in
                let batch = sampler.draw(
                    count: promptCount, seed: derivedSeed(seed, .testPrompts, context))
                return model.loss(on: batch, promptCount: promptCount)
            })
    }

    /// A number of each model, averaged over seeds.
    public func estimate(
        _ stage: Stage, _ number: (AttentionModel) throws -> Double
    ) throws -> Estimate {
        try Estimate(models(stage).map(number))
    }
}
