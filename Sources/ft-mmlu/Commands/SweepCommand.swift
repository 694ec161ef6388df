import ArgumentParser
import Experiments

/// Trains and evaluates a grid of settings in one study folder.
struct SweepCommand: FileConfigured {
    static let settingNames = SweepSettings.names
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Trains a grid of hyperparameters, selects on a validation set, and reports.",
        discussion: """
            Example: ft-mmlu sweep --targets V,QKV --category humanities \
            --learning-rates 3e-4,1e-3,3e-3 --seeds 0,1,2

            The grid is targets × losses × learning rates × few-shot weights × seeds. Each target \
            and loss selects its learning rate and few-shot weight with the first seed, by zero-shot \
            accuracy on a validation set: val questions of the category (--eval-limit, \
            --eval-answers) that no training and no reported question equals, also in content. Ties \
            go to the lowest learning rate, then to the lowest weight. The selected hyperparameters \
            are trained with every seed and evaluated zero-shot and few-shot; the base model is \
            evaluated once.

            The sweep's folder has config.yaml (complete; --config runs it again), questions.json \
            (both question sets), the folder of each trial under cells/, which equals that of train, \
            and results.json. --resume SWEEP skips finished trials and continues stopped ones. A \
            failed trial, out of memory or with a loss that is not finite, is recorded in \
            failure.json; the others continue, and the exit status is 1.

            Several processes may run trials of one sweep with --resume SWEEP: each takes a trial \
            that no other has, and the last one writes the results. --workers and --devices start \
            such processes here, one per GPU if there are several. The trial of a process that dies \
            starts again, at most twice. --launcher slurm submits the trials as tasks of job arrays \
            and keeps the scripts in the sweep's folder; --gather SWEEP reads their results. With \
            --resume and --gather only --device, --threads, --store, --cell, --retry-failed, --quiet \
            and the flags of these processes may be given.
            """)

    @OptionGroup var options: SweepOptions
    @OptionGroup(title: "Run") var run_: SweepRunOptions

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
