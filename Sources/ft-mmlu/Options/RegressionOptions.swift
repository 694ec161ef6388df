import ArgumentParser

/// What is trained on regression tasks, and how. The defaults live in `RegressionSettings`.
struct RegressionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            paper or paper-separate, as the authors' code has them; or plain, without label channel, \
            momentum and the rest: merged, separate, two-head, 1-head to 8-head. (default: paper)
            """, valueName: "model"))
    var model: String?

    @Option(help: ArgumentHelp("Heads, 1 to 8. (default: 1)", valueName: "n"))
    var heads: String?

    @Option(
        help: ArgumentHelp(
            "on: keys see the labels of the examples. (default: on; off of plain models)",
            valueName: "on|off"))
    var labelChannel: String?

    @Option(
        help: ArgumentHelp(
            "on: values see the constant. (default: on; off of plain models)",
            valueName: "on|off"))
    var valueConstant: String?

    @Option(
        help: ArgumentHelp(
            "What is fine-tuned: all, q, k or v. (default: v)", valueName: "part"))
    var target: String?

    @Option(help: ArgumentHelp("zs or zs+fs. (default: zs)", valueName: "objective"))
    var objective: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("λ₀ of zs+fs. (default: 1)", valueName: "x"))
    var fewShotWeight: String?

    @Option(
        help: ArgumentHelp("linear (to 0) or constant. (default: linear)", valueName: "way"))
    var fewShotAnneal: String?

    @Option(
        help: ArgumentHelp(
            "sgd, adam, or population: exact gradients. (default: sgd)", valueName: "optimizer"))
    var optimizer: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Of both phases. (default: 0.01)", valueName: "rate"))
    var learningRate: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Of both phases, from 0 below 1. (default: 0.9; 0 of plain models)", valueName: "x"))
    var momentum: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            The largest norm of a gradient over all trained numbers together; 0: none. (default: 1; \
            0 of plain models)
            """, valueName: "x"))
    var clip: String?

    @Option(help: ArgumentHelp("Of fine-tuning. (default: 5000)", valueName: "n"))
    var iterations: String?

    @Option(help: ArgumentHelp("Of pretraining. (default: 5000)", valueName: "n"))
    var pretrainingIterations: String?

    @Option(
        help: ArgumentHelp(
            "Prompts an iteration, of each kind. (default: 5000)", valueName: "n"))
    var batchSize: String?

    @Option(
        help: ArgumentHelp(
            """
            Ends a phase when its exact loss fell by less than this share in 1,000 iterations, but \
            never while λ is annealed. (default: never)
            """, valueName: "share"))
    var stopTolerance: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Standard deviation of the first weights. (default: 0.05; 0.1 of plain models)",
            valueName: "x"))
    var initialScale: String?

    @Option(help: ArgumentHelp("Trainings, of seeds 0, 1, … (default: 5)", valueName: "n"))
    var seeds: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Cosine to theta0 of the task that is printed beside theta0. (default: -1)
            """, valueName: "x"))
    var cosine: String?

    @Option(
        help: ArgumentHelp(
            """
            Errors are means over this many prompts of each evaluation seed; 0: exact expectations. \
            (default: 50000; 0 of plain models)
            """, valueName: "n"))
    var evaluationPrompts: String?

    @Option(help: ArgumentHelp("Evaluation seeds. (default: 5)", valueName: "n"))
    var evaluationSeeds: String?

    @Option(
        help: ArgumentHelp(
            "Also measures the errors on this many new prompts each.", valueName: "n"))
    var testPrompts: String?

    @Option(help: ArgumentHelp("d, the numbers of an input. (default: 5)", valueName: "n"))
    var dimension: String?

    @Option(
        help: ArgumentHelp(
            "m, examples of a pretraining prompt. (default: 20)", valueName: "n"))
    var context: String?

    @Option(
        help: ArgumentHelp(
            "Examples of a few-shot prompt in fine-tuning. (default: 20)", valueName: "n"))
    var shots: String?

    @Option(
        help: ArgumentHelp(
            """
            Pairs of theta0, drawn once a training, that fine-tuning's prompts are put together of; \
            0: new ones. (default: 100000; 0 of plain models)
            """, valueName: "n"))
    var pairs: String?

    @Option(
        help: ArgumentHelp(
            """
            Tasks of pretraining: sphere, uniform on the unit sphere; standard, N(0, I); inverse, \
            N(0, Sigma^-1). (default: sphere; standard of plain models)
            """, valueName: "prior"))
    var prior: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("sigma², the labels' variance. (default: 0.1)", valueName: "x"))
    var noise: String?

    @Option(
        help: ArgumentHelp(
            """
            Sigma: identity, a number (times the identity), or d numbers with commas, its diagonal. \
            (default: identity)
            """, valueName: "covariance"))
    var covariance: String?

    @Option(help: ArgumentHelp("Draws the direction of theta0. (default: 0)", valueName: "n"))
    var taskSeed: String?

    /// By the flags' long names.
    var given: [String: String?] {
        [
            "model": model, "heads": heads, "label-channel": labelChannel,
            "value-constant": valueConstant, "momentum": momentum, "clip": clip,
            "evaluation-prompts": evaluationPrompts, "evaluation-seeds": evaluationSeeds,
            "pairs": pairs, "prior": prior, "target": target, "objective": objective,
            "few-shot-weight": fewShotWeight, "few-shot-anneal": fewShotAnneal,
            "optimizer": optimizer, "learning-rate": learningRate, "iterations": iterations,
            "pretraining-iterations": pretrainingIterations, "batch-size": batchSize,
            "stop-tolerance": stopTolerance, "initial-scale": initialScale, "seeds": seeds,
            "cosine": cosine, "test-prompts": testPrompts, "dimension": dimension,
            "context": context, "shots": shots, "noise": noise, "covariance": covariance,
            "task-seed": taskSeed,
        ]
    }
}
