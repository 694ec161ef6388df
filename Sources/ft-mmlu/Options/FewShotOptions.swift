import Training
import ArgumentParser
import Experiments

/// The contents of few-shot prompts in training. The defaults are in `FewShotConfig`.
struct FewShotOptions: ParsableArguments {
    @Option(
        help: .setting(
            \TrainConfig.fewShot.targets,
            """
            Which answers of few-shot prompts are targets: last (the asked question's), or all (the \
            demonstrations' too).
            """, valueName: "which"))
    var fewShotTargets: FewShotConfig.Targets?

    @Option(
        help: ArgumentHelp(
            "Demonstrations a few-shot prompt. (default: the most of --shots)", valueName: "n"))
    var fewShotShots: Int?

    @Option(
        help: ArgumentHelp(
            "Questions that share demonstrations. (default: all of a step)", valueName: "n"))
    var fewShotPerPrefix: Int?

    @Option(
        help: .setting(
            \TrainConfig.fewShot.source,
            """
            Where demonstrations come from: pool (the training questions), dev, dev+val.
            """, valueName: "source"))
    var fewShotSource: FewShotConfig.Source?

    @Option(
        help: ArgumentHelp(
            """
            JSON lines with rationales that demonstrations show, or none. (default: those of \
            --shot-rationales)
            """, valueName: "file"), completion: .file())
    var fewShotRationales: String?
}
