import ArgumentParser
import Experiments

/// What one training learns: of a sweep, each has its own. The defaults live in `TrainSettings`.
struct TrainGoalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What adapters sit on: V, Q, K, QKV, QKVO, or a list of q,k,v,o,gate,up,down.",
            valueName: "projections"), completion: .targets)
    var target: String?

    @Option(
        help: ArgumentHelp(
            "What is trained on: humanities, social_sciences, stem or other.",
            valueName: "category"), completion: .categories)
    var category: String?

    @Option(help: ArgumentHelp("The rate after warm-up. (default: 1e-4)", valueName: "rate"))
    var learningRate: String?

    @Option(
        help: ArgumentHelp(
            """
            The loss: zs on zero-shot prompts, or zs+fs, which adds a weighted loss on prompts with \
            demonstrations (--few-shot-…). (default: zs)
            """, valueName: "name"), completion: .cases(of: Objective.self))
    var objective: String?

    @Option(
        help: ArgumentHelp(
            "The few-shot loss's weight at the start of an epoch. (default: 1)", valueName: "x"))
    var fewShotWeight: String?

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

    var given: [String: String?] {
        [
            "target": target, "category": category, "learning-rate": learningRate,
            "objective": objective, "few-shot-weight": fewShotWeight,
            "init-adapter": initAdapter, "examples": examples, "no-eval": noEval ? "true" : nil,
            "show-sample": showSample ? "true" : nil,
        ]
    }
}
