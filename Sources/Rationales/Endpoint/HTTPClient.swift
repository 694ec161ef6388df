import Benchmarks
import Foundation
import FoundationNetworking

/// Sends requests to one server, several at once, with TLS verified.
struct HTTPClient: Sendable {
    let endpoint: Endpoint
    let key: APIKey?
    /// For a whole reply, its body included.
    let timeoutSeconds: Double
    private let session: URLSession
    private let collector = ReplyCollector()

    /// What a server said.
    struct Reply: Sendable {
        let status: Int
        /// By names in lower case.
        let headers: [String: String]
        let body: Data
    }

    /// Why there is no reply.
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
        endpoint.bypassProxies()
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpMaximumConnectionsPerHost = connectionLimit
        configuration.timeoutIntervalForRequest = timeoutSeconds
        configuration.urlCache = nil
        configuration.httpCookieStorage = nil
        configuration.httpShouldSetCookies = false
        session = URLSession(
            configuration: configuration, delegate: collector, delegateQueue: nil)
    }

    /// Lets go of the connections.
    func close() { session.invalidateAndCancel() }

    /// - Parameter json: is sent by POST; nil sends nothing, by GET
    /// - Throws: `NoReply` when no whole reply came in time, `CancellationError` when cancelled.
    func send(_ path: String, json: Data? = nil) async throws -> Reply {
        var request = URLRequest(url: try endpoint.url(path))
        request.httpMethod = json == nil ? "GET" : "POST"
        request.httpBody = json
        request.timeoutInterval = timeoutSeconds
        if json != nil { request.setValue("application/json", forHTTPHeaderField: "Content-Type") }
        request.setValue("application/json", forHTTPHeaderField: "Accept")
        request.setValue("ft-mmlu", forHTTPHeaderField: "User-Agent")
        if let key { request.setValue(key.authorization, forHTTPHeaderField: "Authorization") }
        return try await withThrowingTaskGroup(of: Reply?.self) { group in
            group.addTask { [request] in try await reply(to: request) }
            group.addTask {
                try await Task.sleep(for: .seconds(timeoutSeconds))
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let reply = first else {
                throw NoReply(description: "no whole reply within \(timeoutSeconds) s")
            }
            return reply
        }
    }

    private func reply(to request: URLRequest) async throws -> Reply {
        do {
            let (body, response) = try await collector.reply(to: session.dataTask(with: request))
            guard let response = response as? HTTPURLResponse else {
                throw NoReply(description: "the reply is not HTTP")
            }
            var headers: [String: String] = [:]
            for (name, value) in response.allHeaderFields {
                headers["\(name)".lowercased()] = "\(value)"
            }
            return Reply(status: response.statusCode, headers: headers, body: body)
        } catch is ReplyCollector.TooLong {
            throw NoReply(
                description: "the reply was longer than \(ReplyCollector.longestBody) bytes")
        } catch let error as URLError {
            if Task.isCancelled { throw CancellationError() }
            let unsent: [URLError.Code] = [.cannotConnectToHost, .cannotFindHost, .dnsLookupFailed]
            // libcurl's words; Foundation has no code for them.
            let isUntrusted = error.localizedDescription.contains("SSL certificate")
            throw NoReply(
                description: Self.words(of: error),
                wasSent: !isUntrusted && !unsent.contains(error.code), isFinal: isUntrusted)
        }
    }

    /// The system's own words name addresses and codes that do not help.
    private static func words(of error: URLError) -> String {
        switch error.code {
        case .cannotConnectToHost: "the server cannot be reached"
        case .cannotFindHost, .dnsLookupFailed: "there is no server of that name"
        case .timedOut: "no whole reply in time"
        case .networkConnectionLost, .cannotParseResponse, .badServerResponse, .cannotDecodeRawData,
            .cannotDecodeContentData:
            "the connection was lost before a whole reply came"
        case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasBadDate,
            .serverCertificateNotYetValid, .serverCertificateHasUnknownRoot:
            "the server's certificate is not trusted"
        default: error.localizedDescription
        }
    }
}
