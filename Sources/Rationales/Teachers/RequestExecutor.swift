import Basics
import Foundation

/// Sends the requests of one job, several at once: waits, retries and keeps within the budget.
struct RequestExecutor: Sendable {
    /// How the attempts at a question ended.
    enum Ending: Sendable {
        case replied(TeacherReply)
        /// No answer to this question.
        case lost(String)
        /// No further question should be sent.
        case stopped(String)
    }

    private let model: String
    private let temperature: Double?
    private let maxNewTokens: Int
    private let retries: RetryPolicy
    private let key: APIKey?
    private let client: HTTPClient
    private let gate: RateLimiter
    private let budget: Budget

    init(_ teacher: OpenAITeacher, key: APIKey?) {
        model = teacher.model
        temperature = teacher.temperature
        maxNewTokens = teacher.maxNewTokens
        retries = teacher.retries
        self.key = key
        client = HTTPClient(
            teacher.endpoint, key: key, timeoutSeconds: teacher.timeoutSeconds,
            connectionLimit: teacher.concurrency)
        let kept = teacher.ledger.open(teacher)
        budget = kept.budget
        gate = kept.gate
    }

    func close() { client.close() }

    /// Lets those under way end, and sends nothing more.
    func stop(_ problem: String) async { await gate.closeForGood(problem) }

    /// - Throws: `CancellationError` alone.
    func ask(_ lesson: TeacherRequest) async throws -> Ending {
        let messages: [ChatRequest.Message]
        let json: Data
        do {
            messages = try TeacherPrompt.messages(
                asking: lesson.question, withHint: lesson.hasHint)
            // Foundation's encoder leaves out what is nil; some servers refuse null.
            json = try JSONEncoder().encode(
                ChatRequest(
                    model: model, messages: messages, maxTokens: maxNewTokens,
                    temperature: temperature))
        } catch {
            return .lost("\(error)")
        }
        let largest = Self.largestUsage(of: messages, answer: maxNewTokens)
        var attempt = 0
        while true {
            do {
                try await budget.reserve(largest)
            } catch let exhausted as Budget.Exhausted {
                return .stopped(exhausted.description)
            }
            // The gate comes last: it may close while the budget makes a request wait.
            do {
                try await gate.pass()
            } catch {
                await budget.settle(largest, used: TokenUsage.none)
                guard let closed = error as? RateLimiter.Closed else { throw error }
                return .stopped(closed.problem)
            }
            switch await send(json) {
            case .replied(var reply):
                await budget.settle(largest, used: reply.usage)
                if reply.usage == nil {
                    reply.usage = largest
                    reply.usageIsBound = true
                }
                return .replied(reply)
            case .lost(let problem):
                await budget.settle(largest, used: TokenUsage.none)
                return .lost(problem)
            case .hopeless(let problem):
                await gate.closeForGood(problem)
                await budget.settle(largest, used: TokenUsage.none)
                return .stopped(problem)
            case .failed(let problem, let pause, let mayCost):
                // The gate closes before the budget lets other requests continue.
                var end: String?
                if let pause {
                    if pause <= retries.longestPauseSeconds {
                        await gate.close(forSeconds: pause)
                    } else {
                        let words =
                            "the server wants a pause of \(Int(nearest: pause)) s (\(problem)); the same command"
                            + " resumes after it"
                        await gate.closeForGood(words)
                        end = words
                    }
                }
                await budget.settle(largest, used: mayCost ? nil : TokenUsage.none)
                try Task.checkCancellation()
                if let end { return .stopped(end) }
                guard attempt < retries.count else {
                    return .lost("\(problem), \(attempt + 1) times")
                }
                let wait = retries.seconds(before: attempt, of: lesson.prompt)
                // A pause that a server states is kept; otherwise each wait is longer than the one
                // before.
                if pause == nil { try await Task.sleep(for: .seconds(wait)) }
                attempt += 1
            }
        }
    }

    private func send(_ json: Data) async -> ChatOutcome {
        let clock = ContinuousClock()
        let start = clock.now
        do {
            let reply = try await client.send("chat/completions", json: json)
            await gate.noteReply()
            let outcome = ChatOutcome(
                reply, model: model, key: key, seconds: (clock.now - start) / .seconds(1),
                now: Date())
            if case .replied = outcome,
                let pause = WaitHeaders.seconds(reply.headers, now: Date())
            {
                await gate.close(forSeconds: min(pause, retries.longestPauseSeconds))
            }
            return outcome
        } catch let problem as HTTPClient.NoReply {
            // A server that has never replied is not waited for.
            let isKnown = await gate.isKnownToAnswer
            return problem.isFinal || !problem.wasSent && !isKnown
                ? .hopeless("\(client.endpoint): \(problem)")
                : .failed(problem.description, pause: nil, mayCost: problem.wasSent)
        } catch let problem as RationaleError {
            return .hopeless(problem.description)
        } catch {
            return .failed("\(error)", pause: nil, mayCost: true)
        }
    }

    /// A bound that no byte-level tokenizer exceeds: a token a byte, and some for the chat's frame.
    private static func largestUsage(
        of messages: [ChatRequest.Message], answer: Int
    ) -> TokenUsage {
        let bytes = messages.reduce(0) { $0 + $1.content.utf8.count + 16 }
        return TokenUsage(prompt: bytes, completion: answer)
    }
}
