import Basics
import Foundation

/// The outcome of one request, from its answer, status or broken connection.
enum ChatOutcome: Sendable {
    case replied(TeacherReply)
    /// The request can be retried.
    ///
    /// - Parameters:
    ///   - pause: seconds in which the server accepts no request at all
    ///   - mayCost: whether tokens may have been used that nobody reports
    case failed(String, pause: Double?, mayCost: Bool)
    /// This question will not be answered.
    case lost(String)
    /// No question will be.
    case hopeless(String)

    /// - Parameters:
    ///   - model: the requested model
    ///   - key: removed from all text of the server
    init(
        _ reply: HTTPClient.Reply, model: String, key: APIKey?, seconds: Double, now: Date
    ) {
        func clean(_ text: String) -> String { key?.redacted(text) ?? text }
        func cleanAnswer(_ text: String) -> String { key?.redactedInAnswer(text) ?? text }
        let problem = try? JSONValue(parsing: reply.body).decoded(as: ChatProblem.self)
        let words =
            "status \(reply.status)"
            + (problem?.error?.message.map { ": " + Self.shortened(clean($0)) } ?? "")
        let pause = WaitHeaders.seconds(reply.headers, now: now)
        switch reply.status {
        case 200:
            self = Self.completion(
                reply.body, problem, model: model, pause: pause, seconds: seconds, clean: clean,
                cleanAnswer: cleanAnswer)
        case 429 where problem?.error?.code == "insufficient_quota":
            self = .hopeless("the account of the key has no quota left (\(words))")
        case 408, 409, 425, 429, 500...599:
            self = .failed(words, pause: pause, mayCost: false)
        case 401, 403:
            // Without the server's words, which may show parts of the key.
            self = .hopeless(
                "the server refuses the key, or wants one (status \(reply.status)); give one by"
                    + " --key-variable or --key-file")
        case 300...399:
            let place = reply.headers["location"].map { " to " + Self.shortened(clean($0)) } ?? ""
            self = .hopeless(
                "the server sends elsewhere\(place) (status \(reply.status)); no key is sent there:"
                    + " give the right --base-url")
        case 404, 405:
            self = .hopeless(
                "the server knows no such model, or no chat/completions under --base-url (\(words))"
            )
        case 400 where Self.isFiltered(problem):
            self = .replied(
                TeacherReply(
                    text: cleanAnswer(problem?.error?.message ?? ""), end: .refused, model: model,
                    usage: TokenUsage.none, seconds: seconds))
        default:
            self = .lost(words)
        }
    }

    private static func completion(
        _ body: Data, _ problem: ChatProblem?, model: String, pause: Double?, seconds: Double,
        clean: (String) -> String, cleanAnswer: (String) -> String
    ) -> ChatOutcome {
        guard let completion = try? JSONValue(parsing: body).decoded(as: ChatCompletion.self),
            let choice = completion.choices.first
        else {
            let words = problem?.error?.message.map { ": " + shortened(clean($0)) } ?? ""
            return .failed(
                "the reply is no JSON of a chat completion\(words)", pause: pause, mayCost: true)
        }
        let isFiltered = choice.finish_reason == "content_filter"
        let refusal = choice.message.refusal.flatMap { $0.isEmpty ? nil : $0 }
        let end: TeacherReply.End =
            isFiltered || refusal != nil
            ? .refused : choice.finish_reason == "length" ? .truncated : .complete
        return .replied(
            TeacherReply(
                text: cleanAnswer(refusal ?? choice.message.content ?? ""), end: end,
                model: shortened(cleanAnswer(completion.model ?? model)),
                usage: completion.usage.map {
                    TokenUsage(
                        claimedPrompt: $0.prompt_tokens, completion: $0.completion_tokens)
                }, seconds: seconds))
    }

    private static func isFiltered(_ problem: ChatProblem?) -> Bool {
        let words = [problem?.error?.code, problem?.error?.type].compactMap { $0 }
        return words.contains("content_filter") || words.contains("content_policy_violation")
    }

    /// A line of at most 200 characters.
    private static func shortened(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.count > 200 ? line.prefix(200) + "…" : line
    }
}
