import Benchmarks
import LinearAttention
import Studies

/// What `regression` is asked to do, from its flags and its file.
struct RegressionSettings {
    /// The paper's, one fine-tuning: of V on zero-shot prompts.
    private(set) var study: RegressionStudy
    /// Of the task that is printed beside theta0.
    let cosine: Double
    /// Prompts on which errors are measured too.
    let testPromptCount: Int?
    private let taskSeed: UInt64
    private let covariance: String

    /// - Throws: `UsageError` for what cannot be trained.
    init(_ layers: SettingLayers) throws {
        covariance = layers.text("covariance") ?? "identity"
        taskSeed = try layers.value("task-seed", default: "0") {
            guard let seed = UInt64($0) else { throw Needed("a whole number from 0") }
            return seed
        }
        study = RegressionStudy(try Self.setup(layers, taskSeed: taskSeed))
        study.design = try layers.value("model", default: study.design.description) {
            try AttentionDesign(named: $0)
        }
        var tuning = FineTuning(
            try Self.choice(layers, "target", default: .v),
            try Self.choice(layers, "objective", default: .zeroShot))
        tuning.annealing = try Self.choice(
            layers, "few-shot-anneal", default: tuning.annealing)
        tuning.fewShotWeight = try layers.number(
            "few-shot-weight", default: tuning.fewShotWeight)
        tuning.recipe = try Self.recipe(layers, "iterations")
        study.fineTunings = [tuning]
        study.pretraining = try Self.recipe(layers, "pretraining-iterations")
        study.start = .random(scale: try layers.number("initial-scale", default: 0.1))
        let seedCount = try Self.count(layers, "seeds", default: 5, in: 1...1_000)
        study.seeds = (0..<UInt64(seedCount)).map { $0 }
        testPromptCount =
            layers.text("test-prompts") == nil
            ? nil : try Self.count(layers, "test-prompts", default: 1, in: 1...1_000_000)
        cosine = try layers.number("cosine", default: -1, in: -1...1)
        guard abs(cosine) == 1 || study.setup.problem.dimension > 1 else {
            throw UsageError("--cosine \(cosine): with one dimension only -1 and 1 are possible")
        }
        if tuning.target == .k, study.design.keys == .merged {
            throw UsageError(
                "--target k: a \(study.design) model has no W_K of its own; --model separate or "
                    + "--target q is needed")
        }
    }

    private static func setup(
        _ layers: SettingLayers, taskSeed: UInt64
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
        return setup
    }

    private static func recipe(
        _ layers: SettingLayers, _ iterations: String
    ) throws -> TrainingRecipe {
        var recipe = TrainingRecipe()
        recipe.optimizer = try choice(layers, "optimizer", default: recipe.optimizer)
        recipe.learningRate = try layers.number("learning-rate", default: recipe.learningRate)
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
        "model", "target", "objective", "few-shot-weight", "few-shot-anneal", "optimizer",
        "learning-rate", "iterations", "pretraining-iterations", "batch-size", "stop-tolerance",
        "initial-scale", "seeds", "cosine", "test-prompts", "dimension", "context", "shots",
        "noise", "covariance", "task-seed",
    ]

    /// Every setting, by its flag's name, as `--config` reads it.
    var configuration: String {
        let tuning = study.fineTunings[0]
        let recipe = tuning.recipe
        var scale = 0.0
        if case .random(let value) = study.start { scale = value }
        let settings: [(String, JSONValue)] = [
            ("model", .string(study.design.description)),
            ("target", .string(tuning.target.rawValue)),
            ("objective", .string(tuning.objective.rawValue)),
            ("few-shot-weight", .number(tuning.fewShotWeight)),
            ("few-shot-anneal", .string(tuning.annealing.rawValue)),
            ("optimizer", .string(recipe.optimizer.rawValue)),
            ("learning-rate", .number(recipe.learningRate)),
            ("iterations", .whole(recipe.iterationCount)),
            ("pretraining-iterations", .whole(study.pretraining.iterationCount)),
            ("batch-size", .whole(recipe.batchSize)),
            ("stop-tolerance", recipe.stopTolerance.map { .number($0) } ?? .null),
            ("initial-scale", .number(scale)), ("seeds", .whole(study.seeds.count)),
            ("cosine", .number(cosine)),
            ("test-prompts", testPromptCount.map { .whole($0) } ?? .null),
            ("dimension", .whole(study.setup.problem.dimension)),
            ("context", .whole(study.setup.context)), ("shots", .whole(study.setup.shots)),
            ("noise", .number(study.setup.problem.noise)), ("covariance", .string(covariance)),
            ("task-seed", .string("\(taskSeed)")),
        ]
        return "# ft-mmlu regression, \(ProgramVersion.text)\n"
            + settings.map { "\($0.0): \($0.1.line)\n" }.joined()
    }
}
