import Benchmarks

/// What a model answered to one question, once.
public struct Answer: Sendable, Equatable {
    public var question: QuestionID
    /// Shown before the question.
    public var shots: Int
    /// From 0.
    public var repetition: Int
    /// The right letter.
    public var answer: Letter
    /// The model's; nil where its text gives none.
    public var chosen: Letter?
    public var evidence: Evidence

    /// How the letter was found.
    public enum Evidence: Sendable, Equatable {
        /// Log-probabilities of the letters A to D behind the prompt, over the whole vocabulary, in
        /// nats.
        case letters([Double])
        /// The text that was generated.
        case text(String)
    }

    public var isCorrect: Bool { chosen == answer }

    /// The distance, in nats, of the best letter from the second best.
    public var margin: Double? {
        guard case .letters(let logprobs) = evidence else { return nil }
        let sorted = logprobs.sorted(by: >)
        return sorted[0] - sorted[1]
    }
}
