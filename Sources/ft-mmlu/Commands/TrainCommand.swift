import ArgumentParser
import Basics
import Evaluation
import Experiments
import Training

/// Trains an adapter and evaluates base and adapted model.
struct TrainCommand: FileConfigured {
    static let settingNames = RunConfig.names
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract:
            "Trains an adapter, then evaluates base and adapted model, zero-shot and few-shot.",
        discussion: """
            Example: ft-mmlu train --target V --category humanities

            Without --model it uses the built-in model and questions, with their own defaults. A \
            setting comes from its flag, else from --config, else from the defaults file of the \
            built-in world, else from the defaults shown here. The run folder has config.yaml, the \
            adapter in PEFT's format, a line for each step and for each answer, and results.json.

            --resume FOLDER continues a run that a signal or a crash stopped, from its last \
            checkpoint; it ends as an undisturbed run does. With --eval-every the adapter is \
            evaluated during training on a validation set: zero-shot val questions of its category, \
            neither trained on nor part of the final evaluation. --keep best saves the adapter with \
            the highest validation accuracy.

            It prints accuracies in percent with standard errors over questions and 95 % intervals, \
            and the forgetting report: the zero-shot gain and the few-shot drop in each category on \
            the same questions, with 95 % intervals, the p-value of no change, and whether a drop \
            beyond --margin is excluded.
            """)

    @OptionGroup(title: "Training") var goal: TrainGoalOptions
    @OptionGroup(title: "Training") var training: TrainOptions
    @OptionGroup(title: "Checkpoints") var keeping: KeepingOptions
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Evaluation") var shots: TrainShotsOption
    @OptionGroup(title: "Evaluation") var evaluation: EvaluationOptions
    @OptionGroup(title: "Evaluation") var seed: SeedOption
    @OptionGroup(title: "Run") var run_: RunOptions

    func run() throws {
        Signals.watch()
        let start = try RunStart(self, model: model, run: run_)
        let given = start.given
        let settings = try TrainSettings(given.layers, model: given.model, world: given.world)
        let evaluation = try EvaluationSettings(
            given.layers, model: given.model, world: given.world, evaluatesZeroShot: true)
        try start.resumed?.check(given.model, evaluation, settings)
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
