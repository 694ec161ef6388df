import Basics
import Foundation

/// A line of a file of questions and rationales.
///
/// Its fields are `subject, split, row, question, choices, answer, rationale, teacher, accepted`;
/// the last three may be missing, and a row without `accepted` counts as accepted.
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
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

extension RationaleRow: Codable {
    private enum CodingKeys: String, CodingKey {
        case subject, split, row, question, choices, answer, rationale, teacher, accepted
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let subject = try fields.decode(String.self, forKey: .subject)
        let id = QuestionID(
            subject: try Subjects.subject(named: subject).name,
            split: try fields.decode(Split.self, forKey: .split),
            row: try fields.decode(Int.self, forKey: .row))
        let choices = try fields.decode([String].self, forKey: .choices)
        guard choices.count == Letter.allCases.count else {
            throw InputError("'choices' has \(choices.count) texts; 4 are needed")
        }
        question = Question(
            id: id, question: try fields.decode(String.self, forKey: .question), choices: choices,
            answer: try fields.decode(Letter.self, forKey: .answer))
        rationale = try fields.decodeIfPresent(String.self, forKey: .rationale)
        teacher = try fields.decodeIfPresent(String.self, forKey: .teacher)
        accepted = try fields.decodeIfPresent(Bool.self, forKey: .accepted) ?? true
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
