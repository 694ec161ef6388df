import Basics
import Benchmarks

/// A writer of rationales.
///
/// To add one, add a file with a type of this protocol and a case in the command.
public protocol Teacher {
    /// As the files name it: "openai", "self", "file".
    var name: String { get }
    /// The requested model, as the user or the folder names it.
    var model: String { get }
    /// Whether the correct answer can be given as a hint.
    var takesHints: Bool { get }

    /// All that is sent for a question.
    func prompt(for question: Question, withHint: Bool) throws -> String

    /// Sends each request once and reports each outcome as it comes, in any order.
    ///
    /// - Parameters:
    ///   - interruption: is called now and then; when it throws, no further request is sent, and
    ///     one that is under way may be dropped
    ///   - report: receives a request's index and its outcome; if it throws, the work ends
    /// - Throws: the error that stopped the work before all requests had an outcome.
    func teach(
        _ lessons: [TeacherRequest], interruption: @escaping @Sendable () throws -> Void,
        report: (Int, LessonOutcome) throws -> Void
    ) async throws
}

/// A question for a teacher, with its prompt.
public struct TeacherRequest: Sendable {
    public var question: Question
    /// All that is sent, as the teacher has it.
    public var prompt: String
    /// Whether the prompt contains the correct answer.
    public var hasHint: Bool
    /// How often this prompt was answered before: another number draws another generation.
    public var attempt: Int

    public init(question: Question, prompt: String, hasHint: Bool, attempt: Int) {
        self.question = question
        self.prompt = prompt
        self.hasHint = hasHint
        self.attempt = attempt
    }
}

/// The outcome of a teacher request.
public enum LessonOutcome: Sendable {
    case replied(TeacherReply)
    /// No answer, and the reason; the request may be sent again later.
    case lost(String)
}

/// A teacher's reply.
public struct TeacherReply: Sendable, Equatable {
    /// Why a generation ended.
    public enum End: Sendable, Equatable {
        case complete
        /// At the largest number of tokens.
        case truncated
        /// The teacher, or a filter before it, would not answer.
        case refused
        /// The teacher has no text for this question.
        case missing
    }

    public var text: String
    public var end = End.complete
    /// The model as the server names it.
    public var model: String
    /// nil where nobody counted.
    public var usage: TokenUsage?
    /// Whether the usage is not counted, but the most that it can be.
    public var usageIsBound = false
    public var seconds = 0.0

    public init(
        text: String, end: End = .complete, model: String, usage: TokenUsage? = nil,
        seconds: Double = 0
    ) {
        self.text = text
        self.end = end
        self.model = model
        self.usage = usage
        self.seconds = seconds
    }
}

/// Tokens read and written.
public struct TokenUsage: Sendable, Equatable {
    public var prompt: Int
    public var completion: Int

    public init(prompt: Int, completion: Int) {
        self.prompt = prompt
        self.completion = completion
    }

    /// Token counts that a server or a file claims, limited to plausible values so that their sums
    /// cannot overflow.
    init(claimedPrompt prompt: Int, completion: Int) {
        let possible = 0...1_000_000_000
        self.init(
            prompt: min(max(prompt, possible.lowerBound), possible.upperBound),
            completion: min(max(completion, possible.lowerBound), possible.upperBound))
    }

    public static let none = TokenUsage(prompt: 0, completion: 0)

    public var total: Int { prompt + completion }

    static func + (a: TokenUsage, b: TokenUsage) -> TokenUsage {
        TokenUsage(prompt: a.prompt + b.prompt, completion: a.completion + b.completion)
    }

    static func - (a: TokenUsage, b: TokenUsage) -> TokenUsage {
        TokenUsage(prompt: a.prompt - b.prompt, completion: a.completion - b.completion)
    }
}

/// An input that no rationales can be made with.
public struct RationaleError: MessageError {
    public let message: String

    public init(_ message: String) { self.message = message }
}
