import Foundation
import Testing

@testable import Rationales

/// What a server may do to a request, and what comes of it.
@Suite struct HTTPClientTests {
    private static let whole =
        "HTTP/1.1 200 OK\r\nX-Who: me\r\nContent-Length: 2\r\n\r\n{}"

    private func client(
        _ server: RawServer, key: APIKey? = nil, seconds: Double = 20, connectionLimit: Int = 1
    ) throws -> HTTPClient {
        try HTTPClient(
            Endpoint(server.address), key: key, timeoutSeconds: seconds,
            connectionLimit: connectionLimit)
    }

    /// What `send` throws.
    private func problem(with client: HTTPClient) async -> String {
        defer { client.close() }
        do { return "status \(try await client.send("models").status)" } catch {
            return "\(error)"
        }
    }

    @Test func `a request says what it is, and a connection serves many`() async throws {
        let server = try RawServer { $0.write(Self.whole) }
        let client = try client(server, key: APIKey("sk-1", from: "here"), connectionLimit: 4)
        defer { client.close() }
        for _ in 0..<20 {
            let reply = try await client.send("chat/completions", json: Data(#"{"a": 1}"#.utf8))
            #expect(reply.status == 200)
            #expect(reply.headers["x-who"] == "me")
            #expect(reply.body == Data("{}".utf8))
        }
        #expect(server.connectionCount == 1)
        let lines = try #require(server.requests.first).components(separatedBy: "\r\n")
        #expect(lines.first == "POST /v1/chat/completions HTTP/1.1")
        #expect(lines.last == #"{"a": 1}"#)
        for line in [
            "Host: 127.0.0.1:\(server.port)", "Accept: application/json", "User-Agent: ft-mmlu",
            "Content-Type: application/json", "Content-Length: 8", "Authorization: Bearer sk-1",
        ] { #expect(lines.contains(line), "\(line)") }
        #expect(lines.contains { $0.hasPrefix("Accept-Encoding: ") && $0.contains("gzip") })
        #expect(!lines.contains { $0.hasPrefix("Expect") || $0.hasPrefix("Cookie") })
    }

    @Test func `no more connections are open than allowed`() async throws {
        let server = try RawServer { connection in
            usleep(50_000)
            return connection.write(Self.whole)
        }
        let client = try client(server, connectionLimit: 3)
        defer { client.close() }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<12 { group.addTask { try await client.send("models").status } }
            for try await status in group { #expect(status == 200) }
        }
        #expect(server.connectionCount == 3)
    }

    @Test func `a redirection is not followed, and no key is sent there`() async throws {
        let elsewhere = try RawServer { $0.write(Self.whole) }
        let server = try RawServer { connection in
            connection.write(
                "HTTP/1.1 307 Temporary Redirect\r\nLocation: \(elsewhere.address)\r\n"
                    + "Set-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")
        }
        let client = try client(server, key: APIKey("sk-1", from: "here"))
        defer { client.close() }
        for _ in 0..<2 {
            let reply = try await client.send("models")
            #expect(reply.status == 307)
            #expect(reply.headers["location"] == elsewhere.address)
        }
        #expect(elsewhere.connectionCount == 0)
        #expect(server.requests.allSatisfy { $0.contains("Bearer sk-1") && !$0.contains("a=b") })
    }

    @Test func `a reply that trickles in takes no longer than allowed`() async throws {
        let server = try RawServer { connection in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while connection.write(" ") { usleep(20_000) }
            return false
        }
        #expect(
            try await problem(with: client(server, seconds: 0.5)) == "no whole reply within 0.5 s")
    }

    /// How a server makes a request last.
    enum Delay: CaseIterable { case flood, trickle, silence, headers }

    @Test(arguments: Delay.allCases)
    func `a cancelled request ends at once, and so does its connection`(
        delay: Delay
    ) async throws {
        let (ends, end) = AsyncStream<Void>.makeStream()
        let server = try RawServer { connection in
            switch delay {
            case .flood:
                // Half of what a reply may have, however late it is cancelled.
                let piece = [UInt8](repeating: 0x20, count: 65_536)
                connection.write("HTTP/1.1 200 OK\r\n\r\n")
                for _ in 0..<120 where !connection.write(piece) { break }
                connection.waitForEnd()
            case .trickle:
                connection.write("HTTP/1.1 200 OK\r\n\r\n")
                while connection.write(" ") { usleep(20_000) }
            case .silence: connection.waitForEnd()
            case .headers:
                connection.write("HTTP/1.1 200 OK\r\n")
                while connection.write("A: b\r\n") { usleep(20_000) }
            }
            end.finish()
            return false
        }
        let client = try client(server)
        defer { client.close() }
        let asked = Task { try await client.send("models").status }
        while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        try await Task.sleep(for: .milliseconds(100))
        asked.cancel()
        await #expect(throws: CancellationError.self) { try await asked.value }
        for await _ in ends {}
    }

    @Test func `a request that is cancelled before it begins is not sent`() async throws {
        let server = try RawServer { $0.write(Self.whole) }
        let client = try client(server)
        defer { client.close() }
        let asked = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await client.send("models").status
        }
        await #expect(throws: CancellationError.self) { try await asked.value }
        #expect(try await client.send("models").status == 200)
        #expect(server.requests.count == 1)
    }

    @Test func `closing ends what is under way and what waits`() async throws {
        let server = try RawServer { connection in
            connection.waitForEnd()
            return false
        }
        let client = try client(server)
        let asked = (0..<3).map { _ in Task { try await client.send("models").status } }
        while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        client.close()
        for task in asked {
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        await #expect(throws: CancellationError.self) { try await client.send("models") }
    }

    @Test(arguments: [
        ("", "the connection was lost before a whole reply came"),
        ("SSH-2.0-OpenSSH_9.2\r\n", "the reply is not HTTP"),
        ("HTTP/1.1 200 OK\r\nContent-Le", "the connection was lost before a whole reply came"),
        ("HTTP/1.1 200 OK\r\n\r\n\r\n", "status 200"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}",
            "the connection was lost before a whole reply came"
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "the connection was lost before a whole reply came"
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
            "the connection was lost before a whole reply came"
        ),
    ])
    func `what is no whole reply is told so`(bytes: String, words: String) async throws {
        let server = try RawServer { connection in
            connection.write(bytes)
            return false
        }
        #expect(try await problem(with: client(server)) == words)
    }

    @Test func `a server that speaks no TLS gets no request`() async throws {
        let server = try RawServer { connection in
            connection.write("HTTP/1.1 400 Bad Request\r\n\r\n")
            return false
        }
        let client = try HTTPClient(
            Endpoint("https://127.0.0.1:\(server.port)/v1"), key: APIKey("sk-1", from: "here"),
            timeoutSeconds: 20)
        defer { client.close() }
        let problem = await #expect(throws: HTTPClient.NoReply.self) {
            try await client.send("models")
        }
        #expect(problem?.description.hasPrefix("no TLS connection to the server (") == true)
        #expect(problem?.wasSent == false)
        #expect(!server.requests.contains { $0.contains("sk-1") })
    }

    @Test func `this machine is asked through no proxy`() async throws {
        let server = try RawServer { $0.write(Self.whole) }
        await #expect(processExitsWith: .success) { [address = server.address as String] in
            alarm(40)
            // Nobody listens there.
            for name in ["http_proxy", "all_proxy"] { setenv(name, "http://127.0.0.1:9", 1) }
            setenv("no_proxy", "example.com", 1)
            let client = try HTTPClient(Endpoint(address), key: nil, timeoutSeconds: 20)
            _ = try await client.send("models")
        }
    }
}
