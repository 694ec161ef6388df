import Basics
import Benchmarks

/// What is kept of a training: its state now and then, and the adapter at its end or at its best.
public struct CheckpointConfig: Sendable {
    /// Which of a training's adapters is saved.
    public enum Adapter: String, CaseIterable, Sendable {
        /// The one that answered most validation questions rightly; of several the first.
        case best
        case last
    }

    /// Steps from one checkpoint to the next; 0 saves only at the end and when a signal comes.
    public var checkpointEvery = 25
    /// Steps from one evaluation on validation questions to the next; nil makes none.
    public var evaluationEvery: Int?
    /// How validation questions are answered.
    public enum Answers: String, CaseIterable, Sendable {
        /// Once, by the likeliest tokens.
        case greedy
        /// As those that are asked after the training: drawn, with repeats.
        case sampled
    }

    /// What is asked while a model trains.
    public enum Questions: String, CaseIterable, Sendable {
        /// Validation questions of the category, zero-shot.
        case validation
        /// What is asked after the training, with all numbers of shots and repeats; nothing is chosen
        /// by it.
        case reported
    }

    public var questions = Questions.validation
    public var answers = Answers.greedy
    /// Validation questions at most.
    public var validationLimit = 100
    public var adapter = Adapter.last

    static let names = [
        "checkpoint-every", "eval-every", "eval-questions", "eval-limit", "eval-answers", "keep",
    ]

    /// - Parameter category: what is trained on; nil is token ids from a file
    init(_ layers: SettingLayers, category: Benchmarks.Category?) throws {
        checkpointEvery = try layers.whole("checkpoint-every", default: checkpointEvery)
        evaluationEvery = try layers.wholeOrNil("eval-every", atLeast: 1)
        questions =
            Questions(
                rawValue: try layers.choice(
                    "eval-questions", default: questions.rawValue,
                    of: Questions.allCases.map(\.rawValue))) ?? questions
        validationLimit = try layers.whole("eval-limit", default: validationLimit, atLeast: 1)
        answers =
            Answers(
                rawValue: try layers.choice(
                    "eval-answers", default: answers.rawValue,
                    of: Answers.allCases.map(\.rawValue))) ?? answers
        adapter =
            Adapter(
                rawValue: try layers.choice(
                    "keep", default: adapter.rawValue, of: Adapter.allCases.map(\.rawValue)))
            ?? adapter
        if let evaluationEvery, category == nil {
            throw UsageError(
                "--eval-every \(evaluationEvery): --category is not given; its questions are asked")
        }
        if adapter == .best, questions == .reported {
            throw UsageError(
                "--keep best: --eval-questions reported asks what is reported, and an adapter chosen by "
                    + "it would be reported too good; use --eval-questions validation")
        }
        if adapter == .best, evaluationEvery == nil {
            throw UsageError(
                "--keep best: --eval-every is not given; its evaluations say which is best")
        }
    }

    /// The settings as they stand in config.yaml.
    var record: [(String, JSONValue)] {
        [
            ("checkpoint-every", .whole(checkpointEvery)),
            ("eval-every", evaluationEvery.map(JSONValue.whole) ?? .null),
            ("eval-questions", .string(questions.rawValue)),
            ("eval-limit", .whole(validationLimit)), ("eval-answers", .string(answers.rawValue)),
            ("keep", .string(adapter.rawValue)),
        ]
    }
}
