import ArgumentParser
import Rationales
import Studies

/// Where a teacher's server is, and its key.
struct EndpointAddress: ParsableArguments {
    @Option(
        name: .customLong("base-url"),
        help: ArgumentHelp(
            """
            The endpoint's address, without /chat/completions. (default: \
            \(Endpoint.defaultBaseURL))
            """, valueName: "url"))
    var baseURL: String?

    @Option(
        help: ArgumentHelp(
            "An environment variable that holds the key. (default: OPENAI_API_KEY)",
            valueName: "name"))
    var keyVariable: String?

    @Option(
        help: ArgumentHelp(
            "A file that holds the key and that only its owner may read.", valueName: "file"))
    var keyFile: String?

    var url: String { baseURL ?? Endpoint.defaultBaseURL }

    func endpoint() throws -> Endpoint {
        try refusing("--base-url \(url)") { try Endpoint(url) }
    }

    /// nil where a server of this machine needs none.
    ///
    /// - Throws: `UsageError` where one is needed and not found.
    func key(for endpoint: Endpoint) throws -> APIKey? {
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
}

/// What a body throws, behind the flag that it is about.
func refusing<Value>(_ words: String, _ body: () throws -> Value) throws -> Value {
    do {
        return try body()
    } catch {
        throw UsageError("\(words): \(error)")
    }
}
