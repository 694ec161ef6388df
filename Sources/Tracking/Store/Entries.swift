import Foundation

/// A study: a set of runs made for one question.
public struct SweepEntry: Hashable, Codable, Sendable {
    /// Its name.
    public var id: String
    /// The command that made it, as "sweep" or "table2".
    public var kind: String?
    public var folder: String?
    /// The contents of the study's own file: text of any format.
    public var configuration: String?
    public var startedAt: Date
    public var finishedAt: Date?

    public init(
        id: String, kind: String? = nil, folder: String? = nil, configuration: String? = nil,
        startedAt: Date = Date(), finishedAt: Date? = nil
    ) {
        self.id = id
        self.kind = kind
        self.folder = folder
        self.configuration = configuration
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }
}

/// An accuracy of a run: a row of the view `accuracy` or `subjectAccuracy`.
public struct AccuracyEntry: Hashable, Codable, Sendable {
    /// The run's id.
    public var run: String
    /// "base" or "adapted".
    public var model: String
    public var adapterScale: Double
    public var shots: Int
    public var scoring: String
    /// A category or "all".
    public var category: String
    /// nil in the rows of categories.
    public var subject: String?
    /// A share from 0 to 1.
    public var mean: Double
    /// Over repeats; nil for one.
    public var standardError: Double?
    /// Over questions; nil for one.
    public var itemStandardError: Double?
    public var questions: Int
    public var repeats: Int
    /// Answers in which no letter could be read; they count as wrong.
    public var unreadable: Int
    /// Questions that lack repeats, as a stopped run leaves them; they do not count.
    public var incomplete: Int
}

/// How often a question was answered correctly: a row of the view `question`.
public struct QuestionEntry: Hashable, Codable, Sendable {
    /// The run's id.
    public var run: String
    public var model: String
    public var adapterScale: Double
    public var shots: Int
    public var category: String
    public var subject: String
    public var split: String
    public var row: Int
    /// nil where the run did not write it.
    public var questionHash: String?
    /// The correct letter.
    public var answer: String
    public var repeats: Int
    /// Of the repeats.
    public var correct: Int
}
