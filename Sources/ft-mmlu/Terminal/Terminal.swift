import Basics
import Foundation

/// Output for people: results go to standard output, everything else to standard error.
enum Terminal {
    /// Whether standard error is a terminal that can redraw a line.
    static let isInteractive = isatty(STDERR_FILENO) == 1

    /// Whether output there may be coloured (no-color.org).
    static let usesColor =
        isInteractive && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty

    /// A line on standard error; dropped where it cannot be written.
    static func note(_ line: String) { show(.line(line)) }

    /// Text on standard error, and the end of its last line; dropped where it cannot be written.
    static func show(_ text: ScreenText) {
        StandardError.write(text + .sequence(.lineBreak), mayWait: true)
    }

    /// Shows a line of progress without waiting for a reader.
    static func progress(_ line: String) {
        StandardError.write(.line(line) + .sequence(.lineBreak), mayWait: false)
    }

    /// Overwrites the last line of a terminal.
    static func redraw(_ line: String) {
        StandardError.write(.sequence(.rewrite) + .line(line), mayWait: false)
    }
}

/// Formats durations and rates.
enum Duration {
    /// "42 s", "3 min 05 s", "2 h 10 min".
    static func text(_ seconds: Double) -> String {
        let whole = Int(nearest: max(0, seconds))
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return String(format: "%d min %02d s", whole / 60, whole % 60) }
        return String(format: "%d h %02d min", whole / 3600, whole % 3600 / 60)
    }
}
