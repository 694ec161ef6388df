import Basics
import Benchmarks
import Foundation

/// A secret key for a server. It has no description and is never encoded. It is removed from every
/// text of a server, unless it is a dummy (see `redactedInAnswer`).
public struct APIKey: Sendable {
    private let secret: String

    /// Reads a key from an environment variable.
    ///
    /// - Throws: `RationaleError` when the variable is set and contains no key.
    /// - Returns: nil when the variable is not set, or empty
    public static func fromVariable(
        _ name: String, of environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> APIKey? {
        guard let text = environment[name], !text.isEmpty else { return nil }
        return try APIKey(text, from: "the environment variable \(name)")
    }

    /// Reads a key from a file that nobody but its owner may read.
    public static func fromFile(_ path: String) throws -> APIKey {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw FileError(system: path, "cannot be read")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw RationaleError("\(path): is no file; a file with a key is needed")
        }
        guard status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw RationaleError(
                "\(path): others may read it (mode \(mode), owner \(status.st_uid)); a file of your"
                    + " own with mode 600 is needed: chmod 600 \(path)")
        }
        guard status.st_size <= 10_000, let data = try InputFile.contents(of: path, limit: 10_000)
        else {
            throw RationaleError("\(path): cannot be read as a key; one line of ASCII is needed")
        }
        return try APIKey(try TextFile.text(of: data, named: path), from: path)
    }

    /// - Parameter source: for messages
    init(_ text: String, from source: String) throws {
        let text = text.trimmed
        guard !text.isEmpty, text.unicodeScalars.allSatisfy({ ("!"..."~").contains($0) }) else {
            throw RationaleError(
                "\(source): has no key; one line of ASCII without blanks is needed")
        }
        secret = text
    }

    /// The value of the header `Authorization`.
    var authorization: String { "Bearer " + secret }

    /// The text with each occurrence of the key replaced by "(key)".
    func redacted(_ text: String) -> String { text.replacing(secret, with: "(key)") }

    /// The same for a text that is kept. Servers without keys are given words such as "none", which
    /// an answer may contain; real keys are longer.
    func redactedInAnswer(_ text: String) -> String {
        secret.utf8.count >= Self.shortestSecret ? redacted(text) : text
    }

    private static let shortestSecret = 16
}

extension APIKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "(key)" }
    public var debugDescription: String { "(key)" }
    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
