import Benchmarks
import Tokenization

/// The questions of a subject behind the same shots, as tokens: what they share stands once.
public struct PromptGroup: Sendable {
    public let subject: String
    public let shots: [Question]
    /// Header and shots, as far as the tokens of each prompt begin with those of this text alone: it
    /// does not depend on which questions are asked together.
    public let prefix: [Int32]
    /// Each question, and the rest of its prompt: at least one token.
    public let questions: [(question: Question, suffix: [Int32])]

    /// Tokenises whole prompts, then finds what they share.
    ///
    /// - Parameters:
    ///   - prefix: header and shots
    ///   - template: makes the whole prompt one user message; nil leaves it as it is
    ///   - longest: tokens that a prompt may have
    /// - Returns: one group, or several where a question changes the tokens at the prefix's end
    /// - Throws: when a shot is a question asked, or a prompt is too long.
    public static func groups(
        subject: String, shots: [Question], prefix: PromptPrefix, questions: [Question],
        template: ChatTemplate? = nil, tokenizer: any Tokenizer, longest: Int
    ) throws -> [PromptGroup] {
        let opening = try tokenizer.encode(opening(prefix.text, template))
        var order: [Int] = []
        var byShare: [Int: [(Question, [Int32])]] = [:]
        for question in questions {
            let text = try prefix.prompt(asking: question).text
            let ids = try tokenizer.encode(template?.asking(text) ?? text)
            guard ids.count <= longest else {
                throw BenchmarkError(
                    "the \(shots.count)-shot prompt of \(question.id.subject) "
                        + "\(question.id.split.rawValue) row \(question.id.row) has \(ids.count) "
                        + "tokens; the model has room for \(longest): ask with fewer --shots")
            }
            let share = Self.sharedCount(opening, ids)
            if byShare[share] == nil { order.append(share) }
            byShare[share, default: []].append((question, Array(ids[share...])))
        }
        return order.map { share in
            PromptGroup(
                subject: subject, shots: shots, prefix: Array(opening[..<share]),
                questions: byShare[share] ?? [])
        }
    }

    init(
        subject: String, shots: [Question], prefix: [Int32],
        questions: [(question: Question, suffix: [Int32])]
    ) {
        self.subject = subject
        self.shots = shots
        self.prefix = prefix
        self.questions = questions
    }

    /// What every prompt begins with that asks something behind `prefix`.
    private static func opening(_ prefix: String, _ template: ChatTemplate?) -> String {
        guard let template else { return prefix }
        return template.asking("").commonPrefix(with: template.asking("?")) + prefix
    }

    /// How many first tokens a prompt has in common with its opening, leaving it at least one.
    static func sharedCount(_ opening: [Int32], _ prompt: [Int32]) -> Int {
        let limit = min(opening.count, prompt.count - 1)
        return (0..<limit).first { opening[$0] != prompt[$0] } ?? max(0, limit)
    }

    /// The tokens of the group when it is computed once.
    var tokenCount: Int { prefix.count + tokenCount(of: questions.indices) }

    /// The tokens of some of its questions, without what all share.
    func tokenCount(of range: Range<Int>) -> Int {
        questions[range].reduce(0) { $0 + $1.suffix.count }
    }
}
