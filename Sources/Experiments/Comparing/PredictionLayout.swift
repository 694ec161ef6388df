import Basics
import Benchmarks
import Foundation
import Torch

extension PredictionFile {
    /// The positions of the columns in a line of the file.
    struct Layout {
        typealias Column = (name: String, index: Int)

        let width: Int
        let predictions: [Column]
        private let subject: Column
        private let row: Column
        private let split: Column?
        private let gold: Column?

        /// - Parameters:
        ///   - names: the file's first line
        ///   - hasData: whether correct letters are known without the file
        init(names: [String], _ columns: Columns, path: String, hasData: Bool) throws {
            let listed = names.joined(separator: ", ")
            func find(_ name: String, _ flag: String) throws -> Column {
                guard let index = names.firstIndex(of: name) else {
                    let near = nearestMatch(to: name, in: names).map { "; did you mean '\($0)'?" }
                    throw FileError(
                        path: path,
                        problem:
                            "has no column '\(name)'\(near ?? ""); its first line has \(listed)",
                        remedy: "name the column by \(flag)")
                }
                return (name, index)
            }
            guard Set(names).count == names.count else {
                throw FileError(
                    path: path, problem: "names a column twice in its first line: \(listed)",
                    remedy: "each name once is needed")
            }
            width = names.count
            subject = try find(columns.subject, "--subject-column")
            row = try find(
                columns.row ?? (names.contains("row") ? "row" : "index"), "--row-column")
            let splitName = columns.split ?? (names.contains("split") ? "split" : nil)
            split = try splitName.map { try find($0, "--split-column") }
            let goldName = columns.gold ?? (names.contains("gold") ? "gold" : nil)
            gold = try goldName.map { try find($0, "--gold-column") }
            let others = Set(
                [subject.index, row.index] + [split?.index, gold?.index].compactMap(\.self))
            if let twice = columns.predictions?.first(where: { name in
                columns.predictions?.count { $0 == name } != 1
            }) {
                throw UsageError("--answer-columns: names '\(twice)' twice; each once is needed")
            }
            predictions =
                try columns.predictions?.map { try find($0, "--answer-columns") }
                ?? names.indices.filter { !others.contains($0) }.map { (names[$0], $0) }
            guard !predictions.isEmpty else {
                throw FileError(
                    path: path, problem: "has no column of predictions: \(listed)",
                    remedy: "subject, row and one or more others are needed")
            }
            guard hasData || gold != nil else {
                throw FileError(
                    path: path, problem: "does not say which letters are right",
                    remedy: "name MMLU's folder by --data, or the column by --gold-column")
            }
        }

        func question(of fields: [String], _ reading: Reading) throws -> QuestionID {
            let name = fields[subject.index].trimmingCharacters(in: .whitespaces)
                .replacing(" ", with: "_").lowercased()
            let known = try Subjects.subject(named: name)
            guard let number = Int(fields[row.index]), number >= reading.firstRow else {
                throw InputError(
                    "row '\(fields[row.index])' is no whole number from \(reading.firstRow)")
            }
            let word = split.map { fields[$0.index] }
            guard let split = word.map({ Split(rawValue: $0) }) ?? reading.split else {
                throw InputError(
                    "split '\(word ?? "")' is none of "
                        + Split.allCases.map(\.rawValue).joined(separator: ", "))
            }
            return QuestionID(subject: known.name, split: split, row: number - reading.firstRow)
        }

        /// The correct letter; where both the data and the file have it, they must agree.
        func right(
            of fields: [String], _ id: QuestionID, _ form: AnswerForm, _ dataset: MMLU?
        ) throws -> Letter {
            let question = try dataset?.question(at: id)
            let own = try gold.map { column in
                let text = fields[column.index]
                guard let letter = form.letter(text, of: question?.choices) else {
                    throw InputError(
                        "'\(text)' in column '\(column.name)' is no \(form.title)")
                }
                return letter
            }
            let known = question?.answer
            if let own, let known, own != known {
                throw InputError(
                    "\(own.rawValue) is right there and \(known.rawValue) in the data; rows are"
                        + " counted from --first-row in each subject")
            }
            guard let letter = known ?? own else {
                throw InputError("its right letter is not known")
            }
            return letter
        }
    }
}
