import Basics
import Scoring
import Tracking

/// An explanation as JSON; all changed questions, however many.
public struct ExplanationRecord: FileRecord {
    public var first: String
    public var second: String
    public var differences: [Explanation.Difference]
    /// nil unless both results have answers.
    public var answers: [Answers]?

    /// Two models compared.
    public struct Answers: FileRecord {
        public var first: ModelRecord
        public var second: ModelRecord
        public var questionsOfFirst: Int
        public var questionsOfSecond: Int
        public var questionsInBoth: Int
        public var onlyInFirst: Int
        public var onlyInSecond: Int
        /// "content" or "place".
        public var pairedBy: String
        public var otherRightLetter: Int
        public var lost: Int
        public var gained: Int
        public var comparison: [ComparisonRecord]
        public var changes: [Change]
    }

    /// A question to which the two answers differ.
    public struct Change: FileRecord {
        public var subject: String
        public var split: String
        public var row: Int
        public var splitInSecond: String
        public var rowInSecond: Int
        public var shots: Int
        public var answer: String
        /// Letters by repeat; nil where none could be parsed.
        public var first: [String?]
        public var second: [String?]
        public var effect: AnswerComparison.Effect
    }
}

extension Explanation {
    public var record: ExplanationRecord {
        ExplanationRecord(
            first: first, second: second, differences: differences,
            answers: answers?.map(ExplanationRecord.Answers.init))
    }

    /// The comparisons alone; nil where either result has no answers file.
    public var comparisons: [ComparisonRecord]? { answers?.flatMap(\.rows) }
}

extension ExplanationRecord.Answers {
    fileprivate init(_ found: AnswerComparison) {
        self.init(
            first: ModelRecord(found.first), second: ModelRecord(found.second),
            questionsOfFirst: found.firstCount, questionsOfSecond: found.secondCount,
            questionsInBoth: found.commonCount, onlyInFirst: found.onlyFirstCount,
            onlyInSecond: found.onlySecondCount, pairedBy: found.pairedBy,
            otherRightLetter: found.otherDataCount, lost: found.count(of: .lost),
            gained: found.count(of: .gained), comparison: found.rows,
            changes: found.changes.map(ExplanationRecord.Change.init))
    }
}

extension AnswerComparison {
    fileprivate var pairedBy: String { basis == .content ? "content" : "place" }

    fileprivate var rows: [ComparisonRecord] {
        table.rows.map { row in
            var record = ComparisonRecord(row, first.label, second.label)
            record.questionsOfFirst = firstTable.questionCount(of: row)
            record.questionsOfSecond = secondTable.questionCount(of: row)
            record.pairedBy = pairedBy
            return record
        }
    }
}

extension AccuracyTable {
    /// The number of questions in a comparison's group that the model was evaluated on, paired or
    /// not.
    fileprivate func questionCount(of row: ComparisonTable.Row) -> Int? {
        self[row.group, shots: row.shots]?.accuracy.questionCount
    }
}

extension ExplanationRecord.Change {
    fileprivate init(_ change: AnswerComparison.Change) {
        self.init(
            subject: change.question.subject, split: change.question.split.rawValue,
            row: change.question.row, splitInSecond: change.partner.split.rawValue,
            rowInSecond: change.partner.row, shots: change.shots, answer: change.answer.rawValue,
            first: change.first.map { $0?.rawValue }, second: change.second.map { $0?.rawValue },
            effect: change.effect)
    }
}

/// The numbers of another tool's predictions as JSON, rows like those of results.json.
public struct PredictionRecord: FileRecord {
    public var questions: Int
    public var missingSubjects: [String]
    public var accuracy: [AccuracyRecord]
    public var subjects: [AccuracyRecord]
    public var statistics: StatisticsRecord
    public var comparison: [ComparisonRecord]
}

extension PredictionFile {
    public func record(
        marginPoints: Double = ComparisonTable.usualMarginPoints
    ) throws -> PredictionRecord {
        func rows(_ part: (AccuracyTable) -> [AccuracyTable.Row]) -> [AccuracyRecord] {
            models.flatMap { model in
                part(model.table).map {
                    var row = AccuracyRecord($0, of: ModelRecord(model: model.name))
                    row.shots = shots
                    return row
                }
            }
        }
        return PredictionRecord(
            questions: questionCount, missingSubjects: missingSubjects,
            accuracy: rows { $0.categories }, subjects: rows { $0.subjects },
            statistics: StatisticsRecord(marginPoints: marginPoints),
            comparison: try comparisons(marginPoints: marginPoints).flatMap { pair in
                pair.table.rows.map {
                    var row = ComparisonRecord($0, pair.first, pair.second)
                    row.shots = shots
                    return row
                }
            })
    }
}
