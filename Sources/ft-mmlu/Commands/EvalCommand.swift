import ArgumentParser
import Basics
import Benchmarks
import Evaluation
import Experiments

/// Evaluates a model, with or without an adapter.
struct EvalCommand: FileConfigured {
    static let settingNames = RunConfig.names
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Evaluates a model, with or without an adapter, on MMLU.",
        discussion: """
            Example: ft-mmlu eval --shots 0,7 --adapter runs/2026-01-31-V-humanities/adapter

            Questions that the adapter was trained on, and the holdout of every category, are never \
            evaluated. It prints accuracies in percent with standard errors over questions and 95 % \
            intervals.

            --with-base adds the forgetting report: the adapter's zero-shot gain and its few-shot \
            drop in each category on the same questions, with 95 % intervals, the p-value of no \
            change, and whether a drop beyond --margin is excluded.
            """)

    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Adapter") var adapter: AdapterOption
    @OptionGroup(title: "Adapter") var scales: AdapterEvaluationOptions
    @OptionGroup(title: "Evaluation") var shots: ShotsOption
    @Option("list", "The same as --question-sets.") var set: CommaList<String>?
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
        try start.resumed?.check(given.model, evaluation, config)
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

/// How an adapter is evaluated.
struct AdapterEvaluationOptions: ParsableArguments {
    @Option(
        \AdapterEvaluationConfig.adapterScale, "list",
        "Factors on the adapter's effect, each evaluated; 0 is the base model.")
    var adapterScale: AdapterScales?

    @Option(
        \AdapterEvaluationConfig.targetCategory, "category",
        "Category whose gain the forgetting report compares with drops elsewhere.",
        default: "the category that the adapter was trained on")
    var targetCategory: Benchmarks.Category?

    @Flag(help: "Evaluate the base model too.") var withBase = false
}
