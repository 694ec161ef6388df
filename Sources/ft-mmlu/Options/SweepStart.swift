import Basics
import Experiments
import Foundation
import Torch
import Tracking

/// A study's settings, and the folder that it resumes in, if there is one.
struct SweepStart {
    let given: GivenSettings
    /// nil for a new study.
    let resumed: SweepDirectory?
    private let command: String
    private let run: SweepRunOptions

    /// A new study.
    ///
    /// - Parameter command: the command that resumes it
    init(_ command: String, _ given: GivenSettings, run: SweepRunOptions) {
        self.command = command
        self.given = given
        self.run = run
        resumed = nil
    }

    /// A resumed study.
    ///
    /// - Parameters:
    ///   - command: the command that resumes it
    ///   - model: the device and the number of threads
    init(
        _ command: String, goingOnWith folder: SweepDirectory, on model: ModelOptions,
        run: SweepRunOptions
    ) throws {
        self.command = command
        self.run = run
        resumed = folder
        given = try GivenSettings(
            CommandFlags.given(model), config: folder.config, names: SweepSettings.names,
            lists: SweepSettings.lists, defaults: SweepSettings.defaults)
    }

    /// The study that the flags of `sweep` define.
    ///
    /// - Throws: `UsageError` for a flag that cannot be combined with `--resume`.
    init(
        _ command: some FileConfigured, model: ModelOptions, run: SweepRunOptions
    ) throws {
        let flags = CommandFlags.given(command)
        let name = CommandFlags.name(of: type(of: command))
        guard let path = (run.common.resume ?? run.gather)?.path else {
            let given = try GivenSettings(
                flags, config: run.common.settings.path, names: SweepSettings.names,
                lists: SweepSettings.lists, calls: type(of: command).callNames(),
                defaults: SweepSettings.defaults)
            self.init(name, given, run: run)
            return
        }
        let own = ["device", "threads"]
        let others = flags.keys.filter {
            !own.contains($0) && SweepSettings.names.contains($0)
                || ["config", "output"].contains($0)
        }
        if let gather = run.gather?.path,
            run.common.resume != nil || run.cell != nil || run.retryFailed
        {
            throw UsageError(
                "--gather \(gather): only reads what is done; leave out --resume, --cell and "
                    + "--retry-failed")
        }
        if let other = others.min() {
            throw UsageError(
                "--\(run.common.resume == nil ? "gather" : "resume") \(path): --\(other) was given too; only "
                    + "--device, --threads, --store, --cell, --retry-failed, --quiet and what says who does the "
                    + "cells go with it, the study's config.yaml says the rest"
            )
        }
        try self.init(name, goingOnWith: SweepDirectory(resuming: path), on: model, run: run)
    }

    /// The study, checked and with its folder.
    ///
    /// - Parameter title: the title of a new folder, after the date
    func sweep(titled title: String) throws -> Sweep {
        let settings = try SweepSettings(given.layers, model: given.model, world: given.world)
        let path = run.common.output?.path ?? RunDirectory.freePath(title)
        // All checks that may fail come before the folder is made.
        let plan = run.cell == nil && run.worker == nil ? try launchPlan() : .here
        let isShared = plan != .here
        if case .slurm(let request) = plan {
            try request.check(
                study: FilePath.absolute(resumed?.path ?? path),
                place: FileManager.default.currentDirectoryPath)
        }
        let folder = try resumed ?? SweepDirectory(making: path)
        let progress = SweepProgress(
            opening: given.announcement, isQuiet: run.common.quiet,
            worker: run.worker.map { Worker(number: $0, study: folder.path) })
        let sweep = Sweep(
            settings, in: folder,
            store: try RunOptions.openStore(
                run.common.results.store?.path ?? folder.keptStore, former: nil),
            onlyPrepares: isShared, report: progress.show)
        if run.gather != nil { return sweep }
        do {
            try sweep.prepare()
        } catch {
            folder.removeIfEmpty()
            throw error
        }
        return sweep
    }

    /// Computes what the flags select; a signal's message says how to resume.
    ///
    /// - Returns: nil where the flags select a part of the study
    func work(_ sweep: Sweep) throws -> SweepResults? {
        do {
            if run.gather != nil { return try sweep.gather() }
            if let cell = run.cell {
                try sweep.work(slot: cell, retriesFailed: run.retryFailed)
                return nil
            }
            if run.worker != nil {
                _ = try sweep.work()
                return nil
            }
            return try share(sweep)
        } catch var stop as StoppedBySignal {
            stop.continuation = stop.continuation ?? continuation(sweep.folder)
            throw stop
        }
    }

    private func launchPlan() throws -> LaunchPlan {
        try run.launch.plan(device: given.model.device)
    }

    /// Computes the cells here, or distributes them to other processes.
    private func share(_ sweep: Sweep) throws -> SweepResults? {
        let plan = try launchPlan()
        if plan == .here { return try sweep.work(retriesFailed: run.retryFailed) }
        if run.retryFailed { try sweep.forgetFailures() }
        sweep.releaseModel()
        let store = ["--store", sweep.storePath ?? "none"]
        switch plan {
        case .here: break
        case .workers(let devices):
            let share = max(1, Libtorch.threadCount / devices.count)
            let threads = ["--threads", "\(given.model.threads ?? share)"]
            try LocalLauncher(
                sweep: sweep,
                arguments: ["sweep", "--resume", sweep.folder.path] + threads + store,
                devices: devices, continuation: continuation(sweep.folder),
                isQuiet: run.common.quiet
            ).work()
        case .slurm(let request):
            let device = given.model.device == "auto" ? [] : ["--device", given.model.device]
            let slurm = SlurmLauncher(
                sweep: sweep, request: request, arguments: ["sweep"] + device + store,
                gathering: ["sweep"] + store + ["--gather"], isQuiet: run.common.quiet)
            guard try slurm.work() else {
                print("study folder: \(sweep.folder.path)")
                print(
                    "gather its results with: ft-mmlu sweep --gather "
                        + Shell.quoted(sweep.folder.path))
                return nil
            }
        }
        return try sweep.gather()
    }

    /// The failure for cells that are left although no process computes them; nil where none is
    /// left.
    func unfinished(_ sweep: Sweep) throws -> LaunchFailure? {
        let rest = try sweep.rest().count
        guard rest > 0 else { return nil }
        return LaunchFailure(
            description: "\(rest) of \(sweep.slots.count) cells are not done; go on with: "
                + continuation(sweep.folder))
    }

    /// The failure of a study whose cells are all done or failed; nil where none failed.
    func failure(_ results: SweepResults, in folder: SweepDirectory) -> FailedCells? {
        if results.failures.isEmpty { return nil }
        return FailedCells(
            failures: results.failures, continuation: continuation(folder) + " --retry-failed")
    }

    /// The command that resumes the study.
    private func continuation(_ folder: SweepDirectory) -> String {
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
