import Basics
import Basics
import Scoring
import Benchmarks
import Evaluation

extension Answer {
    /// A line of answers.jsonl.
    func record(_ model: AnsweringModel, _ settings: EvaluationSettings) -> JSONValue {
        var fields: [(String, JSONValue)] = [
            ("model", .string(model.name)), ("adapter_scale", .number(model.scale)),
            ("subject", .string(question.subject)), ("split", .string(question.split.rawValue)),
            ("row", .whole(question.row)),
        ]
        if let questionHash { fields.append(("question_hash", .string(questionHash))) }
        fields += [
            ("shots", .whole(shots)), ("repeat", .whole(repetition)),
            ("scoring", .string(settings.scoring.rawValue)),
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
