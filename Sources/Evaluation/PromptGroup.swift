import Benchmarks
import Tokenization

/// The questions of a subject behind the same shots, as tokens: what they share stands once.
public struct PromptGroup: Sendable {
    public let subject: String
    /// Shown before each question.
    public let shots: [Question]
    /// How many were asked for; more than are shown where the prompts would be too long.
    public let shotCount: Int
    /// The longest beginning, in tokens, that all prompts of the group share.
    public let prefix: [Int32]
    /// Each question, and the rest of its prompt: at least one token.
    public let questions: [(question: Question, suffix: [Int32])]
    /// For each question the tokens of its choices' texts, from A to D, behind the prompt; empty
    /// where answers are not taken by them.
    public let choices: [[[Int32]]]

    /// Finds what prompts share.
    ///
    /// - Parameters:
    ///   - prompts: one or more, behind the same shots
    ///   - shotCount: how many shots were asked for; nil is as many as there are
    public init(
        subject: String, shots: [Question], shotCount: Int? = nil, prompts: [TokenizedPrompt]
    ) {
        precondition(!prompts.isEmpty, "a group of prompts asks something")
        let shared = Self.sharedCount(prompts.map(\.tokens))
        self.subject = subject
        self.shots = shots
        self.shotCount = shotCount ?? shots.count
        prefix = Array(prompts[0].tokens[..<shared])
        questions = prompts.map { ($0.question, Array($0.tokens[shared...])) }
        choices = prompts.contains { $0.choices.isEmpty } ? [] : prompts.map(\.choices)
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
