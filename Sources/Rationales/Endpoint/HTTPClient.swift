import Foundation

/// Sends requests to one server, several at once, with TLS verified.
struct HTTPClient: Sendable {
    let endpoint: Endpoint
    let key: APIKey?
    /// For a whole reply, its body included.
    let timeoutSeconds: Double
    private let threads: TransferThreads

    /// A server's reply.
    struct Reply: Sendable {
        let status: Int
        /// By names in lower case.
        let headers: [String: String]
        let body: Data
    }

    /// The reason why there is no reply.
    struct NoReply: Error, CustomStringConvertible {
        let description: String
        /// Whether the request was sent, and may have been read and paid for.
        var wasSent = true
        /// Whether it is no use to try again.
        var isFinal = false
    }

    /// - Parameter connectionLimit: connections at one time
    init(_ endpoint: Endpoint, key: APIKey?, timeoutSeconds: Double, connectionLimit: Int = 1) {
        self.endpoint = endpoint
        self.key = key
        self.timeoutSeconds = timeoutSeconds
        threads = TransferThreads(limit: connectionLimit)
    }

    /// Lets go of the connections. Requests under way are cancelled.
    func close() { threads.close() }

    /// - Parameter json: is sent by POST; nil sends nothing, by GET
    /// - Throws: `NoReply` when no whole reply came in time, `CancellationError` when cancelled.
    func send(_ path: String, json: Data? = nil) async throws -> Reply {
        // Without "Expect", libcurl does not ask whether a long body is welcome.
        var headers = ["Accept: application/json", "User-Agent: ft-mmlu", "Expect:"]
        if json != nil { headers.append("Content-Type: application/json") }
        if let key { headers.append("Authorization: \(key.authorization)") }
        // Requests to this machine use no proxy, which would send a key elsewhere in clear text.
        let request = Transfer.Request(
            url: try endpoint.url(path).absoluteString, headers: headers, body: json,
            timeoutSeconds: timeoutSeconds, takesProxies: !endpoint.isLoopback)
        return try await threads.reply(to: request)
    }
}
