import Basics
import Foundation

/// A line of a file of questions and rationales.
///
/// | Key | Value |
/// |---|---|
/// | `subject` | text: a name of MMLU |
/// | `split` | text: dev, val or test |
/// | `row` | whole number from 0 |
/// | `question` | text |
/// | `choices` | array of four texts |
/// | `answer` | text: A, B, C or D |
/// | `rationale` | text; may be missing |
/// | `teacher` | text; may be missing |
/// | `accepted` | true or false; missing means true. A line with false is not used. |
///
/// `noteKeys` are allowed too, and every other key is an error.
public struct RationaleRow: Hashable, Sendable {
    public var question: Question
    /// The reasoning that leads to the answer, without the answer sentence.
    public var rationale: String?
    /// The name of the teacher that wrote the rationale.
    public var teacher: String?
    /// Whether the rationale may be used.
    public var accepted: Bool

    public init(question: Question, rationale: String?, teacher: String?, accepted: Bool) {
        self.question = question
        self.rationale = rationale
        self.teacher = teacher
        self.accepted = accepted
    }

    /// The row as one line of JSON, keys sorted, without a line break.
    public func jsonLine() throws -> String {
        // Foundation's encoder sorts the keys, without spaces: the form of the published files.
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

extension RationaleRow: Encodable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case subject, split, row, question, choices, answer, rationale, teacher, accepted
    }

    /// The keys that decide what a row is.
    static let ownKeys = CodingKeys.allCases.map(\.rawValue)

    /// Keys that `ft-mmlu rationales` writes beside them, about a row's origin. Training passes
    /// them over.
    package static let noteKeys = [
        "attempt", "completion_tokens", "hint", "key", "model", "prompt_hash", "prompt_tokens",
        "reason", "seconds", "time", "usage_is_bound",
    ]

    /// All keys that a line may have.
    package static let keys = ownKeys + noteKeys

    /// - Throws: `InputError` that names the key, what is found, and what is expected.
    package init(_ fields: JSONFields) throws {
        func key(_ key: CodingKeys) -> String { key.rawValue }
        let subject = try fields.needed(key(.subject), .text)
        let id = QuestionID(
            subject: try Subjects.subject(named: subject).name,
            split: try fields.needed(key(.split), .word),
            row: try fields.needed(key(.row), .count))
        let question = try fields.needed(key(.question), .text)
        let choices = try fields.list(key(.choices), .text) ?? []
        guard choices.count == Letter.allCases.count else {
            throw InputError("'choices' has \(choices.count) texts; 4 are needed")
        }
        self.question = Question(
            id: id, question: question, choices: choices,
            answer: try fields.needed(key(.answer), .word))
        rationale = try fields.value(key(.rationale), .text)
        teacher = try fields.value(key(.teacher), .text)
        accepted = try fields.valueUnlessNull(key(.accepted), .truth) ?? true
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(question.id.subject, forKey: .subject)
        try fields.encode(question.id.split, forKey: .split)
        try fields.encode(question.id.row, forKey: .row)
        try fields.encode(question.question, forKey: .question)
        try fields.encode(question.choices, forKey: .choices)
        try fields.encode(question.answer, forKey: .answer)
        try fields.encodeIfPresent(rationale, forKey: .rationale)
        try fields.encodeIfPresent(teacher, forKey: .teacher)
        try fields.encode(accepted, forKey: .accepted)
    }
}
