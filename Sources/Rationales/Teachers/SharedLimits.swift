import Synchronization

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
