import Benchmarks
import Foundation
import Statistics
import Torch
import Transformer

/// All that follows from the runs of a study.
public struct SweepResults: Sendable {
    /// What the base model's run is called, and its row of the table.
    static let baseName = "base"
    static let baseTitle = "Base model"

    /// A run of the study.
    public struct Cell: Sendable {
        public let name: String
        public let family: String
        public let role: StudyPlace.Role
        /// nil for the base model.
        public let training: SweepCell?
        /// Why it has no results; nil where it has, or is not done.
        public let failure: CellFailure?
        public let isDone: Bool
        /// nil where nothing is chosen.
        public let selection: SelectionScore?
        /// Of the adapted model, or the base model; empty where it was not asked.
        public let accuracies: [CellAccuracy]
        /// Of the base model on the same questions; empty where it was not asked.
        public let baseAccuracies: [CellAccuracy]
        public let spectra: [AdapterSpectrum]
    }

    public let name: String
    public let cells: [Cell]
    /// The base model's row, then one a family.
    public let rows: [StudyRow]
    /// What messages call the questions that the model has no room for; none is asked of any model.
    public let tooLong: [String]
    private let settings: SweepSettings

    init(_ settings: SweepSettings, _ slots: [SweepSlot], _ folder: StudyFolder) throws {
        self.settings = settings
        name = folder.name
        var cells: [Cell] = []
        var choices: [SweepFamily: FamilyChoice] = [:]
        for slot in slots {
            let training: SweepCell?
            switch slot.work {
            case .base: training = nil
            case .cell(let cell): training = cell
            case .winner(let family, let seed):
                let choice = try choices[family] ?? FamilyChoice(family, settings, folder)
                choices[family] = choice
                guard let winner = choice.winner else { continue }
                training = family.cell(winner, seed: seed)
            }
            let cell = try Cell(slot, training, settings, folder)
            // A winner's first seed stands there already as one that was chosen between.
            if let index = cells.firstIndex(where: { $0.name == cell.name }) {
                cells[index] = cell
            } else {
                cells.append(cell)
            }
        }
        self.cells = cells
        let asked = folder.cell(Self.baseName)
        tooLong =
            try asked.state(.results) == .done ? ResultsDocument(asked.path).tooLongQuestions : []
        let base = StudyRow(base: cells.first { $0.training == nil })
        rows =
            [base]
            + (try settings.grid.families.flatMap { family in
                try StudyRow.rows(of: family, settings, cells, choices[family])
            })
    }

    /// Whether every run is done.
    public var isComplete: Bool { cells.allSatisfy(\.isDone) }

    /// Those that failed, with their causes.
    public var failures: [(name: String, failure: CellFailure)] {
        cells.compactMap { cell in cell.failure.map { (cell.name, $0) } }
    }

    /// results.json
    var record: JSONValue {
        get throws {
            .object([
                ("study", .string(name)),
                ("settings", .object(try settings.record.sorted { $0.0 < $1.0 })),
                (
                    "versions",
                    .object([
                        ("ft-mmlu", .string(ProgramVersion.text)),
                        ("libtorch", .string(Libtorch.version)),
                    ])
                ),
                (
                    "selection_rule",
                    settings.selects ? .string(SelectionRule.text) : .null
                ),
                ("too_long_questions", .array(tooLong.map { .string($0) })),
                ("cells", .array(cells.map(\.record))),
                ("table", .array(rows.map(\.record))),
            ])
        }
    }
}

extension SweepResults.Cell {
    fileprivate init(
        _ slot: SweepSlot, _ training: SweepCell?, _ settings: SweepSettings, _ folder: StudyFolder
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
                try SelectionScore(
                    run: place.path, keeps: settings.training(of: $0).keeping.adapter)
            } : nil
        accuracies =
            slot.extent == .results && isDone
            ? try CellAccuracy.read(run: place.path, isBase: training == nil) : []
        baseAccuracies =
            slot.extent == .results && isDone && training != nil
            ? try CellAccuracy.read(run: place.path, isBase: true) : []
        spectra =
            isDone && training != nil ? try AdapterSpectrum.all(in: place.path + "/adapter") : []
    }

    fileprivate var record: JSONValue {
        var fields: [(String, JSONValue)] = [
            ("cell", .string(name)), ("folder", .string("cells/\(name)")),
            ("family", .string(family)), ("role", .string(role.rawValue)),
        ]
        if let training {
            fields += [
                ("category", .string(training.family.category.rawValue)),
                ("learning_rate", .number(training.candidate.learningRate)),
                ("few_shot_weight", .optional(training.candidate.fewShotWeight)),
                ("seed", .whole(training.seed)),
            ]
        }
        fields += [
            ("outcome", .string(failure != nil ? "failed" : isDone ? "done" : "open")),
            ("failure", failure?.record ?? .null), ("selection", selection?.record ?? .null),
        ]
        return .object(fields)
    }
}

extension SelectionScore {
    var record: JSONValue {
        .object([
            ("questions", .whole(questionCount)), ("repeats", .whole(repeatCount)),
            ("correct", .whole(correctCount)),
            ("accuracy", .number(accuracy)), ("unreadable", .whole(unreadableCount)),
        ])
    }
}

/// A row of "accuracy" in a run's results.json.
public struct CellAccuracy: Sendable, Equatable {
    public let category: String
    public let shots: Int
    public let mean: Double
    /// Over repeats; over questions where there is one repeat.
    public let standardError: Double?
    /// Which of both; nil without an error.
    public let errorKind: ErrorKind?

    /// - Throws: `FileRefusal` for a file that is no results.json.
    static func read(run folder: String, isBase: Bool) throws -> [CellAccuracy] {
        let document = try ResultsDocument(folder)
        let model = isBase ? AnsweringModel.base : .adapted(scale: 1)
        return (document.contents["accuracy"]?.elements ?? []).compactMap { row in
            guard row["model"]?.text == model.name, let category = row["category"]?.text,
                let shots = row["shots"]?.double, let mean = row["mean"]?.double
            else { return nil }
            let overRepeats = row["standard_error"]?.double
            let overQuestions = row["item_standard_error"]?.double
            return CellAccuracy(
                category: category, shots: Int(shots), mean: mean,
                standardError: overRepeats ?? overQuestions,
                errorKind: overRepeats != nil ? .repeats : overQuestions != nil ? .questions : nil)
        }
    }
}
