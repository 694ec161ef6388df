import Benchmarks

/// A model's answer to one question in one repeat.
public struct Answer: Sendable, Equatable {
    public var question: QuestionID
    /// The question's short content hash, by which answers are paired; nil in files of versions that
    /// did not write it.
    public var questionHash: String?
    /// Number of shots shown before the question.
    public var shots: Int
    /// The repeat, from 0.
    public var repetition: Int
    /// The correct letter.
    public var answer: Letter
    /// The model's letter; nil where its text gives none.
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
        /// Log-probabilities of the letters A to D after the prompt, over the whole vocabulary, in
        /// nats.
        case letters([Double])
        /// Log-probabilities of the choices' texts after the prompt, each the sum over its tokens,
        /// in nats, and the lengths of the choices in bytes of UTF-8.
        case choices(logprobs: [Double], bytes: [Int])
        /// The generated text.
        case text(String)
    }

    public var item: ItemID { ItemID(question: question, shots: shots) }

    public var id: AnswerID {
        AnswerID(question: question, shots: shots, repetition: repetition)
    }

    public var isCorrect: Bool { chosen == answer }

    /// The difference, in nats, between the best and the second best letter; nil where no letters
    /// were scored.
    public var margin: Double? {
        guard case .letters(let logprobs) = evidence else { return nil }
        let sorted = logprobs.sorted(by: >)
        return sorted[0] - sorted[1]
    }

    /// The smallest margin, in nats, at which bfloat16 rounding does not decide between two
    /// letters.
    ///
    /// Two implementations computed the same letters in bfloat16: a Hugging Face loop and lm-eval,
    /// at Qwen2.5-0.5B's shape on 40 questions. They differed by at most 0.062 in a letter's
    /// log-probability (measured by `bench_eval.py` of the reference implementations). A margin is
    /// a difference of two letters, and so may move twice as far. The constant is the same for
    /// every compute type. Below this margin, another machine or implementation may choose another
    /// letter.
    public static let nearTieMargin = 0.125
}

/// The identity of one of a model's answers.
public struct AnswerID: Hashable, Sendable {
    public var question: QuestionID
    /// Number of shots shown before the question.
    public var shots: Int
    /// The repeat, from 0.
    public var repetition: Int

    public init(question: QuestionID, shots: Int, repetition: Int) {
        self.question = question
        self.shots = shots
        self.repetition = repetition
    }
}

/// A question with a number of shots, which each model answers once or several times.
public struct ItemID: Hashable, Sendable {
    public var question: QuestionID
    public var shots: Int

    public init(question: QuestionID, shots: Int) {
        self.question = question
        self.shots = shots
    }
}
