import Basics
import Benchmarks
import Foundation

/// How long is waited between attempts at the same question.
public struct RetryPolicy: Sendable, Equatable {
    /// Attempts after the first.
    public var count = 6
    /// The longest wait before the first retry; it doubles with each.
    public var firstSeconds = 1.0
    public var longestSeconds = 60.0
    /// If a server demands a longer pause, the work ends.
    public var longestPauseSeconds = 600.0
    /// Draws the waits.
    public var seed = 0

    public init() {}

    /// From half to all of `firstSeconds` · 2^`attempt`, at most `longestSeconds`: equal jitter, so
    /// that requests that failed together are not retried together.
    ///
    /// - Parameters:
    ///   - attempt: 0 before the first retry
    ///   - key: names the request; each question has waits of its own
    func seconds(before attempt: Int, of key: String) -> Double {
        let limit = min(longestSeconds, firstSeconds * pow(2, Double(attempt)))
        var generator = SeededGenerator(
            seed: seed, for: ["retry", key, "\(attempt)"])
        return limit / 2 * (1 + generator.unit())
    }
}
