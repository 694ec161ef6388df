import Evaluation
import Training
import Basics
import ArgumentParser
import Experiments

/// Trains an adapter and evaluates base and adapted model.
struct TrainCommand: FileConfigured {
    static let settingNames = RunConfig.names
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains an adapter, then asks base and adapted model 0-shot and few-shot.",
        discussion: """
            Example: ft-mmlu train --target V --category humanities

            Without --model the built-in world is used, with its own defaults. A setting is taken \
            from its flag, else from --config, else from the built-in world's defaults file, else \
            from the defaults shown here. The run folder holds the configuration, the adapter in \
            PEFT's format, a line for each step and for each answer, and results.json.

            A run that was stopped, by a signal or a crash, goes on by --resume FOLDER from its last \
            checkpoint and ends as if it had never stopped. With --eval-every the adapter answers \
            zero-shot val questions of its category as it learns, none of them trained on or asked \
            afterwards; --keep best saves the adapter that answered most of them rightly.

            Printed at the end are percent of right answers with their standard error over questions \
            and 95 % intervals, and the forgetting report: the zero-shot gain and the few-shot loss in \
            each category on the same questions, with 95 % intervals, the p-value of no change, and \
            whether a drop beyond --margin is excluded.
            """)

    @OptionGroup(title: "Training") var goal: TrainGoalOptions
    @OptionGroup(title: "Training") var training: TrainOptions
    @OptionGroup(title: "Keeping") var keeping: KeepingOptions
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Evaluation") var evaluation: EvaluationOptions
    @OptionGroup(title: "Evaluation") var seed: SeedOption

    @Option(
        help: ArgumentHelp(
            "Shots of few-shot prompts, in evaluation and in the few-shot loss. (default: 7)",
            valueName: "n"))
    var shots: CommaList<Int>?

    @OptionGroup(title: "Run") var run_: RunOptions

    func run() throws {
        Signals.watch()
        let start = try RunStart(self, model: model, run: run_)
        let given = start.given
        let settings = try TrainSettings(given.layers, model: given.model, world: given.world)
        let evaluation = try EvaluationSettings(
            given.layers, model: given.model, world: given.world, evaluatesZeroShot: true)
        if try start.isDone(evaluates: settings.evaluates) { return }
        let isQuiet = start.isQuiet
        let progress = RunProgress(opening: given.announcement, isQuiet: isQuiet)
        if !isQuiet, let notice = settings.unusedFlags(given.layers) { Terminal.note(notice) }
        let study = Run(
            model: given.model, evaluation: evaluation, store: try start.openStore(),
            report: progress.show)
        if settings.maxSteps == 0 { return try study.showSample(settings) }
        let title = [settings.adapter.targetName, settings.category?.rawValue ?? "examples"]
            .joined(separator: "-")
        let folder = try start.folder(title)
        let results = try start.filling(folder) { try study.train(settings, into: folder) }
        if let results {
            let name = "\(settings.adapter.targetName) adapted"
            for line in ResultsText(results, adaptedName: name).lines { print(line) }
        }
        print("run folder: \(folder.path)")
    }
}
