import Foundation

/// Where an OpenAI-compatible server answers.
public struct Endpoint: Sendable, Equatable, CustomStringConvertible {
    /// The address of OpenAI's API.
    public static let defaultBaseURL = "https://api.openai.com/v1"

    /// Without a slash at its end: `/chat/completions` and `/models` follow it.
    private let base: String
    private let scheme: String
    private let host: String

    /// - Parameter text: as `https://api.openai.com/v1` or `http://127.0.0.1:8000/v1`
    /// - Throws: `RationaleError` for anything else.
    public init(_ text: String) throws {
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty
        else {
            throw RationaleError(
                "an address such as \(Self.defaultBaseURL) or http://127.0.0.1:8000/v1 is needed")
        }
        guard parts.user == nil, parts.password == nil else {
            throw RationaleError(
                "a user or a password in the address is not sent; give a key by --key-file or"
                    + " --key-variable")
        }
        guard parts.query == nil, parts.fragment == nil else {
            throw RationaleError("an address without '?' and '#' is needed")
        }
        base = text
        self.scheme = scheme
        self.host = host
    }

    public var description: String { base }

    /// Whether nothing leaves this machine.
    public var isLoopback: Bool {
        let host = host.lowercased().trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        let isLoopbackNumber =
            numbers.count == 4 && numbers[0] == "127" && numbers.allSatisfy { UInt8($0) != nil }
        return host == "localhost" || host == "::1" || isLoopbackNumber
    }

    /// Checks that a key may be sent there.
    ///
    /// - Throws: `RationaleError` where the key would travel unencrypted.
    public func check(_ key: APIKey?) throws {
        if key != nil, scheme == "http", !isLoopback {
            throw RationaleError(
                "a key would cross the network in clear; an https:// address is needed, or no key")
        }
    }

    func url(_ path: String) throws -> URL {
        guard let url = URL(string: base + "/" + path) else {
            throw RationaleError("\(base)/\(path): is no address")
        }
        return url
    }
}
