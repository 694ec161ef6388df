import Foundation

/// An error that is one line: "subject: what was found; what is expected; what to do".
public protocol MessageError: Error, Hashable, Sendable, CustomStringConvertible {
    var message: String { get }
}

extension MessageError {
    public var description: String { message }
}

/// An input that cannot be used.
public struct InputError: MessageError {
    public let message: String

    public init(_ message: String) { self.message = message }
}

/// Wrong flags or configuration: the program ends with status 64.
public struct UsageError: MessageError {
    public let message: String

    public init(_ message: String) { self.message = message }

    /// A setting's value that cannot be used: "--rank 0: a whole number from 1 is needed".
    ///
    /// - Parameter origin: begins messages about the setting's layer: "--" or "runs/x/config.yaml: "
    public init(origin: String, _ name: String, _ value: String, _ problem: any Error) {
        self.init("\(origin)\(name) \(value): \(problem)")
    }
}

/// An invalid value of a setting: what is expected, without the setting's name.
public struct Mismatch: MessageError {
    public let message: String

    public init(_ expected: String) { message = expected }

    /// A name that is none of some: "there is no prompt 'x'; did you mean y? one of … is needed".
    public init(unknown kind: String, _ word: String, in names: [String]) {
        message = "there is no \(kind) '\(word)'; \(expectation(of: names, for: word))"
    }
}

/// A file from outside that cannot be used, or one that cannot be written.
public struct FileError: Error, CustomStringConvertible, Sendable {
    public let path: String
    /// The problem, as the rest of a sentence that begins with the path.
    public let problem: String
    /// What was expected; empty when that is plain.
    public let remedy: String

    public init(path: String, problem: String, remedy: String = "") {
        self.path = path
        self.problem = problem
        self.remedy = remedy
    }

    /// An error with the system's reason for the last failure, from `errno`.
    ///
    /// - Parameter attempt: what failed: "cannot be made"
    public init(system path: String, _ attempt: String, remedy: String = "") {
        self.init(
            path: path, problem: "\(attempt): \(String(cString: strerror(errno)))", remedy: remedy)
    }

    public var description: String {
        "\(path): \(problem)" + (remedy.isEmpty ? "" : "; \(remedy)")
    }
}
