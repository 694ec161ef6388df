import Basics
import Evaluation
import Foundation
import Torch
import Tracking

/// An event of a running sweep; an error that its receiver throws ends the sweep.
public enum SweepEvent: Sendable {
    /// An event of the current run.
    case run(RunEvent)
    /// A cell begins or resumes.
    case cell(String, number: Int, of: Int)
    case failed(String, CellFailure)
    /// The cell is done, or has failed.
    case left(String)
    /// Other processes work on all remaining cells.
    case waiting
}

/// A sweep of many runs in one folder.
///
/// It skips finished runs, resumes stopped ones, records failures, and chooses by its rule. Several
/// processes may work on one folder: each takes a cell that no other has.
public final class Sweep {
    public let settings: SweepSettings
    public let folder: SweepDirectory
    public let slots: [TrialSlot]
    let session: ModelSession
    let store: Store?
    let report: (SweepEvent) throws -> Void

    /// - Parameters:
    ///   - store: the store for every run's rows besides its folder; nil for none
    ///   - onlyPrepares: whether other processes execute the cells; this one then leaves the
    ///     devices to them
    public init(
        _ settings: SweepSettings, in folder: SweepDirectory, store: Store? = nil,
        onlyPrepares: Bool = false,
        report: @escaping (SweepEvent) throws -> Void
    ) {
        self.settings = settings
        self.store = store
        self.folder = folder
        self.report = report
        slots = TrialSlot.all(of: settings)
        var model = settings.model
        if onlyPrepares { model.config.device = "cpu" }
        session = ModelSession(model)
    }

    /// Reads and checks all that the cells need, then writes the sweep's fixed settings.
    ///
    /// - Throws: before anything is written where something is to be refused.
    public func prepare() throws {
        let questions = try SweepQuestions(settings, session) { try self.report(.run($0)) }
        try checkCells(questions)
        // First, as a store may already have a sweep of that name.
        try recordBeginning()
        if !FileManager.default.fileExists(atPath: folder.config) {
            // A resumed sweep may use another device.
            try AtomicFile.write(try settings.record.yaml, to: folder.config)
        }
        try folder.settle(questions)
        stepCounts = questions.stepCounts
    }

    /// The number of steps in a training, by category.
    private var stepCounts: [String: Int] = [:]

    /// Works until no cell is left; waits where other processes work on the rest.
    ///
    /// - Parameter retriesFailed: whether cells that failed are run again
    /// - Returns: the results, which are also written
    public func work(retriesFailed: Bool = false) throws -> SweepResults {
        if retriesFailed { try forgetFailures() }
        while true {
            var isOpen = false
            var hasWorked = false
            for slot in slots {
                switch try resolve(slot) {
                case .finished: continue
                case .waiting: isOpen = true
                case .open(let name, let cell):
                    if try run(slot, name, cell) { hasWorked = true } else { isOpen = true }
                }
            }
            if !isOpen { return try gather() }
            if !hasWorked {
                try report(.waiting)
                usleep(250_000)
            }
        }
    }

    /// Executes one slot, if it is not finished and no other process has it.
    ///
    /// - Throws: `UsageError` where there is no such slot or it cannot begin yet.
    public func work(slot number: Int, retriesFailed: Bool = false) throws {
        guard slots.indices.contains(number) else {
            throw UsageError(
                "--cell \(number): the study has cells 0 to \(slots.count - 1)")
        }
        let slot = slots[number]
        if retriesFailed { try forgetFailure(of: slot) }
        switch try resolve(slot) {
        case .finished: return
        case .waiting:
            throw UsageError(
                "--cell \(number): its settings are not chosen yet; the cells before "
                    + "\(slots.first { $0.role == .report }?.number ?? 0) must be done first")
        case .open(let name, let cell): _ = try run(slot, name, cell)
        }
    }

    /// Reads the results of the finished cells and writes results.json.
    public func gather() throws -> SweepResults {
        try checkCells()
        let results = try SweepResults(settings, slots, folder) {
            try self.report(.run(.measuredChange($0, of: $1)))
        }
        try AtomicFile.write(SweepRecord(results).json.document, to: folder.results)
        try recordRoles(results)
        if try rest().count == 0 { try store?.finish(study: folder.name) }
        return results
    }

    /// What is evaluated of the base model.
    static var baseConfig: AdapterEvaluationConfig {
        var config = AdapterEvaluationConfig()
        config.withBase = true
        return config
    }

    enum Resolution {
        /// Done, failed, or with nothing to do.
        case finished
        /// Cannot begin before other cells are done.
        case waiting
        /// nil is the base model.
        case open(String, Trial?)
    }

    func resolve(_ slot: TrialSlot) throws -> Resolution {
        let cell: Trial?
        switch slot.work {
        case .base: cell = nil
        case .cell(let chosen): cell = chosen
        case .winner(let family, let seed):
            let choice = try FamilyChoice(family, settings, folder)
            guard choice.isComplete else { return .waiting }
            guard let winner = choice.winner else { return .finished }
            cell = family.cell(winner, seed: seed)
        }
        let name = cell?.name ?? SweepResults.baseName
        return try folder.cell(name).state(slot.extent) == .open ? .open(name, cell) : .finished
    }

    /// - Returns: false when another process has the cell
    private func run(_ slot: TrialSlot, _ name: String, _ cell: Trial?) throws -> Bool {
        let place = folder.cell(name)
        guard let directory = try place.claim() else { return false }
        // Another process may have finished it between the check and the claim.
        guard try place.state(slot.extent) == .open else { return true }
        try report(.cell(name, number: slot.number, of: slots.count))
        var stop: (any Error)?
        let context = TrialContext(
            study: folder.name, cell: name,
            family: cell.map(settings.title) ?? SweepResults.baseTitle, role: slot.role)
        let run = Run(
            model: settings.model,
            evaluation: try cell.map { try settings.evaluation(of: $0) } ?? settings.evaluation,
            place: context, store: store, session: session
        ) { event in
            do { try self.report(.run(event)) } catch {
                stop = error
                throw error
            }
        }
        do {
            try directory.filled {
                if let cell {
                    if slot.extent == .results { try readBaseAnswers() }
                    let training = try settings.training(
                        of: cell, stepCount: stepCounts[cell.family.category.rawValue])
                    _ = try run.train(training, into: directory, to: slot.extent)
                    try measure(directory.path, training)
                } else {
                    _ = try run.evaluate(Self.baseConfig, into: directory)
                }
            }
        } catch {
            if let stop { throw stop }
            let failure = CellFailure(error)
            try CellFolder(study: folder.path, cell: name).record(failure)
            try report(.failed(name, failure))
        }
        try report(.left(name))
        // The next cell needs its memory.
        try session.loaded().decoder.removeAdapters()
        return true
    }

    /// Loads the base model's answers if they exist, so that no run evaluates it again.
    private func readBaseAnswers() throws {
        let base = folder.cell(SweepResults.baseName)
        guard session.baseAnswers.isEmpty, try base.state(.results) == .done else { return }
        session.baseAnswers = try RecordedAnswers(folder: base.path)[.base]
    }

    func forgetFailure(of slot: TrialSlot) throws {
        guard let name = try name(of: slot) else { return }
        let cell = folder.cell(name)
        if case .failed = try cell.state(slot.extent) { cell.forgetFailure() }
    }

    /// nil where nothing is chosen yet, or nothing can be.
    func name(of slot: TrialSlot) throws -> String? {
        switch slot.work {
        case .base: return SweepResults.baseName
        case .cell(let cell): return cell.name
        case .winner(let family, let seed):
            return try FamilyChoice(family, settings, folder).winner
                .map { family.cell($0, seed: seed).name }
        }
    }
}
