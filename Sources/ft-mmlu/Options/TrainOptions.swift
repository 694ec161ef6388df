import ArgumentParser
import Studies
import Training

/// What is trained. The defaults live in `TrainSettings`.
struct TrainOptions: ParsableArguments {
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

    @Option(
        help: ArgumentHelp(
            """
            Training questions: holdout (a sample of test that is never asked), val, dev+val, or a \
            file of JSON lines. (default: holdout)
            """, valueName: "rows"), completion: .list(["holdout", "val", "dev+val"]))
    var trainRows: String?

    @Option(
        help: ArgumentHelp(
            "JSON lines with rationales of training targets. (default: the built-in world's)",
            valueName: "file"), completion: .file())
    var rationales: String?

    @Option(help: ArgumentHelp("The adapters' rank. (default: 8)", valueName: "n"))
    var rank: String?

    @Option(help: ArgumentHelp("Scale times rank. (default: twice the rank)", valueName: "x"))
    var alpha: String?

    @Option(
        help: ArgumentHelp(
            """
            Probability of each element of an adapter's input to be 0 in training. (default: 0)
            """, valueName: "p"))
    var loraDropout: String?

    @Flag(help: "Scale adapters by alpha / √rank in place of alpha / rank.")
    var rslora = false

    @Option(help: ArgumentHelp("The rate after warm-up. (default: 1e-4)", valueName: "rate"))
    var learningRate: String?

    @Option(help: ArgumentHelp("Times each question is read. (default: 5)", valueName: "n"))
    var epochs: String?

    @Option(
        help: ArgumentHelp(
            """
            The loss: zs on zero-shot prompts, or zs+fs, which adds a weighted loss on prompts with \
            demonstrations (--few-shot-…). (default: zs)
            """, valueName: "name"), completion: .cases(of: Objective.self))
    var objective: String?

    @Option(
        help: ArgumentHelp(
            """
            How that weight falls within each epoch: linear, linear-inclusive (to 0 at the last \
            step), constant. (default: linear)
            """, valueName: "shape"), completion: .cases(of: FewShotAnneal.self))
    var fewShotAnneal: String?

    @OptionGroup var fewShot: FewShotOptions

    @Option(help: ArgumentHelp("Questions of one step. (default: 8)", valueName: "n"))
    var batchSize: String?

    @Option(help: ArgumentHelp("Steps at most. (default: all of the epochs)", valueName: "n"))
    var maxSteps: String?

    @Option(
        help: ArgumentHelp(
            "The rate's course after warm-up: cosine, linear, constant. (default: cosine)",
            valueName: "shape"), completion: .cases(of: LearningRateSchedule.Shape.self))
    var schedule: String?

    @Option(help: ArgumentHelp("Share of the steps that warm up. (default: 0.1)", valueName: "x"))
    var warmupRatio: String?

    @Option(
        help: ArgumentHelp(
            "Steps that warm up, in place of the share; 0 is none.", valueName: "n"))
    var warmupSteps: String?

    @Option(help: ArgumentHelp("AdamW's weight decay. (default: 0)", valueName: "x"))
    var weightDecay: String?

    @Option(
        help: ArgumentHelp(
            "Gradients are scaled down to this norm; 0 leaves them. (default: 1)", valueName: "x"))
    var maxGradNorm: String?

    @Option(
        help: ArgumentHelp("An adapter to start from.", valueName: "folder"), completion: .directory
    )
    var initAdapter: String?

    @Option(
        help: ArgumentHelp(
            "Train on token ids: JSON lines with input_ids, labels and few_shot.",
            valueName: "file"), completion: .file())
    var examples: String?

    @Flag(help: "Read the questions in their order.")
    var noShuffle = false

    @Flag(help: "Only train; do not evaluate base and adapted model afterwards.")
    var noEval = false

    @Option(
        help: ArgumentHelp(
            """
            Compute each layer a second time in place of keeping what it computed: auto (where \
            keeping would not fit), on or off. (default: auto)
            """, valueName: "when"), completion: .cases(of: ActivationCheckpointing.self))
    var activationCheckpointing: String?

    @Flag(
        help: """
            Stop where the first loss is above ln(vocabulary), which else is only warned of: the \
            prompt, the labels or the tokenizer do not fit the checkpoint.
            """)
    var strict = false

    @Flag(
        help: """
            First show a training example, token by token, with its targets marked; with \
            --max-steps 0 do nothing else.
            """)
    var showSample = false

    var given: [String: String?] {
        [
            "target": target, "category": category, "train-rows": trainRows,
            "rationales": rationales, "rank": rank, "alpha": alpha, "learning-rate": learningRate,
            "epochs": epochs, "objective": objective,
            "lora-dropout": loraDropout, "rslora": rslora ? "true" : nil,
            "few-shot-anneal": fewShotAnneal,
            "batch-size": batchSize,
            "max-steps": maxSteps, "schedule": schedule, "warmup-ratio": warmupRatio,
            "warmup-steps": warmupSteps, "weight-decay": weightDecay, "max-grad-norm": maxGradNorm,
            "init-adapter": initAdapter, "examples": examples,
            "no-shuffle": noShuffle ? "true" : nil, "no-eval": noEval ? "true" : nil,
            "strict": strict ? "true" : nil,
            "activation-checkpointing": activationCheckpointing,
            "show-sample": showSample ? "true" : nil,
        ].merging(fewShot.given) { $1 }
    }
}
