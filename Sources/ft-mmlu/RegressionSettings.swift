import Basics
import LinearAttention
import Tracking

/// The settings of `regression`, from its flags and its file.
struct RegressionSettings {
    /// The authors' experiment with one fine-tuning: of V on zero-shot prompts.
    private(set) var study: RegressionExperiment
    /// The cosine to theta0 of the other task, for which errors are printed too.
    let cosine: Double
    /// The number of prompts on which errors are measured too.
    let testPromptCount: Int?

    /// How errors are measured.
    let measure: RegressionResults.Measure

    private let config: RegressionConfig

    /// - Throws: `UsageError` for what cannot be trained
    init(_ config: RegressionConfig) throws {
        let design = try Self.design(config)
        let defaults = RegressionDefaults(design)
        study = RegressionExperiment(try Self.setup(config, defaults))
        study.design = design
        var tuning = FineTuning(config.target, config.objective)
        tuning.annealing = config.fewShotAnneal
        tuning.fewShotWeight = config.fewShotWeight
        tuning.recipe = Self.recipe(config, defaults, config.iterations)
        study.fineTunings = [tuning]
        study.pretraining = Self.recipe(config, defaults, config.pretrainingIterations)
        study.start = .random(scale: config.initialScale ?? defaults.initialScale)
        study.seeds = (0..<UInt64(config.seeds)).map { $0 }
        testPromptCount = config.testPrompts
        let evaluationPrompts = config.evaluationPrompts ?? defaults.evaluationPrompts
        measure =
            evaluationPrompts == 0
            ? .exact
            : .sampled(promptCount: evaluationPrompts, seedCount: config.evaluationSeeds)
        cosine = config.cosine
        var complete = config
        complete.model.design = design
        complete.heads = design.headCount
        complete.labelChannel = design.reading.labels ? .on : .off
        complete.valueConstant = design.reading.constant ? .on : .off
        complete.momentum = tuning.recipe.momentum
        complete.clip = tuning.recipe.clippingNorm ?? 0
        complete.initialScale = config.initialScale ?? defaults.initialScale
        complete.evaluationPrompts = evaluationPrompts
        complete.pairs = study.setup.pairCount ?? 0
        complete.prior = config.prior ?? defaults.prior
        self.config = complete
        try check(tuning)
    }

    private func check(_ tuning: FineTuning) throws {
        guard abs(cosine) == 1 || study.setup.problem.dimension > 1 else {
            throw UsageError("--cosine \(cosine): with one dimension only -1 and 1 are possible")
        }
        if tuning.target == .k, study.design.keys == .merged {
            let separate = study.design.isPlain ? "separate" : "paper-separate"
            throw UsageError(
                "--target k: a \(study.design) model has no W_K of its own; --model \(separate) or "
                    + "--target q is needed")
        }
        if tuning.recipe.optimizer == .population, !study.design.isPlain {
            throw UsageError(
                "--optimizer population: there are exact gradients of plain models alone; --model "
                    + "merged, separate, two-head or 1-head to 8-head is needed")
        }
    }

    private static func design(_ config: RegressionConfig) throws -> AttentionDesign {
        var design = config.model.design
        let heads = config.heads ?? design.headCount
        guard design.headCount == 1 || heads == design.headCount else {
            throw UsageError(
                "--heads \(heads): \(design.name) has \(design.headCount) heads; the same, or "
                    + "--model merged is needed")
        }
        design.headCount = heads
        for (name, given, part) in [
            ("label-channel", config.labelChannel, \AttentionDesign.reading.labels),
            ("value-constant", config.valueConstant, \AttentionDesign.reading.constant),
        ] {
            let isOn = given.map { $0 == .on } ?? design[keyPath: part]
            guard !design.isPlain || !isOn else {
                throw UsageError(
                    "--\(name) on: a plain model has none; --model paper or paper-separate is needed"
                )
            }
            if !design.isPlain { design[keyPath: part] = isOn }
        }
        return design
    }

    private static func setup(
        _ config: RegressionConfig, _ defaults: RegressionDefaults
    ) throws -> RegressionSetup {
        let diagonal = try diagonal(config.covariance, config.dimension)
        let problem = try RegressionProblem(
            covariance: Matrix(diagonal: diagonal), noise: config.noise)
        var setup = try RegressionSetup(problem, taskSeed: config.taskSeed)
        setup.context = config.context
        setup.shots = config.shots
        setup.prior = (config.prior ?? defaults.prior).tasks
        let pairs = config.pairs ?? defaults.pairCount
        setup.pairCount = pairs == 0 ? nil : pairs
        return setup
    }

    private static func recipe(
        _ config: RegressionConfig, _ defaults: RegressionDefaults, _ iterations: Int
    ) -> TrainingRecipe {
        var recipe = TrainingRecipe()
        recipe.optimizer = config.optimizer
        recipe.learningRate = config.learningRate
        recipe.momentum = config.momentum ?? defaults.momentum
        let clip = config.clip ?? defaults.clip
        recipe.clippingNorm = clip == 0 ? nil : clip
        recipe.iterationCount = iterations
        recipe.batchSize = config.batchSize
        recipe.stopTolerance = config.stopTolerance
        return recipe
    }

    private static func diagonal(_ text: String, _ dimension: Int) throws -> [Double] {
        if text == "identity" { return [Double](repeating: 1, count: dimension) }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Double($0.trimmingCharacters(in: .whitespaces)) }
        guard numbers.count == parts.count, numbers.count == 1 || numbers.count == dimension,
            numbers.allSatisfy({ $0.isFinite && $0 > 0 })
        else {
            throw UsageError(
                "--covariance \(text): identity, a number above 0 or \(dimension) of them with commas "
                    + "is needed")
        }
        return numbers.count == 1 ? [Double](repeating: numbers[0], count: dimension) : numbers
    }

    /// Every setting, by its flag's name, as `--config` reads it.
    var configuration: String {
        "# ft-mmlu regression, \(ProgramVersion.text)\n"
            + ConfigCoder.settings(of: config).map { "\($0.0): \($0.1.line)\n" }.joined()
    }
}

/// The defaults of settings: the authors' values, or those of a plain model.
struct RegressionDefaults {
    private let isPlain: Bool

    init(_ design: AttentionDesign) { isPlain = design.isPlain }

    private var recipe: TrainingRecipe { isPlain ? .plain : TrainingRecipe() }
    var momentum: Double { recipe.momentum }
    /// 0 disables clipping.
    var clip: Double { recipe.clippingNorm ?? 0 }
    var initialScale: Double { isPlain ? 0.1 : 0.05 }
    var prior: RegressionPrior { isPlain ? .standard : .sphere }
    /// 0 draws new pairs in every prompt.
    var pairCount: Int { isPlain ? 0 : 100_000 }
    /// 0 computes exact errors.
    var evaluationPrompts: Int { isPlain ? 0 : 50_000 }
}
