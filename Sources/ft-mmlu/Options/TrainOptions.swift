import ArgumentParser
import Basics
import Benchmarks
import Experiments
import Training
import Transformer

/// The objective of one training run; in a sweep each run has its own. The defaults are in
/// `TrainConfig`.
struct TrainGoalOptions: ParsableArguments {
    @Option(
        \TrainConfig.adapter.target, "projections",
        "Projections that get adapters: V, Q, K, QKV, QKVO, or a list of q,k,v,o,gate,up,down.")
    var target: ProjectionSet?

    @Option(
        \TrainConfig.category, "category",
        "Category to train on: humanities, social_sciences, stem or other.")
    var category: Benchmarks.Category?

    @Option(\TrainConfig.learningRate, "rate", "Learning rate after warm-up.")
    var learningRate: Double?

    @Option(
        \TrainConfig.objective, "name",
        "Loss: zs (zero-shot prompts), or zs+fs (plus a weighted few-shot loss, --few-shot-…).")
    var objective: Objective?

    @Option(
        \TrainConfig.fewShot.weight, "x",
        "λ₀: the few-shot loss's weight at the start of an epoch.")
    var fewShotWeight: Double?

    @Option(\TrainConfig.initAdapter, "folder", "An adapter to start from.")
    var initAdapter: Folder?

    @Option(
        \TrainConfig.examples, "file",
        "Train on token ids: JSON lines with input_ids, labels or masks, and few_shot.")
    var examples: File?

    @Flag(help: "Only train; do not evaluate the base and the adapted model.") var noEval = false

    @Flag(
        help:
            "First show a training example by tokens, targets marked; with --max-steps 0 only that."
    )
    var showSample = false
}

/// The training settings that all runs of a sweep share, such as data and adapter rank. The
/// defaults are in `TrainConfig`.
struct TrainOptions: ParsableArguments {
    private static let adapter = LoRASettings(targets: [])

    @Option(
        \TrainConfig.trainRows, "rows",
        """
        Training questions: holdout (a sample of test that is never evaluated), val, dev+val, a \
        file of JSON lines, or a CSV file that lists rows (columns subject, split, row and perhaps \
        set).
        """, completion: .list(["holdout", "val", "dev+val"]))
    var trainRows: String?

    @Option(\TrainConfig.set, "list", "Sets of that CSV file to train on.", default: "all")
    var set: CommaList<String>?

    @Option(
        \TrainConfig.rationales, "file", "Rationales of training targets, as JSON lines.",
        default: "the built-in world's")
    var rationales: File?

    @Option(
        \TrainConfig.adapter.rank, "n", "Rank of the adapters.", default: Self.adapter.rank.helpText
    )
    var rank: Int?

    @Option(\TrainConfig.adapter.alpha, "x", "LoRA's alpha.", default: "twice the rank")
    var alpha: Double?

    @Option(
        \TrainConfig.adapter.loraDropout, "p",
        "Dropout probability on the adapters' inputs.", default: Self.adapter.dropout.helpText)
    var loraDropout: Double?

    @Flag(help: "rsLoRA: scale adapters by alpha / √rank in place of alpha / rank.")
    var rslora = false

    @Option(\TrainConfig.epochs, "n", "Passes over the training questions.") var epochs: Int?

    @Option(
        \TrainConfig.fewShot.anneal, "shape",
        """
        How the few-shot weight falls within each epoch: linear, linear-inclusive (to 0 at the last \
        step), constant; or epochs: few-shot prompts are rows between the zero-shot ones (weight to \
        1), fewer in each epoch, which has an optimiser and a schedule of its own.
        """)
    var fewShotAnneal: FewShotAnneal?

    @OptionGroup var fewShot: FewShotOptions
    @Option(\TrainConfig.batchSize, "n", "Questions of one step.") var batchSize: Int?

    @Option(\TrainConfig.maxSteps, "n", "Training steps at most.", default: "all of the epochs")
    var maxSteps: Int?

    @Option(
        \TrainConfig.schedule, "shape",
        "Learning rate schedule after warm-up: cosine, linear, constant.")
    var schedule: LearningRateSchedule.Shape?

    @Option(\TrainConfig.warmupRatio, "x", "Warm-up steps as a share of all steps.")
    var warmupRatio: Double?

    @Option(
        \TrainConfig.warmupSteps, "n", "Warm-up steps, in place of --warmup-ratio; 0 is none.")
    var warmupSteps: Int?

    @Option(\TrainConfig.weightDecay, "x", "AdamW's weight decay.") var weightDecay: Double?

    @Option(\TrainConfig.maxGradNorm, "x", "Clip gradients to this norm; 0 does not clip.")
    var maxGradNorm: Double?

    @Flag(help: "Keep the order of the training questions; do not shuffle.") var noShuffle = false

    @Option(
        \TrainConfig.activationCheckpointing, "when",
        """
        Compute each layer's activations a second time in backward in place of keeping them: auto \
        (where they would not fit into memory), on or off.
        """)
    var activationCheckpointing: ActivationCheckpointing?

    @Flag(
        help: """
            Fail where there would be a warning: if the first loss is above ln(vocabulary), since \
            prompt, labels or tokenizer do not fit the checkpoint; and if --init-adapter was trained \
            on another model.
            """)
    var strict = false
}

/// The contents of few-shot prompts in training. The defaults are in `FewShotConfig`.
struct FewShotOptions: ParsableArguments {
    @Option(
        \TrainConfig.fewShot.targets, "which",
        "Targets of a few-shot prompt: last (the last answer), or all (demonstrations' too).")
    var fewShotTargets: FewShotConfig.Targets?

    @Option(
        \TrainConfig.fewShot.shots, "n", "Demonstrations in a few-shot prompt.",
        default: "the largest number of --shots")
    var fewShotShots: Int?

    @Option(
        \TrainConfig.fewShot.perPrefix, "n", "Questions that share demonstrations.",
        default: "all of a step")
    var fewShotPerPrefix: Int?

    @Option(
        \TrainConfig.fewShot.source, "source",
        "Where demonstrations come from: pool (the training questions), dev, dev+val.")
    var fewShotSource: FewShotConfig.Source?

    @Option(
        \TrainConfig.fewShot.rationales, "file",
        "Rationales shown in demonstrations, as JSON lines; or none.",
        default: "those of --shot-rationales")
    var fewShotRationales: File?
}

/// Which checkpoints of a training run are kept. The defaults are in `CheckpointConfig`.
struct KeepingOptions: ParsableArguments {
    @Option(
        \TrainConfig.checkpoints.checkpointEvery, "n",
        "Steps between checkpoints; 0 saves only at the end and on a signal.")
    var checkpointEvery: Int?

    @Option(
        \TrainConfig.checkpoints.evalEvery, "n",
        "Steps between evaluations during training.", default: "no evaluation")
    var evalEvery: Int?

    @Option(
        \TrainConfig.checkpoints.evalQuestions, "which",
        """
        Questions of these evaluations: validation (val questions of the category, zero-shot); or \
        reported (the evaluation set itself, which then must not select an adapter).
        """)
    var evalQuestions: CheckpointConfig.Questions?

    @Option(
        \TrainConfig.checkpoints.evalLimit, "n", "Questions of the validation set at most.",
        default: "\(Self.sweep("eval-limit")) in a sweep")
    var evalLimit: Int?

    @Option(
        \TrainConfig.checkpoints.evalAnswers, "how",
        "How they are answered: greedy, or sampled like the final evaluation, with its repeats.",
        default: "\(Self.sweep("eval-answers")) in a sweep")
    var evalAnswers: CheckpointConfig.Answers?

    @Option(
        \TrainConfig.checkpoints.keep, "which",
        "The saved adapter: best, by these evaluations, or last.")
    var keep: CheckpointConfig.Adapter?

    private static func sweep(_ name: String) -> String {
        SweepSettings.defaults[name]?.settingText ?? ""
    }
}
