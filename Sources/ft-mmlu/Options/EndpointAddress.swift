import Basics
import ArgumentParser
import Rationales
import Experiments

/// The address of a teacher's server, and its key.
struct EndpointAddress: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            The endpoint's address, without /chat/completions. (default: \
            \(Endpoint.defaultBaseURL))
            """, valueName: "url"))
    var baseUrl: String?

    @Option(
        help: ArgumentHelp(
            "An environment variable that holds the key. (default: OPENAI_API_KEY)",
            valueName: "name"))
    var keyVariable: String?

    @Option(
        help: ArgumentHelp(
            "A file that holds the key and that only its owner may read.", valueName: "file"),
        completion: .file())
    var keyFile: String?

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
        if let keyFile {
            if let keyVariable {
                throw UsageError("--key-variable \(keyVariable): --key-file was given too")
            }
            return try refusing("--key-file \(keyFile)") { try APIKey.fromFile(keyFile) }
        }
        let name = keyVariable ?? "OPENAI_API_KEY"
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
