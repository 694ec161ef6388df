import Synchronization

/// What a teacher remembers between its rounds: the tokens used, and when its server may be asked.
final class TeacherLedger: Sendable {
    private let kept = Mutex<(budget: Budget, gate: RequestGate)?>(nil)

    /// The same in every round; the first makes them by the teacher's settings.
    func open(_ teacher: OpenAITeacher) -> (budget: Budget, gate: RequestGate) {
        kept.withLock { kept -> (budget: Budget, gate: RequestGate) in
            if let kept { return kept }
            let made = (
                budget: Budget(teacher.budget, spent: teacher.spent),
                gate: RequestGate(requestsPerMinute: teacher.requestsPerMinute)
            )
            kept = made
            return made
        }
    }
}
