import ArgumentParser
import LinearAttention

/// The flags of training on regression tasks. The defaults are in `RegressionConfig`.
struct RegressionOptions: ParsableArguments {
    @Option(
        help: .setting(
            \RegressionConfig.model,
            """
            paper or paper-separate, as the authors' code has them; or plain, without label channel, \
            momentum and the rest: merged, separate, two-head, 1-head to 8-head.
            """, valueName: "model"))
    var model: String?

    @Option(help: ArgumentHelp("Heads, 1 to 8. (default: 1)", valueName: "n"))
    var heads: Int?

    @Option(
        help: ArgumentHelp(
            "on: keys see the labels of the examples. (default: on; off of plain models)",
            valueName: "on|off"))
    var labelChannel: OnOff?

    @Option(
        help: ArgumentHelp(
            "on: values see the constant. (default: on; off of plain models)",
            valueName: "on|off"))
    var valueConstant: OnOff?

    @Option(
        help: .setting(
            \RegressionConfig.target,
            "What is fine-tuned: all, q, k or v.", valueName: "part"))
    var target: FineTuningTarget?

    @Option(help: .setting(\RegressionConfig.objective, "zs or zs+fs.", valueName: "objective"))
    var objective: FineTuning.Objective?

    @Option(
        parsing: .unconditional,
        help: .setting(\RegressionConfig.fewShotWeight, "λ₀ of zs+fs.", valueName: "x"))
    var fewShotWeight: Double?

    @Option(
        help: .setting(
            \RegressionConfig.fewShotAnneal, "linear (to 0) or constant.", valueName: "way"))
    var fewShotAnneal: FineTuning.Annealing?

    @Option(
        help: .setting(
            \RegressionConfig.optimizer,
            "sgd, adam, or population: exact gradients.", valueName: "optimizer"))
    var optimizer: TrainingRecipe.Optimizer?

    @Option(
        parsing: .unconditional,
        help: .setting(\RegressionConfig.learningRate, "Of both phases.", valueName: "rate"))
    var learningRate: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Of both phases, from 0 below 1. (default: 0.9; 0 of plain models)", valueName: "x"))
    var momentum: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            The largest norm of a gradient over all trained numbers together; 0: none. (default: 1; \
            0 of plain models)
            """, valueName: "x"))
    var clip: Double?

    @Option(help: .setting(\RegressionConfig.iterations, "Of fine-tuning.", valueName: "n"))
    var iterations: Int?

    @Option(
        help: .setting(\RegressionConfig.pretrainingIterations, "Of pretraining.", valueName: "n"))
    var pretrainingIterations: Int?

    @Option(
        help: .setting(
            \RegressionConfig.batchSize,
            "Prompts an iteration, of each kind.", valueName: "n"))
    var batchSize: Int?

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
            "Standard deviation of the first weights. (default: 0.05; 0.1 of plain models)",
            valueName: "x"))
    var initialScale: Double?

    @Option(help: .setting(\RegressionConfig.seeds, "Trainings, of seeds 0, 1, …", valueName: "n"))
    var seeds: Int?

    @Option(
        parsing: .unconditional,
        help: .setting(
            \RegressionConfig.cosine,
            """
            Cosine to theta0 of the task that is printed beside theta0.
            """, valueName: "x"))
    var cosine: Double?

    @Option(
        help: ArgumentHelp(
            """
            Errors are means over this many prompts of each evaluation seed; 0: exact expectations. \
            (default: 50000; 0 of plain models)
            """, valueName: "n"))
    var evaluationPrompts: Int?

    @Option(help: .setting(\RegressionConfig.evaluationSeeds, "Evaluation seeds.", valueName: "n"))
    var evaluationSeeds: Int?

    @Option(
        help: ArgumentHelp(
            "Also measures the errors on this many new prompts each.", valueName: "n"))
    var testPrompts: Int?

    @Option(
        help: .setting(\RegressionConfig.dimension, "d, the numbers of an input.", valueName: "n"))
    var dimension: Int?

    @Option(
        help: .setting(
            \RegressionConfig.context,
            "m, examples of a pretraining prompt.", valueName: "n"))
    var context: Int?

    @Option(
        help: .setting(
            \RegressionConfig.shots,
            "Examples of a few-shot prompt in fine-tuning.", valueName: "n"))
    var shots: Int?

    @Option(
        help: ArgumentHelp(
            """
            Pairs of theta0, drawn once a training, that fine-tuning's prompts are put together of; \
            0: new ones. (default: 100000; 0 of plain models)
            """, valueName: "n"))
    var pairs: Int?

    @Option(
        help: ArgumentHelp(
            """
            Tasks of pretraining: sphere, uniform on the unit sphere; standard, N(0, I); inverse, \
            N(0, Sigma^-1). (default: sphere; standard of plain models)
            """, valueName: "prior"))
    var prior: RegressionPrior?

    @Option(
        parsing: .unconditional,
        help: .setting(\RegressionConfig.noise, "sigma², the labels' variance.", valueName: "x"))
    var noise: Double?

    @Option(
        help: .setting(
            \RegressionConfig.covariance,
            """
            Sigma: identity, a number (times the identity), or d numbers with commas, its diagonal.
            """, valueName: "covariance"))
    var covariance: String?

    @Option(
        help: .setting(\RegressionConfig.taskSeed, "Draws the direction of theta0.", valueName: "n")
    )
    var taskSeed: UInt64?
}
