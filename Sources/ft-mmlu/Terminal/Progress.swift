import Foundation
import Synchronization

/// The progress of a task: a bar on a terminal, occasional lines elsewhere.
struct Progress {
    private let title: String
    private let total: Int
    private let first: Int
    private let isQuiet: Bool
    /// When `first` units were done; the remaining time is estimated from here.
    private let begin = ContinuousClock.now
    private let start: ContinuousClock.Instant
    private var lastShown: ContinuousClock.Instant?

    /// - Parameters:
    ///   - total: units of work in all
    ///   - first: units that were done before
    ///   - start: when the work began; nil is now
    ///   - isQuiet: shows nothing
    init(
        _ title: String, total: Int, from first: Int = 0,
        since start: ContinuousClock.Instant? = nil, isQuiet: Bool
    ) {
        self.start = start ?? begin
        self.title = title
        self.total = total
        self.first = first
        self.isQuiet = isQuiet
    }

    /// Shows that `done` units are done, with further details.
    mutating func show(_ done: Int, _ detail: String = "") {
        guard !isQuiet else { return }
        let now = ContinuousClock.now
        let pause: Swift.Duration = Terminal.isInteractive ? .milliseconds(100) : .seconds(5)
        if let lastShown, now - lastShown < pause, done < total { return }
        lastShown = now
        let time =
            done < total ? left(done, now) : "in \(Duration.text((now - start) / .seconds(1)))"
        let text = [title, bar(done), "\(done)/\(total)", detail, time]
            .filter { !$0.isEmpty }.joined(separator: "  ")
        if Terminal.isInteractive {
            Terminal.redraw(text)
            if done == total { Terminal.progress("") }
        } else {
            Terminal.progress(text)
        }
    }

    /// The remaining time; empty before there is a basis for an estimate.
    private func left(_ done: Int, _ now: ContinuousClock.Instant) -> String {
        guard done > first else { return "" }
        let pace = (now - begin) / .seconds(1) / Double(done - first)
        return Duration.text(pace * Double(total - done)) + " left"
    }

    private func bar(_ done: Int) -> String {
        guard Terminal.isInteractive else { return "" }
        let width = 24
        let filled = total > 0 ? width * done / total : width
        return String(repeating: "█", count: filled)
            + String(repeating: "░", count: width - filled)
    }
}

/// The progress of work on several threads; stops it when a signal came.
final class SharedProgress: Sendable {
    private let progress: Mutex<Progress>

    init(_ title: String, total: Int, isQuiet: Bool) {
        progress = Mutex(Progress(title, total: total, isQuiet: isQuiet))
    }

    func show(_ done: Int) throws {
        try Signals.check()
        progress.withLock { $0.show(done, "iterations") }
    }
}
