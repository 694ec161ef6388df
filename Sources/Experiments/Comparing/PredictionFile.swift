import Scoring
import Basics
import Benchmarks
import Evaluation
import Foundation
import Torch

/// Another tool's predictions on MMLU: CSV with a line of names, then a line a question.
public struct PredictionFile: Sendable {
    /// What stands in which column.
    public struct Columns: Sendable {
        public var subject = "subject"
        /// nil is `row` or `index`, whichever is there.
        public var row: String?
        /// Where the split is told line by line; nil where all are of one.
        public var split: String?
        /// The right letter; nil is `gold`, where that is there.
        public var gold: String?
        /// The predictions, one model each; nil is every column that is none of the others.
        public var predictions: [String]?

        public init() {}
    }

    /// How the file writes an answer, the right ones too.
    public enum AnswerForm: String, CaseIterable, Sendable {
        /// A to D.
        case letter
        /// 0 to 3.
        case index
        /// The choice's own text, as it stands in the data.
        case text
    }

    /// What to take from the file besides its columns.
    public struct Reading: Sendable {
        public var columns = Columns()
        /// Where no column tells it.
        public var split = Split.test
        /// The number of a subject's first row in the file.
        public var firstRow = 0
        /// Shown before each question, if that is known.
        public var shots: Int?
        public var answers = AnswerForm.letter
        /// Says which subjects a category has.
        public var categoryMap = CategoryMap.hendrycks

        public init() {}
    }

    public struct Model: Sendable {
        /// The column's.
        public let name: String
        public let table: AccuracyTable
    }

    public let models: [Model]
    public let questionCount: Int
    /// Shown before each question; nil where that is not known.
    public let shots: Int?
    /// Of the split, without a question in the file; none where there is no data to know it by.
    public let missingSubjects: [String]

    /// - Parameter dataset: knows the right letters; nil takes the file's own
    /// - Throws: `FileError` with the line for what names no question, names one twice or has
    ///   another right letter than the data; and for a column that is not there or has no letter.
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

    /// Every model beside every later one.
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
    /// - Parameter choices: of the question; only `text` needs them
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

    /// For messages.
    var title: String {
        switch self {
        case .letter: "letter from A to D"
        case .index: "number from 0 to 3"
        case .text: "text of a choice"
        }
    }
}
