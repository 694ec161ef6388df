import ArgumentParser
import Basics
import Benchmarks
import Experiments
import Training

/// The hyperparameters and seeds of a sweep.
struct HyperparameterOptions: ParsableArguments {
    @Option(
        \TrainConfig.learningRate, "list", "Learning rates after warm-up.",
        default: """
            table2: \(Reproduction.table2("learning-rates")), on the built-in model \
            \(Reproduction.table2("learning-rates", isBuiltIn: true))
            """)
    var learningRates: CommaList<Double>?

    @Option(
        \SweepConfig.fewShotWeights, "list",
        "λ₀: few-shot weights at the start of an epoch; none is the zero-shot loss alone.",
        default: "none; table2: \(Reproduction.table2("few-shot-weights"))")
    var fewShotWeights: CommaList<FewShotWeight>?

    @Option(
        \TrainConfig.seed, "list",
        "Seeds of initial adapter weights and order of training; the first one selects.",
        default: "table2: \(Reproduction.table2("seeds"))")
    var seeds: CommaList<Int>?
}

/// The grid of a sweep. The defaults are in `SweepGrid`.
struct GridOptions: ParsableArguments {
    @Option(
        \SweepConfig.targets, "list", "Sets of projections that get adapters, as V,q+k+v,QKVO.")
    var targets: TargetList?

    @Option(
        \SweepConfig.category, "list",
        "Categories to train on: one or several of humanities, social_sciences, stem, other.")
    var category: CommaList<Benchmarks.Category>?

    @OptionGroup var hyperparameters: HyperparameterOptions

    @Option(
        \SweepConfig.fewShotOn, "list", "Those of --targets that also get the few-shot loss.",
        default: "all")
    var fewShotOn: TargetList?

    @Option(
        \SweepConfig.report, "winners|all",
        "Evaluated trainings: the selected ones with every seed, or all.")
    var report: SweepConfig.Report?
}

/// All flags of `sweep` and `plan` that define a sweep.
struct SweepOptions: ParsableArguments {
    @OptionGroup(title: "Grid") var grid: GridOptions
    @OptionGroup(title: "Training") var training: TrainOptions
    @OptionGroup(title: "Checkpoints") var keeping: KeepingOptions
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Model") var shape: ShapeOptions
    @OptionGroup(title: "Evaluation") var shots: TrainShotsOption
    @OptionGroup(title: "Evaluation") var evaluation: EvaluationOptions
}
