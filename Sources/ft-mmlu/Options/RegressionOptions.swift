import ArgumentParser
import Basics
import LinearAttention

/// The flags of training on regression tasks. The defaults are in `RegressionConfig`.
struct RegressionOptions: ParsableArguments {
    @Option(
        \RegressionConfig.model, "model",
        """
        paper or paper-separate, as in the authors' code; or a plain model, without label channel, \
        constant, momentum and clipping: merged, separate, two-head, 1-head to 8-head.
        """)
    var model: RegressionModel?

    @Option(\RegressionConfig.heads, "n", "Heads, 1 to 8.", default: "the model's") var heads: Int?

    @Option(
        \RegressionConfig.labelChannel, "on|off", "on: keys see the labels of the examples.",
        default: "on; plain models: off")
    var labelChannel: OnOff?

    @Option(
        \RegressionConfig.valueConstant, "on|off", "on: values see the constant.",
        default: "on; plain models: off")
    var valueConstant: OnOff?

    @Option(\RegressionConfig.target, "part", "Fine-tuned weights: all, q, k or v.")
    var target: FineTuningTarget?

    @Option(
        \RegressionConfig.objective, "objective",
        "Loss of fine-tuning: zs on zero-shot prompts, or zs+fs, which adds λ times the few-shot loss."
    )
    var objective: FineTuning.Objective?

    @Option(
        \RegressionConfig.fewShotWeight, "x", "λ₀: the weight of the few-shot loss in zs+fs.",
        parsing: .unconditional)
    var fewShotWeight: Double?

    @Option(
        \RegressionConfig.fewShotAnneal, "way", "Schedule of λ: linear (to 0) or constant.")
    var fewShotAnneal: FineTuning.Annealing?

    @Option(
        \RegressionConfig.optimizer, "optimizer",
        "sgd, adam, or population (gradients of the exact expected loss).")
    var optimizer: TrainingRecipe.Optimizer?

    @Option(
        \RegressionConfig.learningRate, "rate", "Learning rate of both phases.",
        parsing: .unconditional)
    var learningRate: Double?

    @Option(
        \RegressionConfig.momentum, "x", "Momentum in both phases, from 0 to below 1.",
        default: Self.default(\.momentum), parsing: .unconditional)
    var momentum: Double?

    @Option(
        \RegressionConfig.clip, "x",
        "Clip the norm of the gradient of all trained weights to this; 0 does not clip.",
        default: Self.default(\.clip), parsing: .unconditional)
    var clip: Double?

    @Option(\RegressionConfig.iterations, "n", "Iterations of fine-tuning.") var iterations: Int?

    @Option(\RegressionConfig.pretrainingIterations, "n", "Iterations of pretraining.")
    var pretrainingIterations: Int?

    @Option(\RegressionConfig.batchSize, "n", "Prompts of each kind in an iteration.")
    var batchSize: Int?

    @Option(
        \RegressionConfig.stopTolerance, "share",
        """
        End a phase once its exact loss falls by less than this share in 1,000 iterations; never \
        while λ is annealed.
        """, default: "off")
    var stopTolerance: Double?

    @Option(
        \RegressionConfig.initialScale, "x", "Standard deviation of the initial weights.",
        default: Self.default(\.initialScale), parsing: .unconditional)
    var initialScale: Double?

    @Option(\RegressionConfig.seeds, "n", "Number of trainings, with seeds 0, 1, ….")
    var seeds: Int?

    @Option(
        \RegressionConfig.cosine, "x",
        "Cosine to theta0 of the second task that errors are printed for.",
        parsing: .unconditional)
    var cosine: Double?

    @Option(
        \RegressionConfig.evaluationPrompts, "n",
        "Prompts per evaluation seed that errors are means over; 0: exact expectations.",
        default: Self.default(\.evaluationPrompts))
    var evaluationPrompts: Int?

    @Option(\RegressionConfig.evaluationSeeds, "n", "Number of evaluation seeds.")
    var evaluationSeeds: Int?

    @Option(
        \RegressionConfig.testPrompts, "n",
        "Also measure the errors on this many new prompts per number of examples.")
    var testPrompts: Int?

    @Option(\RegressionConfig.dimension, "n", "d: the dimension of an input.") var dimension: Int?

    @Option(\RegressionConfig.context, "n", "m: examples in a pretraining prompt.")
    var context: Int?

    @Option(\RegressionConfig.shots, "n", "Examples in a few-shot prompt of fine-tuning.")
    var shots: Int?

    @Option(
        \RegressionConfig.pairs, "n",
        """
        Pairs (x, y) of theta0, drawn once per training, that prompts of fine-tuning are drawn \
        from; 0: new pairs in every prompt.
        """, default: Self.default(\.pairCount))
    var pairs: Int?

    @Option(
        \RegressionConfig.prior, "prior",
        """
        Distribution of pretraining tasks: sphere, uniform on the unit sphere; standard, N(0, I); \
        inverse, N(0, Sigma^-1).
        """, default: Self.default(\.prior))
    var prior: RegressionPrior?

    @Option(
        \RegressionConfig.noise, "x", "sigma²: the variance of the label noise.",
        parsing: .unconditional)
    var noise: Double?

    @Option(
        \RegressionConfig.covariance, "covariance",
        "Sigma: identity, a number (times the identity), or d numbers with commas (its diagonal).")
    var covariance: String?

    @Option(\RegressionConfig.taskSeed, "n", "Seed of the direction of theta0.")
    var taskSeed: UInt64?

    /// The default of the authors' models, and that of plain ones.
    private static func `default`(
        _ property: KeyPath<RegressionDefaults, some SettingValue>
    ) -> String {
        let (paper, plain) = (RegressionDefaults(.paper), RegressionDefaults(.merged))
        return "\(paper[keyPath: property].helpText); plain models: "
            + plain[keyPath: property].helpText
    }
}
