import Evaluation
import Basics
import ArgumentParser
import Benchmarks
import Experiments

/// Evaluates a model, with or without an adapter.
struct EvalCommand: FileConfigured {
    static let settingNames = RunConfig.names
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Asks a model, or a model with an adapter, MMLU questions.",
        discussion: """
            Example: ft-mmlu eval --shots 0,7 --adapter runs/2026-01-31-V-humanities/adapter

            Questions that the adapter was trained on, and every category's holdout, are never \
            asked. The numbers are percent of right answers with their standard error over questions \
            and 95 % intervals.

            With --with-base the forgetting report follows: the adapter's zero-shot gain and its \
            few-shot loss in each category on the same questions, with 95 % intervals, the p-value of \
            no change, and whether a drop beyond --margin is excluded.
            """)

    @OptionGroup(title: "Model") var model: ModelOptions

    @Option(
        help: ArgumentHelp("An adapter in PEFT's format.", valueName: "folder"),
        completion: .directory)
    var adapter: String?

    @Option(
        help: ArgumentHelp(
            """
            Multiplies the adapter's effect: 0 is the base model. Several, joined by commas, are \
            asked in turn. (default: 1)
            """, valueName: "list"))
    var adapterScale: AdapterScales?

    @Option(
        help: ArgumentHelp(
            """
            The category whose gain the forgetting report sets against losses. (default: the one \
            that the adapter says it was trained on)
            """, valueName: "category"), completion: .categories)
    var targetCategory: Benchmarks.Category?

    @Flag(help: "Ask the base model too, beside the adapter.")
    var withBase = false

    @OptionGroup(title: "Model") var strict: StrictOption

    @Option(
        help: .setting(
            \EvaluationConfig.shots,
            "Numbers of shots, joined by commas.", valueName: "list"))
    var shots: CommaList<Int>?

    @Option(help: ArgumentHelp("The same as --question-sets.", valueName: "list"))
    var set: CommaList<String>?

    @OptionGroup(title: "Evaluation") var evaluation: EvaluationOptions
    @OptionGroup(title: "Evaluation") var seed: SeedOption
    @OptionGroup(title: "Run") var run_: RunOptions

    func run() throws {
        Signals.watch()
        let start = try RunStart(self, model: model, run: run_)
        let given = start.given
        // The short name, in a file too.
        let sets = given.layers.found("set").map { ["question-sets": $0.value] } ?? [:]
        let evaluation = try EvaluationSettings(
            given.layers.under(sets), model: given.model, world: given.world)
        let config = try ConfigCoder.decode(AdapterEvaluationConfig(), over: given.layers)
        if config.adapter == nil,
            let flag = given.layers.flags(
                among: ["adapter-scale", "with-base", "target-category"]
            ).first
        {
            throw UsageError("--\(flag): says something of an adapter; --adapter is needed too")
        }
        if try start.isDone(evaluates: true) { return }
        let store = try start.openStore()
        let folder = try start.folder(config.adapter == nil ? "base" : "adapter")
        let progress = RunProgress(opening: given.announcement, isQuiet: start.isQuiet)
        let study = Run(
            model: given.model, evaluation: evaluation, store: store, report: progress.show)
        let results = try start.filling(folder) {
            try study.evaluate(config, into: folder)
        }
        for line in ResultsText(results).lines { print(line) }
        print("run folder: \(folder.path)")
    }
}
