import Benchmarks
import Evaluation

/// Which of the two models answered.
public enum AnsweringModel: Sendable, Equatable {
    case base
    case adapted(scale: Double)

    public var name: String {
        switch self {
        case .base: "base"
        case .adapted: "adapted"
        }
    }

    /// 0 for the base model.
    public var scale: Double {
        switch self {
        case .base: 0
        case .adapted(let scale): scale
        }
    }
}

extension Answer {
    /// A line of answers.jsonl.
    func record(_ model: AnsweringModel, _ settings: EvaluationSettings) -> JSONValue {
        var fields: [(String, JSONValue)] = [
            ("model", .string(model.name)), ("adapter_scale", .number(model.scale)),
            ("subject", .string(question.subject)), ("split", .string(question.split.rawValue)),
            ("row", .whole(question.row)), ("shots", .whole(shots)),
            ("repeat", .whole(repetition)), ("scoring", .string(settings.scoring.rawValue)),
            ("prompt", .string(settings.prompt.name)), ("answer", .string(answer.rawValue)),
            ("chosen", chosen.map { .string($0.rawValue) } ?? .null), ("correct", .bool(isCorrect)),
        ]
        switch evidence {
        case .letters(let logprobs):
            fields.append(("logprobs", .array(logprobs.map { .number($0) })))
            fields.append(("margin", margin.map { .number($0) } ?? .null))
        case .choices(let logprobs, let bytes):
            fields.append(("choice_logprobs", .array(logprobs.map { .number($0) })))
            fields.append(("choice_bytes", .array(bytes.map { .whole($0) })))
        case .text(let text):
            fields.append(("text", .string(text)))
        }
        return .object(fields)
    }
}

extension AccuracyTable.Row {
    /// A row of results.json; `field` is "category" or "subject".
    func record(
        _ model: AnsweringModel, _ settings: EvaluationSettings, field: String
    ) -> JSONValue {
        .object([
            ("model", .string(model.name)), ("adapter_scale", .number(model.scale)),
            (field, .string(group)), ("shots", .whole(shots)),
            ("scoring", .string(settings.scoring.rawValue)), ("mean", .number(accuracy.mean)),
            ("standard_error", accuracy.standardError.map { .number($0) } ?? .null),
            ("item_standard_error", accuracy.itemStandardError.map { .number($0) } ?? .null),
            ("questions", .whole(accuracy.questionCount)),
            ("repeats", .whole(accuracy.repeatCount)), ("unreadable", .whole(unreadable)),
        ])
    }
}
