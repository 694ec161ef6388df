import ArgumentParser
import Foundation
import LinearAttention
import Studies

/// Trains linear attention on sampled regression tasks, with the theory beside it.
struct RegressionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "regression",
        abstract: "Trains linear attention on regression tasks, theory beside it.",
        discussion: """
            Pretrains on sampled tasks, fine-tunes on one task theta0, and prints the test error \
            against the number of examples in the prompt: on theta0, on -theta0, and what the \
            theory says where it says something. Errors in brackets are standard errors over seeds. \
            The same flags give the same numbers.
            """)

    @Option(
        help: ArgumentHelp(
            "merged, separate, two-head, or 1-head to 8-head.",
            valueName: "model"))
    var model = "merged"

    @Option(
        help: ArgumentHelp("What is fine-tuned: all, q, k or v.", valueName: "part"))
    var target = "v"

    @Option(help: ArgumentHelp("zs or zs+fs.", valueName: "objective"))
    var objective = "zs"

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("λ₀ of zs+fs.", valueName: "x"))
    var fewShotWeight = 1.0

    @Option(help: ArgumentHelp("linear (to 0) or constant.", valueName: "way"))
    var fewShotAnneal = "linear"

    @Option(
        help: ArgumentHelp(
            "sgd, adam, or population: exact gradients.", valueName: "optimizer"))
    var optimizer = "sgd"

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Of both phases.", valueName: "rate"))
    var learningRate = 0.01

    @Option(help: ArgumentHelp("Of fine-tuning.", valueName: "n"))
    var iterations = 5_000

    @Option(help: ArgumentHelp("Of pretraining.", valueName: "n"))
    var pretrainingIterations = 5_000

    @Option(
        help: ArgumentHelp("Prompts an iteration, of each kind.", valueName: "n"))
    var batchSize = 5_000

    @Option(
        help: ArgumentHelp(
            """
            Ends a phase when its exact loss fell by less than this share in 1,000 iterations, but \
            never while λ is annealed. (default: never)
            """, valueName: "share"))
    var stopTolerance: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Standard deviation of the first weights.", valueName: "x"))
    var initialScale = 0.1

    @Option(help: ArgumentHelp("Trainings, of seeds 0, 1, …", valueName: "n"))
    var seeds = 5

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Cosine to theta0 of the task that is printed beside theta0.
            """, valueName: "x"))
    var cosine = -1.0

    @Option(
        help: ArgumentHelp(
            "Also measures the errors on this many new prompts each.", valueName: "n"))
    var testPrompts: Int?

    @OptionGroup var tasks: RegressionOptions

    @Option(
        help: ArgumentHelp(
            "A new or empty folder for regression.csv and config.yaml.", valueName: "folder"))
    var output: String?

    @Flag(help: "Show no progress.")
    var quiet = false

    func run() throws {
        Signals.watch()
        let study = try study()
        if let output { try OutputFolder.checkEmpty(output) }
        if let testPrompts { try atLeast(1, testPrompts, "test-prompts") }
        guard abs(cosine) <= 1 else {
            throw UsageError("--cosine \(cosine): a number from -1 to 1 is needed")
        }
        guard abs(cosine) == 1 || tasks.dimension > 1 else {
            throw UsageError("--cosine \(cosine): with one dimension only -1 and 1 are possible")
        }
        let results = try Self.results(of: study, "training", isQuiet: quiet)
        let table = try RegressionTable(results, cosine: cosine, testPromptCount: testPrompts)
        if let output {
            try OutputFolder.write(
                to: output,
                [
                    ("regression.csv", table.csv), ("config.yaml", configuration(study)),
                ])
        }
        print(table.text)
    }

    static func results(
        of study: RegressionStudy, _ title: String, isQuiet: Bool
    ) throws -> RegressionResults {
        let progress = SharedProgress(title, total: study.iterationCount, isQuiet: isQuiet)
        return try study.run { try progress.show($0) }
    }

    private func study() throws -> RegressionStudy {
        var study = RegressionStudy(try tasks.setup())
        do {
            study.design = try AttentionDesign(named: model)
        } catch let error as LinearAttentionError {
            throw UsageError("--model: \(error.message)")
        }
        var tuning = FineTuning(
            try choice(target, "target"), try choice(objective, "objective"))
        if tuning.target == .k, study.design.keys == .merged {
            throw UsageError(
                "--target k: a \(study.design) model has no W_K of its own; --model separate or "
                    + "--target q is needed")
        }
        tuning.annealing = try choice(fewShotAnneal, "few-shot-anneal")
        tuning.fewShotWeight = try positive(fewShotWeight, "few-shot-weight")
        tuning.recipe = try recipe(iterations, "iterations")
        study.fineTunings = [tuning]
        study.pretraining = try recipe(pretrainingIterations, "pretraining-iterations")
        study.start = .random(scale: try positive(initialScale, "initial-scale"))
        study.seeds = (0..<UInt64(try atLeast(1, seeds, "seeds", atMost: 1000))).map { $0 }
        return study
    }

    private func recipe(_ iterations: Int, _ name: String) throws -> TrainingRecipe {
        var recipe = TrainingRecipe()
        recipe.optimizer = try choice(optimizer, "optimizer")
        recipe.learningRate = try positive(learningRate, "learning-rate")
        recipe.iterationCount = try atLeast(0, iterations, name, atMost: 100_000_000)
        recipe.batchSize = try atLeast(1, batchSize, "batch-size")
        recipe.stopTolerance = try stopTolerance.map { try positive($0, "stop-tolerance") }
        return recipe
    }

    private func positive(_ value: Double, _ name: String) throws -> Double {
        guard value.isFinite, value >= 0 else {
            throw UsageError("--\(name) \(value): a number from 0 is needed")
        }
        return value
    }

    private func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ flag: String
    ) throws -> Choice {
        guard let choice = Choice(rawValue: name) else {
            let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("--\(flag) \(name): one of \(names) is needed")
        }
        return choice
    }

    /// Every setting, by its flag's name.
    private func configuration(_ study: RegressionStudy) -> String {
        let settings: [(String, Any)] = [
            ("model", study.design), ("target", target), ("objective", objective),
            ("few-shot-weight", fewShotWeight), ("few-shot-anneal", fewShotAnneal),
            ("optimizer", optimizer), ("learning-rate", learningRate),
            ("iterations", iterations), ("pretraining-iterations", pretrainingIterations),
            ("batch-size", batchSize),
            ("stop-tolerance", stopTolerance.map { "\($0)" } ?? "null"),
            ("initial-scale", initialScale), ("seeds", seeds), ("cosine", cosine),
            ("test-prompts", testPrompts.map { "\($0)" } ?? "null"),
            ("dimension", tasks.dimension), ("context", tasks.context),
            ("shots", tasks.shots), ("noise", tasks.noise),
            ("covariance", "\"\(tasks.covariance)\""), ("task-seed", tasks.taskSeed),
            ("version", ProgramVersion.text),
        ]
        return settings.map { "\($0.0): \($0.1)\n" }.joined()
    }
}
