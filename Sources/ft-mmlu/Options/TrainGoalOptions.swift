import Transformer
import Training
import ArgumentParser
import Basics
import Benchmarks
import Training
import Transformer
import Experiments

/// The objective of one training run; in a sweep each run has its own. The defaults are in
/// `TrainSettings`.
struct TrainGoalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What adapters sit on: V, Q, K, QKV, QKVO, or a list of q,k,v,o,gate,up,down.",
            valueName: "projections"), completion: .targets)
    var target: ProjectionSet?

    @Option(
        help: ArgumentHelp(
            "What is trained on: humanities, social_sciences, stem or other.",
            valueName: "category"), completion: .categories)
    var category: Benchmarks.Category?

    @Option(help: .setting(\TrainConfig.learningRate, "The rate after warm-up.", valueName: "rate"))
    var learningRate: Double?

    @Option(
        help: .setting(
            \TrainConfig.objective,
            """
            The loss: zs on zero-shot prompts, or zs+fs, which adds a weighted loss on prompts with \
            demonstrations (--few-shot-…).
            """, valueName: "name"))
    var objective: Objective?

    @Option(
        help: .setting(
            \TrainConfig.fewShot.weight,
            "The few-shot loss's weight at the start of an epoch.", valueName: "x"))
    var fewShotWeight: Double?

    @Option(
        help: ArgumentHelp("An adapter to start from.", valueName: "folder"), completion: .directory
    )
    var initAdapter: String?

    @Option(
        help: ArgumentHelp(
            "Train on token ids: JSON lines with input_ids, labels and few_shot.",
            valueName: "file"), completion: .file())
    var examples: String?

    @Flag(help: "Only train; do not evaluate base and adapted model afterwards.")
    var noEval = false

    @Flag(
        help: """
            First show a training example, token by token, with its targets marked; with \
            --max-steps 0 do nothing else.
            """)
    var showSample = false
}
