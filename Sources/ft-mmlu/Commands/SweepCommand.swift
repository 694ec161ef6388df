import ArgumentParser
import Experiments

/// Trains and evaluates a grid of settings in one study folder.
struct SweepCommand: FileConfigured {
    static let settingNames = SweepSettings.names
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Trains targets by rates by few-shot weights by seeds, and reports the winners.",
        discussion: """
            Example: ft-mmlu sweep --targets V,QKV --category humanities \
            --learning-rates 3e-4,1e-3,3e-3 --seeds 0,1,2

            A family is a target with a loss. Each chooses its learning rate and few-shot weight with \
            the first seed: the most right zero-shot answers to val questions of the category \
            (--eval-limit, 250; --eval-answers), none of which is trained on or reported, also in \
            content; of several as good the lowest rate, then the lowest weight. What was chosen is trained by every seed \
            and asked 0-shot and few-shot, as the base model is, once.

            The study's folder holds config.yaml (complete; runs again by --config), questions.json \
            (both samples), a folder for each cell under cells/, which is that of an ordinary run, and \
            results.json. A cell that is done is never done again; one that was stopped, however, goes \
            on by --resume STUDY. One that fails, for want of memory or because its loss is no number, \
            is recorded in failure.json, and the rest goes on; the status is then 1.

            Several processes may work on one study by --resume STUDY: each takes a cell that no other \
            has, and the last one writes the results. --workers and --devices start them here, one a \
            GPU where there are several; a cell whose process dies is taken up again, and given up at \
            the third death. --launcher slurm makes the cells the tasks of job arrays and keeps the \
            scripts in the study's folder; --gather STUDY reads what they have done.
            """)

    @OptionGroup var options: SweepOptions
    @OptionGroup var run_: SweepRunOptions

    func run() throws {
        Signals.watch()
        let start = try SweepStart(self, model: options.model, run: run_)
        let sweep = try start.sweep(titled: "sweep")
        if let results = try start.work(sweep) {
            for line in SweepText(results).lines { print(line) }
            print("study folder: \(sweep.folder.path)")
            if let failure = start.failure(results, in: sweep.folder) { throw failure }
            if let failure = try start.unfinished(sweep) { throw failure }
        }
    }
}
