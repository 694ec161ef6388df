import Basics
import ArgumentParser
import Basics
import Benchmarks
import Training
import Transformer
import Experiments

/// The grid of a sweep. The defaults are in `SweepGrid`.
struct GridOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Sets of projections that adapters sit on, as V,q+k+v,QKVO.", valueName: "list"),
        completion: .targets)
    var targets: TargetList?

    @Option(
        help: ArgumentHelp(
            "What is trained on: humanities, social_sciences, stem, other, or several of them.",
            valueName: "list"), completion: .categories)
    var category: CommaList<Benchmarks.Category>?

    @Option(help: ArgumentHelp("The rates after warm-up. (default: 1e-4)", valueName: "list"))
    var learningRates: CommaList<Double>?

    @Option(
        help: ArgumentHelp(
            """
            The few-shot loss's weights at the start of an epoch; none is the loss on zero-shot \
            prompts alone. (default: none)
            """, valueName: "list"))
    var fewShotWeights: CommaList<FewShotWeight>?

    @Option(
        help: ArgumentHelp(
            "Those of --targets that learn by the few-shot loss too. (default: all)",
            valueName: "list"))
    var fewShotOn: TargetList?

    @Option(
        help: ArgumentHelp(
            """
            Draw adapters and the order of training; settings are chosen with the first. (default: 0)
            """, valueName: "list"))
    var seeds: CommaList<Int>?

    @Option(
        help: .setting(
            \SweepConfig.report,
            """
            Who is asked what is reported: the winners of the selection by every seed, or all.
            """, valueName: "winners|all"))
    var report: SweepConfig.Report?
}

/// A model with random weights instead of a checkpoint.
struct ShapeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Random weights of this shape in place of a checkpoint: qwen2.5-0.5b, -1.5b, -3b or -7b. \
            It shows what a study costs.
            """, valueName: "shape"), completion: .shapes)
    var shape: String?

    @Option(
        help: ArgumentHelp("The folder of its tokenizer.", valueName: "folder"),
        completion: .directory)
    var tokenizer: String?
}

/// All flags of `sweep` and `plan` about a study.
struct SweepOptions: ParsableArguments {
    @OptionGroup(title: "Grid") var grid: GridOptions
    @OptionGroup(title: "Training") var training: TrainOptions
    @OptionGroup(title: "Keeping") var keeping: KeepingOptions
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Model") var shape: ShapeOptions
    @OptionGroup(title: "Evaluation") var evaluation: EvaluationOptions

    @Option(
        help: ArgumentHelp(
            "Shots of few-shot prompts, in evaluation and in the few-shot loss. (default: 7)",
            valueName: "n"))
    var shots: CommaList<Int>?
}
