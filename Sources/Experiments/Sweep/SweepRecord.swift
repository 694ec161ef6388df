import Basics
import Scoring
import Statistics
import Tracking

/// results.json of a sweep.
struct SweepRecord: FileRecord {
    var study: String
    var settings: JSONValue
    var versions = Versions()
    /// nil where nothing is chosen.
    var selectionRule: String?
    /// The seed, where it is reported too.
    var choosingSeedIsReported: Int?
    var tooLongQuestions: [String]
    var cells: [Cell]
    var table: [Row]
    var statistics: StatisticsRecord
    var pairs: [ComparisonRecord]

    /// A run of the sweep.
    struct Cell: FileRecord {
        var cell: String
        var folder: String
        var family: String
        var role: String
        /// nil for the base model.
        var training: TrainingFields?
        /// "done", "failed" or "open".
        var outcome: String
        var failure: CellFailure?
        var selection: Score?
    }

    struct TrainingFields: SharedFields {
        var category: String
        var learningRate: Double
        var fewShotWeight: Double?
        var seed: Int
    }

    /// A score on the selection sample.
    struct Score: FileRecord {
        var questions: Int
        var repeats: Int
        var correct: Int
        var accuracy: Double
        var unreadable: Int
    }

    /// A row of the table.
    struct Row: FileRecord {
        var family: String
        var chosen: Hyperparameters?
        var candidates: [Candidate]
        var failedCandidates: [Candidate]
        var choice: Choice?
        var seeds: [Int]
        var accuracy: [Accuracy]
        var adapterChange: [SweepRow.Rank]
    }

    /// One of the two last fields is there.
    struct Candidate: FileRecord {
        var learningRate: Double
        var fewShotWeight: Double?
        var selection: Score?
        var failure: CellFailure?

        static let omittedKeys: Set = ["selection", "failure"]
    }

    /// How stable a choice is.
    struct Choice: FileRecord {
        var candidatesAsGood: Int
        var candidatesWithinOneStandardError: Int
        var winsInResamples: Int
        var resamples = ChoiceStability.resampleCount
    }

    /// A cell of the table.
    struct Accuracy: FileRecord {
        var category: String
        var shots: Int
        var mean: Double
        var bySeed: [Double]
        var standardError: Double?
        var standardErrorOver: ErrorKind?
        var interval: Interval?
        var difference: Double?
        var comparison: ComparisonRecord?
    }
}

extension SweepRecord {
    init(_ results: SweepResults) throws {
        let settings = results.settings
        self.init(
            study: results.name,
            settings: .object(try settings.record.sorted { $0.0 < $1.0 }),
            selectionRule: settings.selects ? SelectionRule.text : nil,
            choosingSeedIsReported: results.choosingSeed, tooLongQuestions: results.tooLong,
            cells: results.cells.map(Cell.init), table: results.rows.map(Row.init),
            statistics: StatisticsRecord(marginPoints: results.marginPoints),
            pairs: results.pairs.map { pair in
                var row = ComparisonRecord(pair.row, pair.first, pair.second)
                row.seeds = pair.seeds
                row.bySeed = pair.row.micro.seedMeans
                return row
            })
    }
}

extension SweepRecord.Cell {
    init(_ cell: SweepResults.Cell) {
        self.init(
            cell: cell.name, folder: "cells/\(cell.name)", family: cell.family,
            role: cell.role.rawValue,
            training: cell.training.map {
                .init(
                    category: $0.family.category.rawValue, learningRate: $0.candidate.learningRate,
                    fewShotWeight: $0.candidate.fewShotWeight, seed: $0.seed)
            },
            outcome: cell.failure != nil ? "failed" : cell.isDone ? "done" : "open",
            failure: cell.failure, selection: cell.selection.map(SweepRecord.Score.init))
    }
}

extension SweepRecord.Score {
    init(_ score: ValidationScore) {
        self.init(
            questions: score.questionCount, repeats: score.repeatCount,
            correct: score.correctCount, accuracy: score.accuracy,
            unreadable: score.unreadableCount)
    }
}

extension SweepRecord.Row {
    init(_ row: SweepRow) {
        let model = row.model
        self.init(
            family: row.title, chosen: row.candidate,
            candidates: row.scores.map { .init($0.candidate, score: $0.score) },
            failedCandidates: row.failures.map { .init($0.candidate, failure: $0.failure) },
            choice: row.stability.map {
                .init(
                    candidatesAsGood: $0.tiedCount, candidatesWithinOneStandardError: $0.nearCount,
                    winsInResamples: $0.winCount)
            }, seeds: row.seeds,
            accuracy: model.columns.compactMap { column in
                model.cells[column].map {
                    .init(column, $0, comparison: model.comparison?[column])
                }
            }, adapterChange: row.ranks)
    }
}

extension SweepRecord.Candidate {
    init(_ candidate: Hyperparameters, score: ValidationScore? = nil, failure: CellFailure? = nil) {
        self.init(
            learningRate: candidate.learningRate, fewShotWeight: candidate.fewShotWeight,
            selection: score.map(SweepRecord.Score.init), failure: failure)
    }
}

extension SweepRecord.Accuracy {
    init(_ column: TableColumn, _ cell: TableCell, comparison: ComparisonTable.Row?) {
        self.init(
            category: column.category, shots: column.shots, mean: cell.mean, bySeed: cell.bySeed,
            standardError: cell.standardError, standardErrorOver: cell.standardErrorOver,
            interval: cell.interval, difference: comparison?.micro.mean,
            comparison: comparison.map { row in
                var record = ComparisonRecord(row)
                record.bySeed = row.micro.seedMeans
                return record
            })
    }
}
