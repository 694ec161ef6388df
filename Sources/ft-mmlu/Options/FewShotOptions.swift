import ArgumentParser
import Experiments

/// What few-shot prompts of training show. The defaults live in `FewShotSettings`.
struct FewShotOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Which answers of few-shot prompts are targets: last (the asked question's), or all (the \
            demonstrations' too). (default: last)
            """, valueName: "which"), completion: .cases(of: FewShotSettings.Targets.self))
    var fewShotTargets: String?

    @Option(
        help: ArgumentHelp(
            "Demonstrations a few-shot prompt. (default: the most of --shots)", valueName: "n"))
    var fewShotShots: String?

    @Option(
        help: ArgumentHelp(
            "Questions that share demonstrations. (default: all of a step)", valueName: "n"))
    var fewShotPerPrefix: String?

    @Option(
        help: ArgumentHelp(
            """
            Where demonstrations come from: pool (the training questions), dev, dev+val. \
            (default: pool)
            """, valueName: "source"), completion: .cases(of: FewShotSettings.Source.self))
    var fewShotSource: String?

    @Option(
        help: ArgumentHelp(
            """
            JSON lines with rationales that demonstrations show, or none. (default: those of \
            --shot-rationales)
            """, valueName: "file"), completion: .file())
    var fewShotRationales: String?

    var given: [String: String?] {
        [
            "few-shot-targets": fewShotTargets,
            "few-shot-shots": fewShotShots, "few-shot-per-prefix": fewShotPerPrefix,
            "few-shot-source": fewShotSource, "few-shot-rationales": fewShotRationales,
        ]
    }
}
