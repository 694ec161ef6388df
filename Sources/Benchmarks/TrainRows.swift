import Basics
import Foundation

/// Where the training questions come from.
public enum TrainRows: Hashable, Sendable {
    /// A seeded sample of the category's test rows, never evaluated on.
    case holdout
    case val
    case devAndVal
    /// JSON lines of questions, with or without rationales (see `RationaleRow`).
    case file(URL)
    /// Rows of the data that a CSV file names, of some of its sets (see `QuestionList`).
    case listed(URL, sets: [String])

    /// From a user's text: `holdout`, `val`, `dev+val`, or else the path of a file. A file whose
    /// name ends in `.csv` lists rows.
    ///
    /// - Parameter sets: of a file that lists rows; none means all
    public init(parsing word: String, sets: [String] = []) {
        switch word {
        case "holdout": self = .holdout
        case "val": self = .val
        case "dev+val": self = .devAndVal
        case _ where word.lowercased().hasSuffix(".csv"):
            self = .listed(URL(filePath: word), sets: sets)
        default: self = .file(URL(filePath: word))
        }
    }

    /// The training questions of a category.
    ///
    /// From a file, these are the rows of the category's subjects that were not rejected, each
    /// content once, in the file's order. The same holds for a list.
    ///
    /// - Parameters:
    ///   - sampleSeed: draws the holdout.
    ///   - rule: how many questions of the holdout each subject gives.
    ///   - holdoutCount: size of the holdout; the other sources take all rows.
    /// - Throws: `InputError` if there are none, or fewer than the holdout needs.
    public func questions(
        of category: Category, in dataset: MMLU, sampleSeed: Int, holdoutCount: Int,
        rule: SampleRule = .proportional
    ) throws -> [Question] {
        let questions =
            switch self {
            case .holdout:
                try Sampling.holdout(
                    of: category, count: holdoutCount, sampleSeed: sampleSeed, rule: rule,
                    in: dataset)
            case .val:
                try dataset.questions(of: category, in: .val)
            case .devAndVal:
                try dataset.questions(of: category, in: .dev)
                    + dataset.questions(of: category, in: .val)
            case .file(let url):
                try accepted(rows(of: url), of: category, by: dataset.categories)
            case .listed(let url, let sets):
                try QuestionList(file: url.path).questions(of: sets, in: dataset).filter {
                    try dataset.categories.category(ofSubject: $0.id.subject) == category
                }
            }
        guard !questions.isEmpty else {
            throw InputError(
                "\(self): has no training questions of \(category.title)\(rejectedText);"
                    + " others are needed")
        }
        return questions
    }

    /// Why a file may have no questions to train on.
    private var rejectedText: String {
        guard case .file(let url) = self, let rows = try? rows(of: url) else { return "" }
        let count = rows.count { !$0.accepted }
        return count == 0 ? "" : ", and \(count) of its \(rows.count) lines have accepted: false"
    }

    private func rows(of url: URL) throws -> [RationaleRow] {
        guard FileManager.default.fileExists(atPath: url.path) else {
            throw InputError(
                "\(url.path): is not there; holdout, val, dev+val or a file of JSON lines is needed"
            )
        }
        return try RationaleFile.read(url)
    }

    private func accepted(
        _ rows: [RationaleRow], of category: Category, by map: CategoryMap
    ) throws -> [Question] {
        var seen: Set<String> = []
        return try rows.filter { row in
            try row.accepted && map.category(ofSubject: row.question.id.subject) == category
                && seen.insert(row.question.contentHash).inserted
        }.map(\.question)
    }
}

extension TrainRows: CustomStringConvertible {
    /// The text that a user gives.
    public var description: String {
        switch self {
        case .holdout: "holdout"
        case .val: "val"
        case .devAndVal: "dev+val"
        case .file(let url), .listed(let url, _): url.path
        }
    }
}
