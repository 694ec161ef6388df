import Basics
import ArgumentParser
import Experiments
import Training

/// The training settings that all runs of a sweep share, such as data and adapter rank. The
/// defaults are in `TrainSettings`.
struct TrainOptions: ParsableArguments {
    @Option(
        help: .setting(
            \TrainConfig.trainRows,
            """
            Training questions: holdout (a sample of test that is never asked), val, dev+val, a file \
            of JSON lines, or a CSV file that names rows (subject, split, row, and perhaps set).
            """, valueName: "rows"), completion: .list(["holdout", "val", "dev+val"]))
    var trainRows: String?

    @Option(
        help: ArgumentHelp(
            "Of such a CSV file the sets to train on, joined by commas. (default: all)",
            valueName: "list"))
    var set: CommaList<String>?

    @Option(
        help: ArgumentHelp(
            "JSON lines with rationales of training targets. (default: the built-in world's)",
            valueName: "file"), completion: .file())
    var rationales: String?

    @Option(help: ArgumentHelp("The adapters' rank. (default: 8)", valueName: "n"))
    var rank: Int?

    @Option(help: ArgumentHelp("Scale times rank. (default: twice the rank)", valueName: "x"))
    var alpha: Double?

    @Option(
        help: ArgumentHelp(
            """
            Probability of each element of an adapter's input to be 0 in training. (default: 0)
            """, valueName: "p"))
    var loraDropout: Double?

    @Flag(help: "Scale adapters by alpha / √rank in place of alpha / rank.")
    var rslora = false

    @Option(help: .setting(\TrainConfig.epochs, "Times each question is read.", valueName: "n"))
    var epochs: Int?

    @Option(
        help: .setting(
            \TrainConfig.fewShot.anneal,
            """
            How that weight falls within each epoch: linear, linear-inclusive (to 0 at the last \
            step), constant; or epochs: few-shot prompts are rows between the zero-shot ones (weight \
            to 1), fewer in each epoch, which has an optimiser and a schedule of its own.
            """, valueName: "shape"))
    var fewShotAnneal: FewShotAnneal?

    @OptionGroup var fewShot: FewShotOptions

    @Option(help: .setting(\TrainConfig.batchSize, "Questions of one step.", valueName: "n"))
    var batchSize: Int?

    @Option(help: ArgumentHelp("Steps at most. (default: all of the epochs)", valueName: "n"))
    var maxSteps: Int?

    @Option(
        help: .setting(
            \TrainConfig.schedule,
            "The rate's course after warm-up: cosine, linear, constant.",
            valueName: "shape"))
    var schedule: LearningRateSchedule.Shape?

    @Option(
        help: .setting(\TrainConfig.warmupRatio, "Share of the steps that warm up.", valueName: "x")
    )
    var warmupRatio: Double?

    @Option(
        help: ArgumentHelp(
            "Steps that warm up, in place of the share; 0 is none.", valueName: "n"))
    var warmupSteps: Int?

    @Option(help: .setting(\TrainConfig.weightDecay, "AdamW's weight decay.", valueName: "x"))
    var weightDecay: Double?

    @Option(
        help: .setting(
            \TrainConfig.maxGradNorm,
            "Gradients are scaled down to this norm; 0 leaves them.", valueName: "x"))
    var maxGradNorm: Double?

    @Flag(help: "Read the questions in their order.")
    var noShuffle = false

    @Option(
        help: .setting(
            \TrainConfig.activationCheckpointing,
            """
            Compute each layer a second time in place of keeping what it computed: auto (where \
            keeping would not fit), on or off.
            """, valueName: "when"))
    var activationCheckpointing: ActivationCheckpointing?

    @Flag(
        help: """
            Stop where the first loss is above ln(vocabulary), which else is only warned of: the \
            prompt, the labels or the tokenizer do not fit the checkpoint; and where --init-adapter \
            was trained on another model.
            """)
    var strict = false
}
