import Foundation

/// How far a piece of work is: a bar on a terminal, now and then a line elsewhere.
struct Progress {
    private let title: String
    private let total: Int
    private let first: Int
    private let isQuiet: Bool
    private let start = ContinuousClock.now
    private var lastShown: ContinuousClock.Instant?

    /// - Parameters:
    ///   - total: units of work in all
    ///   - first: units that were done before
    ///   - isQuiet: shows nothing
    init(_ title: String, total: Int, from first: Int = 0, isQuiet: Bool) {
        self.title = title
        self.total = total
        self.first = first
        self.isQuiet = isQuiet
    }

    /// Shows that `done` units are done, with what else there is to say.
    mutating func show(_ done: Int, _ detail: String = "") {
        guard !isQuiet else { return }
        let now = ContinuousClock.now
        let pause: Swift.Duration = Terminal.isInteractive ? .milliseconds(100) : .seconds(5)
        if let lastShown, now - lastShown < pause, done < total { return }
        lastShown = now
        let elapsed = (now - start) / .seconds(1)
        let rest = done > first ? elapsed / Double(done - first) * Double(total - done) : 0
        let time =
            done < total
            ? "\(Duration.text(rest)) left" : "in \(Duration.text(elapsed))"
        let text = [title, bar(done), "\(done)/\(total)", detail, time]
            .filter { !$0.isEmpty }.joined(separator: "  ")
        if Terminal.isInteractive {
            Terminal.redraw(text)
            if done == total { Terminal.note("") }
        } else {
            Terminal.note(text)
        }
    }

    private func bar(_ done: Int) -> String {
        guard Terminal.isInteractive else { return "" }
        let width = 24
        let filled = total > 0 ? width * done / total : width
        return String(repeating: "█", count: filled)
            + String(repeating: "░", count: width - filled)
    }
}
