import Benchmarks

/// What a model answered to one question, once.
public struct Answer: Sendable, Equatable {
    public var question: QuestionID
    /// The question's short content hash, by which answers are paired; nil in files of versions that
    /// did not write it.
    public var questionHash: String?
    /// Shown before the question.
    public var shots: Int
    /// From 0.
    public var repetition: Int
    /// The right letter.
    public var answer: Letter
    /// The model's; nil where its text gives none.
    public var chosen: Letter?
    public var evidence: Evidence

    public init(
        question: QuestionID, questionHash: String? = nil, shots: Int, repetition: Int,
        answer: Letter, chosen: Letter?, evidence: Evidence
    ) {
        self.question = question
        self.questionHash = questionHash
        self.shots = shots
        self.repetition = repetition
        self.answer = answer
        self.chosen = chosen
        self.evidence = evidence
    }

    /// How the letter was found.
    public enum Evidence: Sendable, Equatable {
        /// Log-probabilities of the letters A to D behind the prompt, over the whole vocabulary, in
        /// nats.
        case letters([Double])
        /// Log-probabilities of the choices' texts behind the prompt, each the sum over its tokens,
        /// in nats, and the lengths of the choices in bytes of UTF-8.
        case choices(logprobs: [Double], bytes: [Int])
        /// The text that was generated.
        case text(String)
    }

    public var item: ItemID { ItemID(question: question, shots: shots) }

    public var id: AnswerID {
        AnswerID(question: question, shots: shots, repetition: repetition)
    }

    public var isCorrect: Bool { chosen == answer }

    /// The distance, in nats, of the best letter from the second best; nil where no letters were
    /// scored.
    public var margin: Double? {
        guard case .letters(let logprobs) = evidence else { return nil }
        let sorted = logprobs.sorted(by: >)
        return sorted[0] - sorted[1]
    }

    /// Nats by which the best letter must lie before the second so that bfloat16 does not decide.
    ///
    /// Two ways to compute the same letters in bfloat16, a Hugging Face loop and lm-eval at
    /// Qwen2.5-0.5B's shape on 40 questions, were 0.062 apart at most in a letter's log-probability
    /// (measured by `bench_eval.py` of the reference implementations); a margin is a difference of
    /// two letters, and so may move twice as far. One constant for every type that was computed in:
    /// such an answer may come out otherwise elsewhere.
    public static let nearTieMargin = 0.125
}

/// Which of a model's answers.
public struct AnswerID: Hashable, Sendable {
    public var question: QuestionID
    /// Shown before the question.
    public var shots: Int
    /// From 0.
    public var repetition: Int

    public init(question: QuestionID, shots: Int, repetition: Int) {
        self.question = question
        self.shots = shots
        self.repetition = repetition
    }
}

/// A question with a number of shots: what each model answers, once or several times.
public struct ItemID: Hashable, Sendable {
    public var question: QuestionID
    public var shots: Int

    public init(question: QuestionID, shots: Int) {
        self.question = question
        self.shots = shots
    }
}
