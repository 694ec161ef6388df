import Basics
import Experiments
import Foundation

/// One result of `doctor`.
struct Finding {
    enum State: String {
        case ok
        /// The program works, but slower or without a part.
        case warning
        case failed
    }

    /// One word that names the check.
    let name: String
    let state: State
    /// The result of the check.
    let text: String
    /// What to do about it; nil where nothing needs to be done.
    let remedy: String?

    static func ok(_ name: String, _ text: String) -> Finding {
        Finding(name: name, state: .ok, text: text, remedy: nil)
    }

    static func warning(_ name: String, _ text: String, remedy: String) -> Finding {
        Finding(name: name, state: .warning, text: text, remedy: remedy)
    }

    static func failed(_ name: String, _ text: String, remedy: String? = nil) -> Finding {
        Finding(name: name, state: .failed, text: text, remedy: remedy)
    }

    /// The finding that a check returns, or its error; the program's own errors name their remedy.
    static func of(_ name: String, _ check: () throws -> Finding) -> Finding {
        do {
            return try check()
        } catch {
            return .failed(name, "\(error)")
        }
    }

    /// "ok       memory      8.1 GB of 16.4 GB are left".
    var line: String {
        state.rawValue.padded(to: 9) + name.padded(to: 15) + text
            + (remedy.map { "; \($0)" } ?? "")
    }

    var record: JSONValue {
        .object([
            ("name", .string(name)), ("state", .string(state.rawValue)), ("found", .string(text)),
            ("remedy", remedy.map { .string($0) } ?? .null),
        ])
    }
}

/// Formats sizes for people.
enum Size {
    static func text(_ bytes: Int) -> String {
        bytes < 1_000_000_000
            ? String(format: "%.1f MB", Double(bytes) / 1e6)
            : String(format: "%.1f GB", Double(bytes) / 1e9)
    }
}
