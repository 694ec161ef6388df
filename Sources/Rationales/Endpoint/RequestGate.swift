import Foundation

/// Lets requests through no faster than allowed, and none while the server wants to be left alone.
actor RequestGate {
    private let interval: Duration
    private var nextSlot = ContinuousClock.now
    private var closedUntil = ContinuousClock.now
    /// Whether the server ever said anything.
    private(set) var isKnownToAnswer = false

    /// - Parameter requestsPerMinute: evenly spaced; nil is as fast as they come
    init(requestsPerMinute: Double? = nil) {
        interval = requestsPerMinute.map { .seconds(60 / $0) } ?? .zero
    }

    /// Returns when a request may be sent.
    func pass() async throws {
        let slot = max(ContinuousClock.now, nextSlot)
        nextSlot = slot + interval
        try await Task.sleep(until: slot, clock: .continuous)
        // Closed again while some waited, it stays closed for them too.
        while closedUntil > ContinuousClock.now {
            try await Task.sleep(until: closedUntil, clock: .continuous)
        }
    }

    func noteReply() { isKnownToAnswer = true }

    func close(forSeconds seconds: Double) {
        closedUntil = max(closedUntil, ContinuousClock.now + .seconds(seconds))
    }
}
