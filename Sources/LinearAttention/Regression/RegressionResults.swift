import Statistics

/// A number measured on several seeds.
public struct Estimate: Hashable, Sendable {
    public let mean: Double
    /// Over seeds; nil for one seed.
    public let standardError: Double?

    /// - Throws: `StatisticsError` without values.
    public init(_ values: [Double]) throws {
        mean = try values.mean()
        standardError = try values.standardErrorOfMean()
    }
}

/// The models that a study trained.
public struct RegressionResults: Sendable {
    public let study: RegressionStudy
    let models: [SeedModels]

    /// Which model of a seed.
    public enum Stage: Hashable, Sendable {
        case pretrained
        /// The study's fine-tuning of this index.
        case fineTuned(Int)
    }

    /// The models of a stage, one for each seed.
    public func models(_ stage: Stage) -> [AttentionModel] {
        models.map { seed in
            switch stage {
            case .pretrained: seed.pretrained
            case .fineTuned(let index): seed.fineTuned[index]
            }
        }
    }

    /// The iterations that a fine-tuning made, one number for each seed.
    public func iterations(_ index: Int) -> [Int] { models.map { $0.iterations[index] } }

    /// Where the theory says that a fine-tuning ends, its free weight as the trained models have it on
    /// average; nil where there is no theorem, as for several heads.
    ///
    /// - Throws: `LinearAttentionError` if the prior does not fit the problem.
    public func predictedHead(_ index: Int) throws -> AttentionHead? {
        guard study.design.headCount == 1 else { return nil }
        let weight = try estimate(.fineTuned(index)) { $0.fullWeight }
        return try study.setup.predictedHead(study.fineTunings[index], weight: weight.mean)
    }

    /// The exact test error after n examples, averaged over seeds: E_n of each trained model.
    ///
    /// - Parameter task: nil: theta0
    public func error(_ stage: Stage, context: Int, task: Vector? = nil) throws -> Estimate {
        let task = task ?? study.setup.task
        return try Estimate(
            models(stage).map {
                study.setup.problem.error(of: $0.heads, context: context, task: task)
            })
    }

    /// The mean squared error on prompts drawn anew: the same expectation with sampling noise.
    public func sampledError(
        _ stage: Stage, context: Int, task: Vector? = nil, promptCount: Int
    ) throws -> Estimate {
        let sampler = try PromptSampler(
            study.setup.problem, context: context, task: task ?? study.setup.task)
        return try Estimate(
            zip(models(stage), study.seeds).map { model, seed in
                let batch = sampler.draw(
                    count: promptCount, seed: derivedSeed(seed, .testPrompts, context))
                let numbers = model.headNumbers
                var unused = [Double](repeating: 0, count: numbers.count)
                return batch.addGradient(
                    of: numbers.map { Float($0) }, headCount: model.design.headCount,
                    promptCount: promptCount, weight: 0, to: &unused)
            })
    }

    /// A number of each model, averaged over seeds.
    public func estimate(
        _ stage: Stage, _ number: (AttentionModel) throws -> Double
    ) throws -> Estimate {
        try Estimate(models(stage).map(number))
    }
}
