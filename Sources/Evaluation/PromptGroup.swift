import Benchmarks
import Tokenization

/// The questions of a subject behind the same shots, as tokens: what they share stands once.
public struct PromptGroup: Sendable {
    public let subject: String
    public let shots: [Question]
    /// The longest beginning, in tokens, that all prompts of the group share.
    public let prefix: [Int32]
    /// Each question, and the rest of its prompt: at least one token.
    public let questions: [(question: Question, suffix: [Int32])]

    /// Tokenises whole prompts, then finds what they share.
    ///
    /// - Parameters:
    ///   - prefix: header and shots
    ///   - template: makes the whole prompt one user message; nil leaves it as it is
    ///   - longest: tokens that a prompt may have
    /// - Throws: when a shot is a question asked, or a prompt is too long.
    public init(
        subject: String, shots: [Question], prefix: PromptPrefix, questions: [Question],
        template: ChatTemplate? = nil, tokenizer: any Tokenizer, longest: Int
    ) throws {
        precondition(!questions.isEmpty, "a group of prompts asks something")
        let prompts = try questions.map { question in
            let text = try prefix.prompt(asking: question).text
            let ids = try tokenizer.encode(template?.asking(text) ?? text)
            guard ids.count <= longest else {
                throw BenchmarkError(
                    "the \(shots.count)-shot prompt of \(question.id.subject) "
                        + "\(question.id.split.rawValue) row \(question.id.row) has \(ids.count) "
                        + "tokens; the model has room for \(longest): ask with fewer --shots")
            }
            return ids
        }
        let shared = Self.sharedCount(prompts)
        self.subject = subject
        self.shots = shots
        self.prefix = Array(prompts[0][..<shared])
        self.questions = zip(questions, prompts).map { ($0, Array($1[shared...])) }
    }

    /// How many first tokens all sequences have in common, leaving each at least one of its own.
    static func sharedCount(_ sequences: [[Int32]]) -> Int {
        let limit = (sequences.map(\.count).min() ?? 1) - 1
        var count = 0
        while count < limit, sequences.allSatisfy({ $0[count] == sequences[0][count] }) {
            count += 1
        }
        return count
    }

    /// The tokens of the group when it is computed once.
    var tokenCount: Int { questions.reduce(prefix.count) { $0 + $1.suffix.count } }
}

/// Some questions of a group, to be computed in one pass with others.
struct PromptBatch {
    /// For each group its place and which of its questions.
    var parts: [(group: Int, questions: Range<Int>)] = []

    /// Cuts groups into batches.
    ///
    /// - Parameters:
    ///   - budget: tokens of a batch; a single question may exceed it
    ///   - extra: tokens that each question needs beside its own
    static func cut(_ groups: [PromptGroup], budget: Int, extra: Int) -> [PromptBatch] {
        var batches: [PromptBatch] = []
        var current = PromptBatch()
        var used = 0
        func close() {
            if !current.parts.isEmpty { batches.append(current) }
            current = PromptBatch()
            used = 0
        }
        for (index, group) in groups.enumerated() {
            var start = 0
            for (place, item) in group.questions.enumerated() {
                let need = item.suffix.count + extra
                let opening = place == start ? group.prefix.count : 0
                if used > 0, used + need + opening > budget {
                    if place > start { current.parts.append((index, start..<place)) }
                    close()
                    start = place
                    used += group.prefix.count
                } else {
                    used += opening
                }
                used += need
            }
            current.parts.append((index, start..<group.questions.count))
        }
        close()
        return batches
    }
}
