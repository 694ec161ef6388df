import Basics
import Foundation
import Synchronization

/// A folder in MMLU's original layout: `{dev,val,test}/{subject}_{split}.csv`, without headers.
///
/// Files are read when first needed and kept. The subjects of a split are the files present in it.
public final class MMLU: Sendable {
    public let folder: URL
    /// The assignment of subjects to categories.
    public let categories: CategoryMap
    private let cache = Mutex(Cache())

    public init(folder: URL, categories: CategoryMap = .hendrycks) {
        self.folder = folder
        self.categories = categories
    }

    /// The file with the questions of a subject.
    public func file(of subject: String, in split: Split) -> URL {
        folder.appending(path: "\(split.rawValue)/\(subject)_\(split.rawValue).csv")
    }

    /// The subjects with a file in the split, sorted; none where the split has no folder.
    ///
    /// - Throws: `InputError` if no split has a folder, or a file is of no subject of MMLU.
    public func subjects(in split: Split) throws -> [String] {
        if let known = cache.withLock({ $0.subjects[split] }) { return known }
        let found = try listedSubjects(in: split)
        cache.withLock { $0.subjects[split] = found }
        return found
    }

    /// The questions of a subject, exactly as in its file: no field is trimmed.
    ///
    /// - Throws: `InputError` if the file is missing or has no rows, or a row is not six fields with a
    ///   letter last; and, where the split has all 57 subjects, if the row count is not the published one.
    public func questions(of subject: String, in split: Split) throws -> [Question] {
        let key = FileKey(subject: subject, split: split)
        if let known = cache.withLock({ $0.questions[key] }) { return known }
        let questions = try readQuestions(of: subject, in: split)
        cache.withLock { $0.questions[key] = questions }
        return questions
    }

    /// The questions of every subject of the category that has a file in the split, by subject and
    /// row.
    public func questions(of category: Category, in split: Split) throws -> [Question] {
        try subjects(of: category, in: split).flatMap { try questions(of: $0, in: split) }
    }

    /// The subjects of the category with a file in the split, sorted.
    public func subjects(of category: Category, in split: Split) throws -> [String] {
        try subjects(in: split).filter {
            try categories.category(ofSubject: $0) == category
        }
    }

    /// The question at a location.
    ///
    /// - Throws: `InputError` if the subject's file has no such row.
    public func question(at id: QuestionID) throws -> Question {
        let questions = try questions(of: id.subject, in: id.split)
        guard questions.indices.contains(id.row) else {
            throw InputError(
                "\(file(of: id.subject, in: id.split).path): has \(questions.count) rows; row"
                    + " \(id.row), counted from 0, is needed")
        }
        return questions[id.row]
    }

    private struct FileKey: Hashable {
        var subject: String
        var split: Split
    }

    private struct Cache {
        var subjects: [Split: [String]] = [:]
        var questions: [FileKey: [Question]] = [:]
    }
}

extension MMLU {
    private func listedSubjects(in split: Split) throws -> [String] {
        guard isFolder(split) else {
            guard Split.allCases.contains(where: isFolder) else {
                throw InputError(
                    "\(folder.path): has no folder dev, val or test; MMLU's files are needed, such"
                        + " as test/philosophy_test.csv")
            }
            return []
        }
        let path = folder.appending(path: split.rawValue).path
        let ending = "_\(split.rawValue).csv"
        let files = try FileManager.default.contentsOfDirectory(atPath: path)
            .filter { $0.hasSuffix(".csv") && !$0.hasPrefix(".") }
        return try files.sorted().map { file in
            let name = String(file.dropLast(file.hasSuffix(ending) ? ending.count : 4))
            do {
                let subject = try Subjects.subject(named: name)
                guard file.hasSuffix(ending) else {
                    throw InputError("the name does not end in '\(ending)'")
                }
                return subject.name
            } catch {
                throw InputError("\(path)/\(file): \(error)")
            }
        }.sorted()
    }

    private func isFolder(_ split: Split) -> Bool {
        FileManager.isFolder(folder.appending(path: split.rawValue).path)
    }

    private func readQuestions(of subject: String, in split: Split) throws -> [Question] {
        let known = try Subjects.subject(named: subject)
        let file = file(of: subject, in: split)
        guard let data = try FileFormat.csv.contents(of: file.path) else {
            throw InputError(
                "\(file.path): is not there, or cannot be read; the \(split.rawValue) questions of"
                    + " \(subject) are needed")
        }
        let rows = try CSV.rows(of: Array(data), named: file.path)
        guard !rows.isEmpty else {
            throw InputError(
                "\(file.path): has no rows; the \(split.rawValue) questions of \(subject) are"
                    + " needed, or no such file")
        }
        let questions = try rows.enumerated().map { index, fields in
            try Question(
                fields: fields, id: QuestionID(subject: subject, split: split, row: index),
                file: file.path)
        }
        let expected = known.questionCount(in: split)
        if questions.count != expected, try subjects(in: split).count == Subjects.all.count {
            throw InputError(
                "\(file.path): has \(questions.count) rows; in a folder with all"
                    + " \(Subjects.all.count) subjects the published file is needed, which has"
                    + " \(expected)")
        }
        return questions
    }
}

extension Question {
    /// A question from a row of a file.
    fileprivate init(fields: [String], id: QuestionID, file: String) throws {
        func refusal(_ found: String) -> InputError {
            InputError(
                "\(file), row \(id.row + 1): \(found); six fields are needed, without a header:"
                    + " question, four choices and a letter from A to D")
        }
        guard fields.count == 6 else {
            throw refusal("found \(fields.count) field\(fields.count == 1 ? "" : "s")")
        }
        guard let answer = Letter(rawValue: fields[5]) else {
            throw refusal("the answer is '\(fields[5])'")
        }
        if let empty = fields.firstIndex(where: { $0.trimmed.isEmpty }) {
            throw refusal(empty == 0 ? "the question is empty" : "choice \(empty) of 4 is empty")
        }
        self.init(id: id, question: fields[0], choices: Array(fields[1...4]), answer: answer)
    }
}
