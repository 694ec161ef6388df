import ArgumentParser
import Studies

/// Evaluates a model, with or without an adapter.
struct EvalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Asks a model, or a model with an adapter, MMLU questions.",
        discussion: """
            Example: ft-mmlu eval --shots 0,7 --adapter runs/2026-01-31-V-humanities/adapter

            Questions that the adapter was trained on, and every category's holdout, are never \
            asked. The numbers are percent of right answers with their standard error over repeats \
            (over questions where there is one repeat).
            """)

    @OptionGroup(title: "Model") var model: ModelOptions

    @Option(help: ArgumentHelp("An adapter in PEFT's format.", valueName: "folder"))
    var adapter: String?

    @Option(
        help: ArgumentHelp(
            "Multiplies the adapter's effect: 0 is the base model. (default: 1)", valueName: "x"))
    var adapterScale: String?

    @Flag(help: "Ask the base model too, beside the adapter.")
    var withBase = false

    @Option(
        help: ArgumentHelp(
            "Numbers of shots, joined by commas. (default: 0,7)", valueName: "list"))
    var shots: String?

    @OptionGroup(title: "Evaluation") var evaluation: EvaluationOptions
    @OptionGroup(title: "Run") var run_: RunOptions

    func run() throws {
        Signals.watch()
        let flags = evaluation.given.merging([
            "shots": shots, "adapter": adapter, "adapter-scale": adapterScale,
            "with-base": withBase ? "true" : nil,
        ]) { $1 }
        let start = try RunStart("eval", flags, model: model, run: run_)
        let given = start.given
        let evaluation = try EvaluationSettings(
            given.layers, model: given.model, world: given.world)
        let adapter = given.layers.text("adapter")
        let scale = try given.layers.number("adapter-scale", default: 1, in: -1000...1000)
        let withBase = try given.layers.flag("with-base")
        if let folder = start.resumed, folder.isComplete(evaluates: true) {
            return print("run folder: \(folder.path) is complete; there is nothing to do")
        }
        let folder =
            try start.resumed
            ?? RunFolder(
                making: run_.output ?? RunFolder.freePath(adapter == nil ? "base" : "adapter"))
        let progress = StudyProgress(opening: given.announcement, isQuiet: run_.quiet)
        let study = Study(model: given.model, evaluation: evaluation, report: progress.show)
        let results = try start.filling(folder) {
            try study.evaluate(adapter: adapter, scale: scale, withBase: withBase, into: folder)
        }
        for line in AccuracyText(results, names: results.map(\.model.name)).lines { print(line) }
        print("run folder: \(folder.path)")
    }
}
