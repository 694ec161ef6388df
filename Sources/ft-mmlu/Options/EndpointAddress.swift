import ArgumentParser
import Basics
import Rationales

/// The address of a teacher's server, and its key.
struct EndpointAddress: ParsableArguments {
    @Option(
        "url", "Base URL of the server, without /chat/completions.",
        default: Endpoint.defaultBaseURL)
    var baseUrl: String?

    @Option(
        "name", "The environment variable with the API key.", default: Self.usualVariable)
    var keyVariable: String?

    @Option("file", "A file with the API key that only its owner may read.") var keyFile: File?

    private static let usualVariable = "OPENAI_API_KEY"

    var url: String { baseUrl ?? Endpoint.defaultBaseURL }

    func endpoint() throws -> Endpoint {
        // Possible secrets, such as a password or a query, are not shown.
        let shown = url.contains { "@?#".contains($0) } ? "" : " \(url)"
        return try refusing("--base-url\(shown)") { try Endpoint(url) }
    }

    /// The key; nil where a server of this machine needs none.
    ///
    /// - Throws: `UsageError` where one is needed and not found.
    func key(for endpoint: Endpoint) throws -> APIKey? {
        if let keyVariable, !Self.isName(keyVariable) {
            throw UsageError(
                "--key-variable: the name of an environment variable is needed, of at most 40 ASCII "
                    + "letters, digits and '_'; what was given is not repeated here, in case it is a "
                    + "key")
        }
        if let keyFile = keyFile?.path {
            if let keyVariable {
                throw UsageError("--key-variable \(keyVariable): --key-file was given too")
            }
            return try refusing("--key-file \(keyFile)") { try APIKey.fromFile(keyFile) }
        }
        let name = keyVariable ?? Self.usualVariable
        let key = try refusing("--key-variable \(name)") { try APIKey.fromVariable(name) }
        if key == nil, keyVariable != nil || !endpoint.isLoopback {
            throw UsageError(
                "--key-variable \(name): there is no such environment variable; the key for "
                    + "\(endpoint) is needed there, or in a file given by --key-file")
        }
        return key
    }

    private static func isName(_ text: String) -> Bool {
        (1...40).contains(text.count)
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }
}

/// Runs a body; an error gets the flag's name before its message.
func refusing<Value>(_ words: String, _ body: () throws -> Value) throws -> Value {
    do {
        return try body()
    } catch {
        throw UsageError("\(words): \(error)")
    }
}
