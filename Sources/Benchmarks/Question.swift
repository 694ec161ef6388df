/// The letter of a choice.
public enum Letter: String, CaseIterable, Codable, Sendable {
    case a = "A"
    case b = "B"
    case c = "C"
    case d = "D"

    /// The position of the choice, from 0.
    public var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// A part of MMLU, each with files of its own: `{split}/{subject}_{split}.csv`.
public enum Split: String, CaseIterable, Codable, Sendable {
    case dev, val, test
}

/// The location of a question: the row, from 0, of a subject's file of a split.
public struct QuestionID: Hashable, Codable, Sendable {
    public var subject: String
    public var split: Split
    public var row: Int

    public init(subject: String, split: Split, row: Int) {
        self.subject = subject
        self.split = split
        self.row = row
    }

    /// The location in messages: "philosophy test row 3".
    public var place: String { "\(subject) \(split.rawValue) row \(row)" }
}

/// A multiple-choice question with four choices, one of them correct.
public struct Question: Hashable, Codable, Sendable {
    public var id: QuestionID
    public var question: String
    /// Four, in the order A to D.
    public var choices: [String]
    public var answer: Letter

    public init(id: QuestionID, question: String, choices: [String], answer: Letter) {
        precondition(choices.count == Letter.allCases.count, "a question has four choices")
        self.id = id
        self.question = question
        self.choices = choices
        self.answer = answer
    }
}

/// How an answer is taken from a model.
public enum Scoring: String, CaseIterable, Codable, Sendable {
    /// The most likely of the four letters at the answer's position, in one forward pass.
    case letter
    /// The most likely of the four choices' own texts after the prompt, by log-probability per
    /// byte.
    case choice
    /// Text is generated and the letter is read from it.
    case generate
}

extension Question {
    /// The question with its texts changed.
    package func mapTexts(_ change: (String) -> String) -> Question {
        var question = self
        question.question = change(question.question)
        question.choices = choices.map(change)
        return question
    }
}
