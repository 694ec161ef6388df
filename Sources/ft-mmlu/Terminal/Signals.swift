import Experiments
import Foundation
import Synchronization

/// A request from outside to end the program: Ctrl-C or SIGTERM.
struct StoppedBySignal: RunStop, CustomStringConvertible {
    let signal: Int32
    /// The command that resumes the work where it stopped; nil where it cannot be resumed.
    var continuation: String?

    /// 130 for SIGINT, 143 for SIGTERM.
    var status: Int32 { 128 + signal }

    var description: String {
        "stopped by \(signal == SIGINT ? "Ctrl-C" : "SIGTERM"); "
            + (continuation.map { "go on with: \($0)" } ?? "nothing half-written is left")
    }
}

/// Records a signal until the work reaches a point where it can stop.
enum Signals {
    private static let received = Atomic<Int32>(0)

    /// Starts to record SIGINT and SIGTERM; a second SIGINT ends the program at once.
    static func watch() {
        for signal in [SIGINT, SIGTERM] {
            Foundation.signal(signal) { signal in
                if Signals.received.exchange(signal, ordering: .relaxed) != 0 {
                    _exit(128 + signal)
                }
            }
        }
    }

    /// Throws when a signal came.
    static func check() throws {
        let signal = received.load(ordering: .relaxed)
        if signal != 0 { throw StoppedBySignal(signal: signal) }
    }
}
