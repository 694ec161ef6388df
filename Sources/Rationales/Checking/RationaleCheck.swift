import Benchmarks

/// Why a reply is no rationale.
public enum Rejection: String, Codable, CaseIterable, Sendable {
    case wrongLetter = "wrong letter"
    /// Another answer follows the first.
    case severalAnswers = "several answers"
    case unreadable = "no readable letter"
    /// The letter alone.
    case noReasoning = "no reasoning"
    case empty
    case truncated
    case tooLong = "too long"
    case refusal
    /// A file has nothing for the question.
    case missing = "not in the file"
}

/// Whether a reply reasons to the right letter, and its reasoning without the answer's own sentence.
///
/// The letter is read by evaluation's `AnswerReader`. The sentence that makes it readable is the
/// answer's; what stands before it is the rationale, and nothing behind it may answer otherwise.
public enum RationaleCheck: Equatable, Sendable {
    case accepted(rationale: String)
    case rejected(Rejection)

    public init(_ reply: TeacherReply, answer: Letter) {
        let text = reply.text.strippedOfWhiteSpace
        switch reply.end {
        case .missing: self = .rejected(.missing)
        case .refused: self = .rejected(.refusal)
        case .truncated: self = .rejected(text.isEmpty ? .empty : .truncated)
        case .complete: self.init(text, answer: answer)
        }
    }

    /// Characters of a text that is read.
    static let longest = 20_000

    private init(_ text: String, answer: Letter) {
        guard !text.isEmpty else {
            self = .rejected(.empty)
            return
        }
        // No rationale is that long, and taking it apart would take hours.
        guard text.count <= Self.longest else {
            self = .rejected(.tooLong)
            return
        }
        guard let letter = AnswerReader.letter(in: text) else {
            self = .rejected(Self.isRefusal(text) ? .refusal : .unreadable)
            return
        }
        guard letter == answer else {
            self = .rejected(.wrongLetter)
            return
        }
        let parts = AnswerSentence(in: text, letter: letter)
        if let other = AnswerReader.letter(in: parts.after), other != letter {
            self = .rejected(.severalAnswers)
        } else if parts.before.isEmpty {
            self = .rejected(.noReasoning)
        } else {
            self = .accepted(rationale: parts.before)
        }
    }

    /// Words with which assistants decline; looked for only where no letter can be read.
    private static func isRefusal(_ text: String) -> Bool {
        let start = text.lowercased().replacing("’", with: "'").prefix(300)
        return [
            "i'm sorry", "i am sorry", "i cannot", "i can't", "i won't", "i'm unable",
            "i am unable",
            "i'm not able", "as an ai", "抱歉", "我无法", "我不能",
        ].contains { start.contains($0) }
    }
}
