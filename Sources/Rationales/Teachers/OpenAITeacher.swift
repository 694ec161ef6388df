import Benchmarks
import Foundation
import Synchronization

/// Any server with OpenAI's chat completions.
public struct OpenAITeacher: Teacher {
    public let name = "openai"
    public let model: String
    public let takesHints = true
    public let endpoint: Endpoint
    private let key: APIKey?
    /// The budget is one for all rounds of a job, and for copies of the teacher.
    let ledger = SharedLimits()
    /// nil means the server's default.
    public var temperature: Double?
    /// Of an answer, at most.
    public var maxNewTokens = 512
    /// Requests under way at one time.
    public var concurrency = 8
    public var timeoutSeconds = 120.0
    public var requestsPerMinute: Double?
    public var retries = RetryPolicy()
    public var budget = BudgetLimits()
    /// Tokens that the job used before; they count towards the budget.
    public var spent = TokenUsage.none
    /// How long requests under way may continue when the work is interrupted: they are paid for.
    public var graceSeconds = 5.0

    /// - Throws: `RationaleError` when the key would cross the network in clear.
    public init(endpoint: Endpoint, key: APIKey?, model: String) throws {
        try endpoint.check(key)
        self.endpoint = endpoint
        self.key = key
        self.model = model
    }

    /// After this many consecutive questions without an answer, the server counts as down.
    static let longestLosingStreak = 10

    public func prompt(for question: Question, withHint: Bool) throws -> String {
        let messages = try TeacherPrompt.messages(asking: question, withHint: withHint)
        return messages.map { "\($0.role): \($0.content)" }.joined(separator: "\n\n")
    }

    public func teach(
        _ lessons: [TeacherRequest], interruption: @escaping @Sendable () throws -> Void,
        report: (Int, LessonOutcome) throws -> Void
    ) async throws {
        let desk = RequestExecutor(self, key: key)
        defer { desk.close() }
        let clock = ContinuousClock()
        var losingStreak = 0
        try await withThrowingTaskGroup(of: Event.self) { group in
            var next = 0
            var openCount = 0
            var stop: (any Error)? {
                didSet { deadline = clock.now + .seconds(graceSeconds) }
            }
            var deadline = clock.now
            group.addTask { try await Self.tick() }
            while true {
                while stop == nil, openCount < concurrency, next < lessons.count {
                    let place = next
                    group.addTask { .ended(place, try await desk.ask(lessons[place])) }
                    next += 1
                    openCount += 1
                }
                guard openCount > 0, let event = try await group.next() else { break }
                switch event {
                case .tick:
                    if stop == nil {
                        do {
                            try interruption()
                        } catch {
                            stop = error
                            await desk.stop("the work was interrupted")
                        }
                    }
                    if let stop, clock.now > deadline { throw stop }
                    group.addTask { try await Self.tick() }
                case .ended(let place, .replied(let reply)):
                    openCount -= 1
                    losingStreak = 0
                    try report(place, .replied(reply))
                case .ended(let place, .lost(let problem)):
                    openCount -= 1
                    losingStreak += 1
                    try report(place, .lost(problem))
                    if losingStreak >= Self.longestLosingStreak, stop == nil {
                        let words =
                            "\(endpoint): \(losingStreak) questions in a row got no answer, the last"
                            + " because of: \(problem); the same command resumes when the server"
                            + " answers again"
                        stop = RationaleError(words)
                        await desk.stop(words)
                    }
                case .ended(_, .stopped(let problem)):
                    openCount -= 1
                    if stop == nil {
                        stop = RationaleError(problem)
                        await desk.stop(problem)
                    }
                }
            }
            group.cancelAll()
            if let stop { throw stop }
        }
    }

    private enum Event: Sendable {
        case tick
        case ended(Int, RequestExecutor.Ending)
    }

    /// How often an interruption is looked for.
    private static func tick() async throws -> Event {
        try? await Task.sleep(for: .milliseconds(50))
        return .tick
    }
}

/// The instructions to a chat model.
enum TeacherPrompt {
    static let system =
        "You solve multiple choice questions. Reason briefly, in a few plain sentences, then end with"
        + " a sentence of its own: \"The answer is X.\", where X is A, B, C or D."

    /// The body of the prompt `plain-cot`, shots left out.
    static func messages(
        asking question: Question, withHint: Bool
    ) throws -> [ChatRequest.Message] {
        let preset = PlainCoT()
        var body = try preset.header(subject: question.id.subject) + preset.question(question)
        if withHint {
            body +=
                "\n\nThe right answer is \(question.answer.rawValue). Give the reasoning that leads to"
                + " it, as if you had not been told."
        }
        return [
            ChatRequest.Message(role: "system", content: system),
            ChatRequest.Message(role: "user", content: body),
        ]
    }
}

/// A teacher's state between its rounds: the tokens used, and when its server accepts requests.
final class SharedLimits: Sendable {
    private let kept = Mutex<(budget: Budget, gate: RateLimiter)?>(nil)

    /// The same in every round; the first makes them by the teacher's settings.
    func open(_ teacher: OpenAITeacher) -> (budget: Budget, gate: RateLimiter) {
        kept.withLock { kept -> (budget: Budget, gate: RateLimiter) in
            if let kept { return kept }
            let made = (
                budget: Budget(teacher.budget, spent: teacher.spent),
                gate: RateLimiter(requestsPerMinute: teacher.requestsPerMinute)
            )
            kept = made
            return made
        }
    }
}
