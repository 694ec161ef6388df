import Basics

/// When a training is saved and evaluated, and which adapter is kept.
public struct CheckpointConfig: ConfigGroup {
    /// Which of a training's adapters is saved.
    public enum Adapter: String, SettingChoice {
        /// The adapter with the most correct answers to the validation set; the first of several.
        case best
        case last
    }

    /// How validation questions are answered.
    public enum Answers: String, SettingChoice {
        /// Each question once, by the likeliest tokens.
        case greedy
        /// As the reported questions: sampled, with repeats.
        case sampled
    }

    /// What is evaluated while a model trains.
    public enum Questions: String, SettingChoice {
        /// Validation questions of the category, zero-shot.
        case validation
        /// The reported questions, with all numbers of shots and repeats; no checkpoint is chosen
        /// by them.
        case reported
    }

    /// Steps between checkpoints; 0 saves only at the end and on a signal.
    public var checkpointEvery = 25
    /// Steps between evaluations; nil makes none.
    @Setting(.from(1)) public var evalEvery: Int?
    public var evalQuestions = Questions.validation
    /// The maximum number of validation questions.
    @Setting(.from(1)) public var evalLimit = 100
    public var evalAnswers = Answers.greedy
    public var keep = Adapter.last

    public init() {}

    public func validate() throws {
        if keep == .best, evalQuestions == .reported {
            throw UsageError(
                "--keep best: --eval-questions reported evaluates what is reported, and an adapter "
                    + "chosen by it would be reported too good; use --eval-questions validation")
        }
        if keep == .best, evalEvery == nil {
            throw UsageError(
                "--keep best: --eval-every is not given; its evaluations say which is best")
        }
    }
}
