import Basics
import Benchmarks
import LinearAttention
import Experiments
import Tracking

/// What `regression` is asked to do, from its flags and its file.
struct RegressionSettings {
    /// The authors', one fine-tuning: of V on zero-shot prompts.
    private(set) var study: RegressionExperiment
    /// Of the task that is printed beside theta0.
    let cosine: Double
    /// Prompts on which errors are measured too.
    let testPromptCount: Int?
    private let evaluationSeeds: Int
    private let taskSeed: UInt64
    private let covariance: String

    /// How errors are measured.
    let measure: RegressionResults.Measure

    /// - Throws: `UsageError` for what cannot be trained.
    init(_ layers: SettingLayers) throws {
        covariance = layers.text("covariance") ?? "identity"
        taskSeed = try layers.value("task-seed", default: "0") {
            guard let seed = UInt64($0) else { throw Needed("a whole number from 0") }
            return seed
        }
        let design = try Self.design(layers)
        let defaults = RegressionDefaults(design)
        study = RegressionExperiment(try Self.setup(layers, defaults, taskSeed: taskSeed))
        study.design = design
        var tuning = FineTuning(
            try Self.choice(layers, "target", default: .v),
            try Self.choice(layers, "objective", default: .zeroShot))
        tuning.annealing = try Self.choice(
            layers, "few-shot-anneal", default: tuning.annealing)
        tuning.fewShotWeight = try layers.number(
            "few-shot-weight", default: tuning.fewShotWeight)
        tuning.recipe = try Self.recipe(layers, defaults, "iterations")
        study.fineTunings = [tuning]
        study.pretraining = try Self.recipe(layers, defaults, "pretraining-iterations")
        study.start = .random(
            scale: try layers.number("initial-scale", default: defaults.initialScale))
        let seedCount = try Self.count(layers, "seeds", default: 5, in: 1...1_000)
        study.seeds = (0..<UInt64(seedCount)).map { $0 }
        testPromptCount =
            layers.text("test-prompts") == nil
            ? nil : try Self.count(layers, "test-prompts", default: 1, in: 1...1_000_000)
        let evaluationPrompts = try Self.count(
            layers, "evaluation-prompts", default: defaults.evaluationPrompts, in: 0...1_000_000)
        evaluationSeeds = try Self.count(layers, "evaluation-seeds", default: 5, in: 1...1_000)
        measure =
            evaluationPrompts == 0
            ? .exact : .sampled(promptCount: evaluationPrompts, seedCount: evaluationSeeds)
        cosine = try layers.number("cosine", default: -1, in: -1...1)
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

    private static func design(_ layers: SettingLayers) throws -> AttentionDesign {
        var design = try layers.value("model", default: AttentionDesign.paper.name) {
            try AttentionDesign(named: $0)
        }
        let heads = try count(
            layers, "heads", default: design.headCount, in: 1...AttentionDesign.mostHeads)
        guard design.headCount == 1 || heads == design.headCount else {
            throw UsageError(
                "--heads \(heads): \(design.name) has \(design.headCount) heads; the same, or "
                    + "--model merged is needed")
        }
        design.headCount = heads
        for (name, part) in [
            ("label-channel", \AttentionDesign.reading.labels),
            ("value-constant", \AttentionDesign.reading.constant),
        ] {
            let isOn = try layers.choice(
                name, default: design[keyPath: part] ? "on" : "off", of: ["on", "off"])
            guard !design.isPlain || isOn == "off" else {
                throw UsageError(
                    "--\(name) on: a plain model has none; --model paper or paper-separate is needed"
                )
            }
            if !design.isPlain { design[keyPath: part] = isOn == "on" }
        }
        return design
    }

    private static func setup(
        _ layers: SettingLayers, _ defaults: RegressionDefaults, taskSeed: UInt64
    ) throws -> RegressionSetup {
        let dimension = try count(
            layers, "dimension", default: 5, in: 1...PromptSampler.largestDimension)
        let diagonal = try layers.value("covariance", default: "identity") {
            try Self.diagonal($0, dimension)
        }
        let problem = try RegressionProblem(
            covariance: Matrix(diagonal: diagonal),
            noise: layers.number("noise", default: 0.1))
        var setup = try RegressionSetup(problem, taskSeed: taskSeed)
        setup.context = try count(
            layers, "context", default: setup.context, in: 0...1_000_000)
        setup.shots = try count(layers, "shots", default: setup.shots, in: 0...1_000_000)
        let prior = try layers.choice(
            "prior", default: defaults.prior, of: ["sphere", "standard", "inverse"])
        setup.prior =
            switch prior {
            case "sphere": .sphere
            case "inverse": .inverseCovariance
            default: .standard
            }
        let pairs = try count(
            layers, "pairs", default: defaults.pairCount, in: 0...PairSet.largestCount)
        setup.pairCount = pairs == 0 ? nil : pairs
        return setup
    }

    private static func recipe(
        _ layers: SettingLayers, _ defaults: RegressionDefaults, _ iterations: String
    ) throws -> TrainingRecipe {
        var recipe = TrainingRecipe()
        recipe.optimizer = try choice(layers, "optimizer", default: recipe.optimizer)
        recipe.learningRate = try layers.number("learning-rate", default: recipe.learningRate)
        recipe.momentum = try layers.number(
            "momentum", default: defaults.momentum, in: 0...0.999_999)
        let clip = try layers.number("clip", default: defaults.clip)
        recipe.clippingNorm = clip == 0 ? nil : clip
        recipe.iterationCount = try count(
            layers, iterations, default: recipe.iterationCount, in: 0...100_000_000)
        recipe.batchSize = try count(
            layers, "batch-size", default: recipe.batchSize, in: 1...1_000_000)
        recipe.stopTolerance =
            layers.text("stop-tolerance") == nil
            ? nil : try layers.number("stop-tolerance", default: 0)
        return recipe
    }

    private static func count(
        _ layers: SettingLayers, _ name: String, default value: Int, in range: ClosedRange<Int>
    ) throws -> Int {
        try layers.value(name, default: "\(value)") {
            guard let number = Int($0), range.contains(number) else {
                throw Needed("a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
    }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ layers: SettingLayers, _ name: String, default value: Choice
    ) throws -> Choice {
        let words = Choice.allCases.map(\.rawValue)
        let word = try layers.choice(name, default: value.rawValue, of: words)
        return Choice(rawValue: word) ?? value
    }

    private static func diagonal(_ text: String, _ dimension: Int) throws -> [Double] {
        if text == "identity" { return [Double](repeating: 1, count: dimension) }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Double($0.trimmingCharacters(in: .whitespaces)) }
        guard numbers.count == parts.count, numbers.count == 1 || numbers.count == dimension,
            numbers.allSatisfy({ $0.isFinite && $0 > 0 })
        else {
            throw Needed("identity, a number above 0 or \(dimension) of them with commas")
        }
        return numbers.count == 1 ? [Double](repeating: numbers[0], count: dimension) : numbers
    }

    /// The end of a refusal: what would have been right.
    private struct Needed: Error, CustomStringConvertible {
        let description: String

        init(_ what: String) { description = what + " is needed" }
    }
}

extension RegressionSettings {
    /// All names that a file can have.
    static let names = [
        "model", "heads", "label-channel", "value-constant", "target", "objective",
        "few-shot-weight", "few-shot-anneal", "optimizer",
        "learning-rate", "momentum", "clip", "iterations", "pretraining-iterations", "batch-size",
        "stop-tolerance", "initial-scale", "seeds", "cosine", "evaluation-prompts",
        "evaluation-seeds", "test-prompts", "dimension", "context", "shots", "pairs", "prior",
        "noise", "covariance", "task-seed",
    ]

    /// Every setting, by its flag's name, as `--config` reads it.
    var configuration: String {
        let tuning = study.fineTunings[0]
        let recipe = tuning.recipe
        var scale = 0.0
        if case .random(let value) = study.start { scale = value }
        var evaluationPrompts = 0
        if case .sampled(let count, _) = measure { evaluationPrompts = count }
        let prior =
            switch study.setup.prior {
            case .sphere: "sphere"
            case .inverseCovariance: "inverse"
            case .standard, .covariance: "standard"
            }
        let settings: [(String, JSONValue)] = [
            ("model", .string(study.design.name)), ("heads", .whole(study.design.headCount)),
            ("label-channel", .string(study.design.reading.labels ? "on" : "off")),
            ("value-constant", .string(study.design.reading.constant ? "on" : "off")),
            ("target", .string(tuning.target.rawValue)),
            ("objective", .string(tuning.objective.rawValue)),
            ("few-shot-weight", .number(tuning.fewShotWeight)),
            ("few-shot-anneal", .string(tuning.annealing.rawValue)),
            ("optimizer", .string(recipe.optimizer.rawValue)),
            ("learning-rate", .number(recipe.learningRate)),
            ("momentum", .number(recipe.momentum)), ("clip", .number(recipe.clippingNorm ?? 0)),
            ("iterations", .whole(recipe.iterationCount)),
            ("pretraining-iterations", .whole(study.pretraining.iterationCount)),
            ("batch-size", .whole(recipe.batchSize)),
            ("stop-tolerance", recipe.stopTolerance.map { .number($0) } ?? .null),
            ("initial-scale", .number(scale)), ("seeds", .whole(study.seeds.count)),
            ("cosine", .number(cosine)), ("evaluation-prompts", .whole(evaluationPrompts)),
            ("evaluation-seeds", .whole(evaluationSeeds)),
            ("test-prompts", testPromptCount.map { .whole($0) } ?? .null),
            ("dimension", .whole(study.setup.problem.dimension)),
            ("context", .whole(study.setup.context)), ("shots", .whole(study.setup.shots)),
            ("pairs", .whole(study.setup.pairCount ?? 0)), ("prior", .string(prior)),
            ("noise", .number(study.setup.problem.noise)), ("covariance", .string(covariance)),
            ("task-seed", .string("\(taskSeed)")),
        ]
        return "# ft-mmlu regression, \(ProgramVersion.text)\n"
            + settings.map { "\($0.0): \($0.1.line)\n" }.joined()
    }
}

/// What a setting is where it is not given: the authors' values, or those of a plain model.
private struct RegressionDefaults {
    private let isPlain: Bool

    init(_ design: AttentionDesign) { isPlain = design.isPlain }

    private var recipe: TrainingRecipe { isPlain ? .plain : TrainingRecipe() }
    var momentum: Double { recipe.momentum }
    /// 0: never.
    var clip: Double { recipe.clippingNorm ?? 0 }
    var initialScale: Double { isPlain ? 0.1 : 0.05 }
    var prior: String { isPlain ? "standard" : "sphere" }
    /// 0: new pairs in every prompt.
    var pairCount: Int { isPlain ? 0 : 100_000 }
    /// 0: exact errors.
    var evaluationPrompts: Int { isPlain ? 0 : 50_000 }
}
