import Foundation

/// Limits the number of requests per time, and sends none during a pause that the server demands.
actor RateLimiter {
    private let interval: Duration
    private var nextSlot = ContinuousClock.now
    private var closedUntil = ContinuousClock.now
    /// Why no request is let through any more.
    private var end: Closed?
    /// Whether the server has ever replied.
    private(set) var isKnownToAnswer = false

    /// - Parameter requestsPerMinute: evenly spaced; nil is as fast as they come
    init(requestsPerMinute: Double? = nil) {
        interval = requestsPerMinute.map { .seconds(min(60 / $0, 1e9)) } ?? .zero
    }

    /// The work ends, and nothing more is sent.
    struct Closed: Error {
        let problem: String
    }

    /// Returns when a request may be sent.
    ///
    /// - Throws: `Closed` when none may be, `CancellationError` when cancelled.
    func pass() async throws {
        if let end { throw end }
        let slot = max(ContinuousClock.now, nextSlot)
        nextSlot = slot + interval
        try await Task.sleep(until: slot, clock: .continuous)
        // Closed again while some waited, it stays closed for them too.
        while closedUntil > ContinuousClock.now {
            try await Task.sleep(until: closedUntil, clock: .continuous)
        }
        if let end { throw end }
    }

    func noteReply() { isKnownToAnswer = true }

    func close(forSeconds seconds: Double) {
        closedUntil = max(closedUntil, ContinuousClock.now + .seconds(seconds))
    }

    /// Lets nothing through any more, not even those that wait.
    func closeForGood(_ problem: String) {
        if end == nil { end = Closed(problem: problem) }
    }
}
