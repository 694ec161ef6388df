import Basics
import ArgumentParser
import Experiments
import Training

/// How is trained, whatever is. The defaults live in `TrainSettings`.
struct TrainOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Training questions: holdout (a sample of test that is never asked), val, dev+val, a file \
            of JSON lines, or a CSV file that names rows (subject, split, row, and perhaps set). \
            (default: holdout)
            """, valueName: "rows"), completion: .list(["holdout", "val", "dev+val"]))
    var trainRows: String?

    @Option(
        help: ArgumentHelp(
            "Of such a CSV file the sets to train on, joined by commas. (default: all)",
            valueName: "list"))
    var set: String?

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

    @Option(help: ArgumentHelp("Times each question is read. (default: 5)", valueName: "n"))
    var epochs: String?

    @Option(
        help: ArgumentHelp(
            """
            How that weight falls within each epoch: linear, linear-inclusive (to 0 at the last \
            step), constant; or epochs: few-shot prompts are rows between the zero-shot ones (weight \
            to 1), fewer in each epoch, which has an optimiser and a schedule of its own. \
            (default: linear)
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

    @Flag(help: "Read the questions in their order.")
    var noShuffle = false

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
            prompt, the labels or the tokenizer do not fit the checkpoint; and where --init-adapter \
            was trained on another model.
            """)
    var strict = false

    var given: [String: String?] {
        [
            "train-rows": trainRows, "set": set,
            "rationales": rationales, "rank": rank, "alpha": alpha,
            "epochs": epochs,
            "lora-dropout": loraDropout, "rslora": rslora ? "true" : nil,
            "few-shot-anneal": fewShotAnneal,
            "batch-size": batchSize,
            "max-steps": maxSteps, "schedule": schedule, "warmup-ratio": warmupRatio,
            "warmup-steps": warmupSteps, "weight-decay": weightDecay, "max-grad-norm": maxGradNorm,
            "no-shuffle": noShuffle ? "true" : nil,
            "strict": strict ? "true" : nil,
            "activation-checkpointing": activationCheckpointing,
        ].merging(fewShot.given) { $1 }
    }
}
