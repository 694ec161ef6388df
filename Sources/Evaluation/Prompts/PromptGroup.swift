import Benchmarks
import Tokenization

/// The questions of a subject with the same shots, as tokens; their shared prefix is stored once.
public struct PromptGroup: Sendable {
    public let subject: String
    /// The shots shown before each question.
    public let shots: [Question]
    /// How many shots were requested: more than are shown where the prompts would be too long, or
    /// there are fewer to show.
    public let shotCount: Int
    /// The repeats in which the questions are evaluated with these shots; nil is all.
    public var repetitions: Range<Int>?
    /// Header and shots, as far as the tokens of each prompt begin with those of this text alone.
    ///
    /// It does not depend on which questions are evaluated together.
    public let prefix: [Int32]
    /// Each question, and the rest of its prompt: at least one token.
    public let questions: [(question: Question, suffix: [Int32])]
    /// Each question's short content hash: computed here once for all of its answers.
    public let hashes: [String]
    /// For each question the tokens of its choices' texts, from A to D, after the prompt; empty
    /// where answers are not taken by choice.
    public let choices: [[[Int32]]]

    init(
        subject: String, shots: [Question], shotCount: Int? = nil, prefix: [Int32],
        questions: [(question: Question, suffix: [Int32])], choices: [[[Int32]]] = []
    ) {
        self.subject = subject
        self.shots = shots
        self.shotCount = shotCount ?? shots.count
        self.prefix = prefix
        self.questions = questions
        hashes = questions.map(\.question.shortHash)
        self.choices = choices
    }

    /// Groups prompts with the same shots by their shared prefix.
    ///
    /// - Parameters:
    ///   - shotCount: how many shots were requested
    ///   - opening: the tokens that every prompt begins with
    /// - Returns: one group, or several where a question changes the tokens at the opening's end
    static func groups(
        subject: String, shots: [Question], shotCount: Int, opening: [Int32],
        prompts: [TokenizedPrompt]
    ) -> [PromptGroup] {
        var order: [Int] = []
        var byShare: [Int: [TokenizedPrompt]] = [:]
        for prompt in prompts {
            let share = sharedCount(opening, prompt.tokens)
            if byShare[share] == nil { order.append(share) }
            byShare[share, default: []].append(prompt)
        }
        return order.map { share in
            let prompts = byShare[share] ?? []
            return PromptGroup(
                subject: subject, shots: shots, shotCount: shotCount,
                prefix: Array(opening[..<share]),
                questions: prompts.map { ($0.question, Array($0.tokens[share...])) },
                choices: prompts.contains { $0.choices.isEmpty } ? [] : prompts.map(\.choices))
        }
    }

    /// How many first tokens a prompt has in common with its opening; at least one token of the
    /// prompt remains.
    package static func sharedCount(_ opening: [Int32], _ prompt: [Int32]) -> Int {
        let limit = min(opening.count, prompt.count - 1)
        return (0..<limit).first { opening[$0] != prompt[$0] } ?? max(0, limit)
    }

    /// What messages call a prompt: "philosophy test row 3, 5 shots".
    static func name(of question: Question, shots: Int) -> String {
        // A benchmark's prompts have no words.
        question.id.subject.isEmpty
            ? "prompt \(question.id.row + 1)"
            : "\(question.id.place), \(shots) \(shots == 1 ? "shot" : "shots")"
    }

    /// What messages call a question, by its position in the group.
    func name(of index: Int) -> String {
        Self.name(of: questions[index].question, shots: shotCount)
    }

    /// Answers that the group gives.
    ///
    /// - Parameter repeats: the number of repeats for questions whose shots are the same in all
    ///   repeats
    public func answerCount(repeats: Int) -> Int {
        questions.count * (repetitions?.count ?? repeats)
    }

    /// The tokens of the group when it is computed once.
    package var tokenCount: Int { prefix.count + tokenCount(of: questions.indices) }

    /// The tokens of some of its questions, without the shared prefix.
    func tokenCount(of range: Range<Int>) -> Int {
        questions[range].reduce(0) { $0 + $1.suffix.count }
    }
}
