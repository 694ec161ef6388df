import Basics
import Benchmarks

/// Why a reply is no rationale.
public enum Rejection: String, Codable, CaseIterable, Sendable {
    case wrongLetter = "wrong letter"
    /// The text states another answer before or after it.
    case severalAnswers = "several answers"
    case unreadable = "no readable letter"
    /// The letter alone.
    case noReasoning = "no reasoning"
    case empty
    case truncated
    case tooLong = "too long"
    case refusal
    /// All of it, or all before it was cut off, is in a think block.
    case onlyThinking = "only a think block"
    /// A file has nothing for the question.
    case missing = "not in the file"
}

/// Whether a reply reasons to the correct letter, and its reasoning without the answer sentence.
///
/// Evaluation's `AnswerReader` reads the letter. The sentence with this letter is the answer
/// sentence. The text before it is the rationale, and no other sentence may state another answer.
/// Think blocks are left out first: training does not use them.
public enum RationaleCheck: Equatable, Sendable {
    case accepted(rationale: String)
    case rejected(Rejection)

    public init(_ reply: TeacherReply, answer: Letter) {
        let text = reply.text.trimmed
        switch reply.end {
        case .missing: self = .rejected(.missing)
        case .refused: self = .rejected(.refusal)
        case .truncated: self = .rejected(text.isEmpty ? .empty : .truncated)
        case .complete: self.init(text, answer: answer)
        }
    }

    /// The most characters of a text that is read.
    static let longest = 20_000

    private init(_ text: String, answer: Letter) {
        guard !text.isEmpty else {
            self = .rejected(.empty)
            return
        }
        let blocks = ThinkBlocks(text)
        guard let written = blocks.answer?.trimmed, !written.isEmpty else {
            self = .rejected(.onlyThinking)
            return
        }
        self.init(written: written, answer: answer)
    }

    /// - Parameter text: without think blocks
    private init(written text: String, answer: Letter) {
        // No rationale is that long.
        guard text.count <= Self.longest else {
            self = .rejected(.tooLong)
            return
        }
        guard let reading = AnswerReader.reading(of: text) else {
            self = .rejected(Self.isRefusal(text) ? .refusal : .unreadable)
            return
        }
        guard reading.letter == answer else {
            self = .rejected(.wrongLetter)
            return
        }
        let parts = AnswerSentence(in: text, reading)
        let isContradicted = AnswerReader.letter(in: parts.after).map { $0 != answer } ?? false
        if reading.isCorrected || isContradicted {
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
