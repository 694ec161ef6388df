import Foundation
import Testing

@testable import Rationales

@Suite struct WaitingTests {
    /// 1994-11-06 08:49:37 GMT, RFC 9110's example of a date.
    private let now = Date(timeIntervalSince1970: 784_111_777)

    @Test(
        arguments: [
            (["retry-after": "7"], 7.0), (["retry-after": "0"], 0),
            (["retry-after": "Sun, 06 Nov 1994 08:50:07 GMT"], 30),
            (["retry-after": "Sun, 06 Nov 1994 08:49:07 GMT"], 0),
            (["retry-after-ms": "250", "retry-after": "1"], 0.25),
            (["retry-after": "1e300"], 1e9), (["retry-after-ms": "1e300"], 1e9),
            (["retry-after": "-1"], nil), (["retry-after": "soon"], nil), ([:], nil),
            (["x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1m30s"], 90),
            (["x-ratelimit-remaining-requests": "3", "x-ratelimit-reset-requests": "1m30s"], nil),
            (
                [
                    "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "20ms",
                    "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6m0s",
                ], 360
            ),
        ] as [([String: String], Double?)])
    func `headers say how long to wait`(headers: [String: String], seconds: Double?) {
        #expect(WaitHeaders.seconds(headers, now: now) == seconds)
    }

    @Test(
        arguments: [
            ("20ms", 0.02), ("1.5s", 1.5), ("1h2m3s", 3723), ("2d", 172_800), ("12", 12), ("", nil),
            ("s", nil), ("5x", nil), ("-5s", nil), ("1.2.3s", nil),
        ] as [(String, Double?)])
    func `durations are read as OpenAI writes them`(text: String, seconds: Double?) {
        let read = WaitHeaders.duration(text)
        #expect(read == nil ? seconds == nil : abs((read ?? 0) - (seconds ?? -1)) < 1e-9)
    }

    @Test func `waits double, stay in the upper half, and end at the longest`() {
        var policy = RetryPolicy()
        policy.firstSeconds = 2
        policy.longestSeconds = 10
        for (attempt, limit) in [2.0, 4, 8, 10, 10].enumerated() {
            let waits = (0..<200).map { policy.seconds(before: attempt, of: "question \($0)") }
            #expect(waits.allSatisfy { $0 >= limit / 2 && $0 <= limit })
            // Spread over the whole range, or all would come again at one time.
            #expect((waits.min() ?? limit) < limit * 0.55)
            #expect((waits.max() ?? 0) > limit * 0.95)
        }
        let first = policy.seconds(before: 1, of: "a")
        #expect(policy.seconds(before: 1, of: "a") == first)
        policy.seed = 1
        #expect(policy.seconds(before: 1, of: "a") != first)
    }

    @Test func `a gate keeps requests apart, and closed keeps them all out`() async throws {
        let clock = ContinuousClock()
        let gate = RateLimiter(requestsPerMinute: 1200)  // every 50 ms
        let start = clock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<5 { group.addTask { try await gate.pass() } }
            try await group.waitForAll()
        }
        #expect(clock.now - start >= .milliseconds(200))
        let open = RateLimiter()
        let again = clock.now
        await open.close(forSeconds: 0.15)
        await open.close(forSeconds: 0.01)
        try await open.pass()
        #expect(clock.now - again >= .milliseconds(150))
    }

    @Test func `a gate closed for good lets nothing through, not even who waits`() async throws {
        let gate = RateLimiter()
        await gate.close(forSeconds: 0.2)
        async let waiting: Void = gate.pass()
        try await Task.sleep(for: .milliseconds(50))
        await gate.closeForGood("enough")
        await gate.closeForGood("more")
        var words: [String] = []
        do {
            try await waiting
        } catch {
            words.append((error as? RateLimiter.Closed)?.problem ?? "\(error)")
        }
        do {
            try await gate.pass()
        } catch {
            words.append((error as? RateLimiter.Closed)?.problem ?? "\(error)")
        }
        #expect(words == ["enough", "enough"])
    }

    @Test func `budget and gate are the same in all rounds of a teacher`() throws {
        let teacher = try OpenAITeacher(
            endpoint: Endpoint("http://127.0.0.1:1/v1"), key: nil, model: "m")
        var copy = teacher
        copy.spent = TokenUsage(prompt: 1, completion: 1)
        let first = copy.ledger.open(copy)
        let second = copy.ledger.open(copy)
        #expect(first.budget === second.budget)
        #expect(first.gate === second.gate)
    }
}

@Suite struct BudgetTests {
    private func words(of budget: Budget, _ usage: TokenUsage) async -> String? {
        do {
            try await budget.reserve(usage)
            return nil
        } catch {
            return (error as? Budget.Exhausted)?.description ?? "\(error)"
        }
    }

    @Test func `a request that might exceed the limit is not let through`() async throws {
        let budget = Budget(
            BudgetLimits(tokenCount: 100), spent: TokenUsage(prompt: 10, completion: 5))
        let request = TokenUsage(prompt: 40, completion: 20)
        try await budget.reserve(request)
        await budget.settle(request, used: TokenUsage(prompt: 20, completion: 5))
        // 40 are used; 60 more is exactly the limit.
        #expect(await words(of: budget, request) == nil)
        await budget.settle(request, used: TokenUsage(prompt: 20, completion: 6))
        #expect(
            await words(of: budget, request)
                == "--max-tokens 100: 66 are used, and the next request could take it beyond; with a"
                + " higher limit the same command resumes")
    }

    @Test func `what nobody counted is counted in full`() async throws {
        let budget = Budget(BudgetLimits(tokenCount: 100), spent: .none)
        let request = TokenUsage(prompt: 40, completion: 20)
        try await budget.reserve(request)
        await budget.settle(request, used: nil)
        #expect(await words(of: budget, request) != nil)
    }

    @Test func `a request waits for another's rest and then goes`() async throws {
        let budget = Budget(BudgetLimits(tokenCount: 100), spent: .none)
        let request = TokenUsage(prompt: 60, completion: 0)
        try await budget.reserve(request)
        async let second: Void = budget.reserve(request)
        try await Task.sleep(for: .milliseconds(50))
        await budget.settle(request, used: TokenUsage(prompt: 5, completion: 0))
        try await second
    }

    @Test func `prices make a limit of money`() async throws {
        let prices = TokenPrices(prompt: 2, completion: 8)
        // 1,000 read and 500 written: 0.002 and 0.004.
        let usage = TokenUsage(prompt: 1000, completion: 500)
        #expect(abs(prices.cost(of: usage) - 0.006) < 1e-12)
        let budget = Budget(BudgetLimits(prices: prices, cost: 0.01), spent: usage)
        #expect(
            await words(of: budget, usage)
                == "--max-cost 0.01: 0.0060 are spent, and the next request could take it beyond;"
                + " with a higher limit the same command resumes")
        let roomier = Budget(BudgetLimits(prices: prices, cost: 0.0121), spent: usage)
        #expect(await words(of: roomier, usage) == nil)
    }
}
