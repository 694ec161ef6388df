import Basics
import Benchmarks
import Evaluation
import Foundation
import Scoring
import Statistics
import Torch
import Tracking
import Transformer

/// The results of a sweep, computed from its runs.
public struct SweepResults: Sendable {
    /// The name of the base model's run, and of its row in the table.
    static let baseName = "base"
    static let baseTitle = "Base model"

    /// A run of the sweep.
    public struct Cell: Sendable {
        public let name: String
        public let family: String
        public let role: TrialContext.Role
        /// nil for the base model.
        public let training: Trial?
        /// Why it has no results; nil where it has some, or is not done.
        public let failure: CellFailure?
        public let isDone: Bool
        /// nil where nothing is chosen.
        public let selection: ValidationScore?
        /// Outcomes of the adapted model, or the base model; nil where it was not evaluated.
        let outcomes: RunOutcomes?
        /// Outcomes of the base model on the same questions; nil where it was not evaluated.
        let base: RunOutcomes?
        public let spectra: [AdapterSpectrum]
    }

    public let name: String
    public let cells: [Cell]
    /// The base model's row, then one row for each group.
    public let rows: [SweepRow]
    /// The comparison of every two rows; empty for two rows.
    public let pairs: [ModelPair]
    /// The loss that differences are tested against, in percentage points.
    public let marginPoints: Double
    /// The seed of selection, where the run with that seed is also reported; else nil.
    public let choosingSeed: Int?
    /// What messages call the questions that exceed the context; no model is evaluated on them.
    public let tooLong: [String]
    let settings: SweepSettings

    /// - Parameter watch: receives how many of an adapter's changes are measured, and the total; an
    ///   error that it throws ends the work
    init(
        _ settings: SweepSettings, _ slots: [TrialSlot], _ folder: SweepDirectory,
        watch: (Int, Int) throws -> Void = { _, _ in }
    ) throws {
        self.settings = settings
        name = folder.name
        var cells: [Cell] = []
        var choices: [SweepGroup: FamilyChoice] = [:]
        for slot in slots {
            let training: Trial?
            switch slot.work {
            case .base: training = nil
            case .cell(let cell): training = cell
            case .winner(let family, let seed):
                let choice = try choices[family] ?? FamilyChoice(family, settings, folder)
                choices[family] = choice
                guard let winner = choice.winner else { continue }
                training = family.cell(winner, seed: seed)
            }
            let cell = try Cell(slot, training, settings, folder, watch)
            // A winner's first seed is already in the list as a candidate.
            if let index = cells.firstIndex(where: { $0.name == cell.name }) {
                cells[index] = cell
            } else {
                cells.append(cell)
            }
        }
        self.cells = cells
        let base = folder.cell(Self.baseName)
        tooLong =
            try base.state(.results) == .done ? ResultsRecord(base.path).tooLongQuestions : []
        let marginPoints = try settings.evaluation.margin
        let rows =
            [try SweepRow(base: Self.base(of: cells), marginPoints: marginPoints)]
            + (try settings.grid.families.flatMap { family in
                try SweepRow.rows(of: family, settings, cells, choices[family])
            })
        self.rows = rows
        self.marginPoints = marginPoints
        pairs = try ModelPair.all(of: rows.map(\.model), marginPoints: marginPoints)
        let chooser = settings.selects ? settings.grid.seeds.first : nil
        choosingSeed = chooser.flatMap { seed in
            rows.contains { $0.seeds.contains(seed) } ? seed : nil
        }
    }

    /// The base model's outcomes for the comparison with trained models, whose runs leave out their
    /// training questions.
    ///
    /// Where runs left out different questions, the outcomes of the base model's own run.
    private static func base(of cells: [Cell]) -> RunOutcomes? {
        let own = cells.first { $0.training == nil }?.outcomes
        let used = cells.filter { $0.role == .report }.compactMap(\.base)
        guard let first = used.first,
            used.allSatisfy({
                $0.byShots.mapValues(\.questions) == first.byShots.mapValues(\.questions)
            })
        else { return own }
        return first
    }

    /// Whether every run is done.
    public var isComplete: Bool { cells.allSatisfy(\.isDone) }

    /// The failed runs, with their causes.
    public var failures: [(name: String, failure: CellFailure)] {
        cells.compactMap { cell in cell.failure.map { (cell.name, $0) } }
    }
}

extension SweepResults.Cell {
    fileprivate init(
        _ slot: TrialSlot, _ training: Trial?, _ settings: SweepSettings,
        _ folder: SweepDirectory, _ watch: (Int, Int) throws -> Void
    ) throws {
        name = training?.name ?? SweepResults.baseName
        family = training.map(settings.title) ?? SweepResults.baseTitle
        role = slot.role
        self.training = training
        let place = folder.cell(name)
        let state = try place.state(slot.extent)
        isDone = state == .done
        if case .failed(let cause) = state { failure = cause } else { failure = nil }
        let isTrained = try training != nil && place.state(.adapter) == .done
        selection =
            try settings.selects && isTrained
            ? training.map {
                try ValidationScore(
                    run: place.path, keeps: settings.training(of: $0).checkpoints.keep)
            } : nil
        if slot.extent == .results, isDone {
            let answers = try RecordedAnswers(folder: place.path)
            let map = try RunDirectory.categoryMap(in: place.path)
            func answered(_ model: AnsweringModel) -> RunOutcomes? {
                let given = answers[model]
                return given.isEmpty ? nil : RunOutcomes(given, by: map)
            }
            base = training == nil ? nil : answered(.base)
            outcomes = answered(training == nil ? .base : .adapted(scale: 1))
        } else {
            outcomes = nil
            base = nil
        }
        spectra =
            isDone && training != nil
            ? try AdapterSpectrum.all(in: place.path + "/adapter", watch: watch) : []
    }
}
