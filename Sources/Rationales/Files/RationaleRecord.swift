import Basics
import Benchmarks
import Foundation

/// A line of a file that `ft-mmlu rationales` wrote: a `RationaleRow` and where it comes from.
public struct RationaleRecord: Sendable, Equatable {
    /// Rejected ones have the whole reply as their rationale.
    public var row: RationaleRow
    /// Why it was not accepted.
    public var reason: Rejection?
    /// The model as the server named it.
    public var model: String
    /// Hash of question, prompt and model; it identifies the request.
    public var key: String
    /// SHA-256 of all that was sent.
    public var promptHash: String
    /// Whether the prompt contained the correct answer.
    public var hint: Bool
    /// How often this was answered before.
    public var attempt: Int
    /// When the reply came: ISO 8601, UTC.
    public var time: String
    public var seconds: Double
    /// nil where nobody counted.
    public var usage: TokenUsage?
    /// Whether the usage is not counted, but the most that it can be.
    public var usageIsBound = false

    init(_ lesson: TeacherRequest, _ reply: TeacherReply, of teacher: any Teacher, at date: Date) {
        let check = RationaleCheck(reply, answer: lesson.question.answer)
        switch check {
        case .accepted(let rationale):
            row = RationaleRow(
                question: lesson.question, rationale: rationale, teacher: teacher.name,
                accepted: true)
        case .rejected(let why):
            row = RationaleRow(
                question: lesson.question, rationale: reply.text, teacher: teacher.name,
                accepted: false)
            reason = why
        }
        model = reply.model
        key = LessonKey.of(
            lesson.question, prompt: lesson.prompt, teacher: teacher.name, model: teacher.model)
        promptHash = SHA256.hexDigest(of: lesson.prompt)
        hint = lesson.hasHint
        attempt = lesson.attempt
        time = date.formatted(.iso8601)
        seconds = (reply.seconds * 1000).rounded() / 1000
        usage = reply.usage
        usageIsBound = reply.usageIsBound
    }

    /// The record as one line of JSON, keys sorted, without a line break.
    func jsonLine() throws -> String {
        // As `RationaleRow.jsonLine()`.
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

/// Keys of teacher requests: the same question, prompt and model have the same key.
enum LessonKey {
    static func of(
        _ question: Question, prompt: String, teacher: String, model: String
    ) -> String {
        let parts = [question.contentHash, question.answer.rawValue, prompt, teacher, model]
        return SHA256.hexDigest(of: parts.map { "\($0.utf8.count):\($0)" }.joined())
    }
}

extension RationaleRecord: Encodable {
    /// They are `RationaleRow.noteKeys`.
    private enum Names: String, CodingKey {
        case reason, model, key, hint, attempt, time, seconds
        case promptHash = "prompt_hash"
        case promptTokens = "prompt_tokens"
        case completionTokens = "completion_tokens"
        case usageIsBound = "usage_is_bound"
    }

    /// - Throws: `InputError` that names the key, what is found, and what is expected.
    init(_ fields: JSONFields) throws {
        func name(_ name: Names) -> String { name.rawValue }
        row = try RationaleRow(fields)
        reason = try fields.value(name(.reason), .word)
        model = try fields.needed(name(.model), .text)
        key = try fields.needed(name(.key), .text)
        promptHash = try fields.needed(name(.promptHash), .text)
        hint = try fields.needed(name(.hint), .truth)
        attempt = try fields.needed(name(.attempt), .count)
        time = try fields.needed(name(.time), .text)
        seconds = try fields.needed(name(.seconds), .number)
        if let prompt = try fields.value(name(.promptTokens), .count),
            let completion = try fields.value(name(.completionTokens), .count)
        {
            usage = TokenUsage(claimedPrompt: prompt, completion: completion)
        }
        usageIsBound = try fields.value(name(.usageIsBound), .truth) ?? false
    }

    public func encode(to encoder: any Encoder) throws {
        try row.encode(to: encoder)
        var fields = encoder.container(keyedBy: Names.self)
        try fields.encodeIfPresent(reason, forKey: .reason)
        try fields.encode(model, forKey: .model)
        try fields.encode(key, forKey: .key)
        try fields.encode(promptHash, forKey: .promptHash)
        try fields.encode(hint, forKey: .hint)
        try fields.encode(attempt, forKey: .attempt)
        try fields.encode(time, forKey: .time)
        try fields.encode(seconds, forKey: .seconds)
        try fields.encodeIfPresent(usage?.prompt, forKey: .promptTokens)
        try fields.encodeIfPresent(usage?.completion, forKey: .completionTokens)
        if usageIsBound { try fields.encode(true, forKey: .usageIsBound) }
    }
}
