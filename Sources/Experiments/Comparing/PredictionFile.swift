import Basics
import Benchmarks
import Evaluation
import Foundation
import Scoring
import Torch

/// Another tool's predictions on MMLU: a CSV file with a header line, then one line per question.
public struct PredictionFile: Sendable {
    /// The names of the file's columns.
    public struct Columns: Sendable {
        public var subject = "subject"
        /// nil is `row` or `index`, whichever is there.
        public var row: String?
        /// The column of the split; nil where all questions are of one split.
        public var split: String?
        /// The correct letter's column; nil is `gold`, where the file has it.
        public var gold: String?
        /// The prediction columns, one model each; nil is every column that is none of the others.
        public var predictions: [String]?

        public init() {}
    }

    /// How the file writes answers, including the correct ones.
    public enum AnswerForm: String, CaseIterable, Sendable {
        /// A to D.
        case letter
        /// 0 to 3.
        case index
        /// The choice's own text, as in the data.
        case text
    }

    /// The properties of the file that its columns do not give.
    public struct Reading: Sendable {
        public var columns = Columns()
        /// The split, where no column gives it.
        public var split = Split.test
        /// The number of a subject's first row in the file.
        public var firstRow = 0
        /// The number of shots before each question, if known.
        public var shots: Int?
        public var answers = AnswerForm.letter
        /// The map from subjects to categories.
        public var categoryMap = CategoryMap.hendrycks

        public init() {}
    }

    public struct Model: Sendable {
        /// The column's name.
        public let name: String
        public let table: AccuracyTable
    }

    public let models: [Model]
    public let questionCount: Int
    /// The number of shots before each question; nil where it is not known.
    public let shots: Int?
    /// Subjects of the split without a question in the file; empty where there is no data to
    /// compare with.
    public let missingSubjects: [String]

    /// - Parameter dataset: has the correct letters; nil takes the file's own
    /// - Throws: `FileError` with the line for what names no question, names one twice or has
    ///   another correct letter than the data; and for a column that is missing or has no letter.
    public init(path: String, _ reading: Reading = Reading(), dataset: MMLU?) throws {
        guard let data = try FileFormat.csv.contents(of: path) else {
            throw FileError(path: path, problem: "cannot be read")
        }
        let rows = try CSV.rows(of: Array(data), named: path)
        let layout = try Layout(
            names: rows.first ?? [], reading.columns, path: path, hasData: dataset != nil)
        var answers = [[Answer]](repeating: [], count: layout.predictions.count)
        var seen: Set<QuestionID> = []
        for (number, fields) in rows.enumerated().dropFirst() {
            func refusal(_ problem: String, _ remedy: String = "") -> FileError {
                FileError(path: "\(path), row \(number + 1)", problem: problem, remedy: remedy)
            }
            guard fields.count == layout.width else {
                throw refusal(
                    "has \(fields.count) fields", "\(layout.width) are needed, as in the first")
            }
            let id: QuestionID
            let gold: Letter
            do {
                id = try layout.question(of: fields, reading)
                gold = try layout.right(of: fields, id, reading.answers, dataset)
            } catch {
                throw refusal("names no question to compare with: \(error)")
            }
            guard seen.insert(id).inserted else {
                throw refusal(
                    "answers \(id.subject) \(id.split.rawValue) \(id.row) a second time",
                    "each question once is needed")
            }
            let choices = try reading.answers == .text ? dataset?.question(at: id).choices : nil
            for (index, column) in layout.predictions.enumerated() {
                let text = fields[column.index]
                answers[index].append(
                    Answer(
                        question: id, shots: reading.shots ?? 0, repetition: 0, answer: gold,
                        chosen: reading.answers.letter(text, of: choices), evidence: .text(text)))
            }
        }
        models = try zip(layout.predictions, answers).map { column, answers in
            guard answers.contains(where: { $0.chosen != nil }) else {
                throw FileError(
                    path: path,
                    problem: "has no \(reading.answers.title) in column '\(column.name)'",
                    remedy: "name columns of predictions by --answer-columns, and how they are "
                        + "written by --answers")
            }
            return Model(
                name: column.name, table: try AccuracyTable(answers, by: reading.categoryMap))
        }
        questionCount = seen.count
        shots = reading.shots
        let there = Set(seen.map(\.subject))
        missingSubjects =
            try dataset?.subjects(in: reading.split).filter { !there.contains($0) } ?? []
    }

    /// Compares every model with every later one.
    public func comparisons(
        marginPoints: Double = ComparisonTable.usualMarginPoints
    ) throws -> [(first: String, second: String, table: ComparisonTable)] {
        try models.indices.flatMap { index in
            try models[(index + 1)...].map { other in
                (
                    models[index].name, other.name,
                    try ComparisonTable(
                        first: models[index].table, second: other.table,
                        marginPoints: marginPoints)
                )
            }
        }
    }
}

extension PredictionFile.AnswerForm {
    /// The letter that a text means; nil where it is no answer in this form.
    ///
    /// - Parameter choices: the question's choices; only `text` needs them
    func letter(_ text: String, of choices: [String]?) -> Letter? {
        let word = text.trimmingCharacters(in: .whitespaces)
        switch self {
        case .letter: return Letter(rawValue: word.uppercased())
        case .index:
            return Int(word).flatMap {
                Letter.allCases.indices.contains($0) ? Letter.allCases[$0] : nil
            }
        case .text:
            let places = (choices ?? []).indices.filter {
                choices?[$0].trimmingCharacters(in: .whitespaces) == word
            }
            return places.count == 1 ? Letter.allCases[places[0]] : nil
        }
    }

    /// The name of the form for messages.
    var title: String {
        switch self {
        case .letter: "letter from A to D"
        case .index: "number from 0 to 3"
        case .text: "text of a choice"
        }
    }
}
