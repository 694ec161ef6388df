import ArgumentParser
import Studies

/// Where a study's settings come from, where it goes, and what of it is to be done.
struct StudyRunOptions: ParsableArguments {
    @OptionGroup var settings: SettingsFileOption

    @Option(
        help: ArgumentHelp(
            "A new or empty folder for the study. (default: runs/<date>-<what>)",
            valueName: "folder"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            """
            An SQLite file that keeps the results of all runs, or none. (default: \
            \(RunOptions.defaultStore))
            """, valueName: "file"))
    var store: String?

    @Option(
        help: ArgumentHelp(
            """
            Go on with a study, or help another process with it; beside it only --device, \
            --threads, --store, --cell, --retry-failed and --quiet.
            """, valueName: "folder"))
    var resume: String?

    @Option(
        help: ArgumentHelp(
            "Do only this cell, by its number from 0, and gather no results.", valueName: "n"))
    var cell: Int?

    @Flag(help: "Do cells that failed again.")
    var retryFailed = false

    @Flag(help: "Show no progress and no notices.")
    var quiet = false

    /// Nothing of it given.
    static var plain: StudyRunOptions {
        get throws { try StudyRunOptions.parse([]) }
    }
}

/// A study's settings, and the folder that is to be gone on with, if there is one.
struct StudyStart {
    let given: GivenSettings
    /// nil for a new study.
    let resumed: StudyFolder?
    private let command: String
    private let run: StudyRunOptions

    /// - Parameters:
    ///   - command: how the study goes on
    ///   - flags: by long names, those of the model left out
    ///   - defaults: the command's own, by the same names; they stand below the file
    /// - Throws: `UsageError` for a flag that does not go with `--resume`.
    init(
        _ command: String, _ flags: [String: String?], model: ModelOptions, run: StudyRunOptions,
        defaults: [String: String] = [:]
    ) throws {
        self.command = command
        self.run = run
        let defaults = SweepSettings.defaults.merging(defaults) { $1 }
        guard let path = run.resume else {
            resumed = nil
            given = try GivenSettings(
                flags, model: model, config: run.settings.config, defaults: defaults, sweeps: true)
            return
        }
        let own = ["device", "threads"]
        let others = flags.merging(model.given.filter { !own.contains($0.key) }) { $1 }
            .merging(["config": run.settings.config, "output": run.output]) { $1 }
        if let name = others.compactMapValues({ $0 }).keys.min() {
            throw UsageError(
                "--resume \(path): --\(name) was given too; only --device, --threads, --cell, "
                    + "--retry-failed and --quiet go with it, the study's config.yaml says the rest"
            )
        }
        let folder = try StudyFolder(resuming: path)
        resumed = folder
        given = try GivenSettings(
            [:], model: model, config: folder.config, defaults: defaults, sweeps: true)
    }

    /// The study, checked and with its folder.
    ///
    /// - Parameter title: what a new folder is called behind the date
    func sweep(titled title: String) throws -> Sweep {
        let settings = try SweepSettings(given.layers, model: given.model, world: given.world)
        let progress = SweepProgress(opening: given.announcement, isQuiet: run.quiet)
        let path = run.output ?? RunFolder.freePath(title)
        let folder = try resumed ?? StudyFolder(making: path)
        let sweep = Sweep(
            settings, in: folder,
            store: try RunOptions.openStore(
                run.store, former: folder.path + "/cells/base"), report: progress.show)
        do {
            try sweep.prepare()
        } catch {
            folder.removeIfEmpty()
            throw error
        }
        return sweep
    }

    /// Does what the flags ask for.
    ///
    /// - Returns: nil where that is one cell
    func work(_ sweep: Sweep) throws -> SweepResults? {
        guard let cell = run.cell else { return try workAll(sweep) }
        try continuing(sweep) { try sweep.work(slot: cell, retriesFailed: run.retryFailed) }
        return nil
    }

    /// Does all that is left of a study.
    func workAll(_ sweep: Sweep) throws -> SweepResults {
        try continuing(sweep) { try sweep.work(retriesFailed: run.retryFailed) }
    }

    /// A signal's message says how to go on.
    private func continuing<Result>(
        _ sweep: Sweep, _ body: () throws -> Result
    ) throws -> Result {
        do {
            return try body()
        } catch var stop as StoppedBySignal {
            stop.continuation = continuation(sweep.folder)
            throw stop
        }
    }

    /// What is wrong with a study whose cells are all done or failed; nil where nothing is.
    func failure(_ results: SweepResults, in folder: StudyFolder) -> FailedCells? {
        if results.failures.isEmpty { return nil }
        return FailedCells(
            failures: results.failures, continuation: continuation(folder) + " --retry-failed")
    }

    /// The command that goes on with the study.
    private func continuation(_ folder: StudyFolder) -> String {
        let option = command == "sweep" ? "--resume" : "--study"
        return "ft-mmlu \(command) \(option) \(Shell.quoted(folder.path))"
    }
}

/// Some cells of a study have no results.
struct FailedCells: Error, CustomStringConvertible {
    let failures: [(name: String, failure: CellFailure)]
    let continuation: String

    var description: String {
        let count = failures.count
        let first = failures.first.map { "\($0.name) (\($0.failure.cause))" } ?? ""
        return "\(count) \(count == 1 ? "cell" : "cells") failed: "
            + ([first] + failures.dropFirst().map(\.name)).joined(separator: ", ")
            + "; failure.json in each folder says why; run again with: \(continuation)"
    }
}
