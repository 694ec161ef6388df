import Foundation
import Testing

@testable import Rationales

/// Replies that do not end.
@Suite struct EndlessReplyTests {
    @Test(arguments: [
        "200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "200 OK\r\nContent-Length: 10000000000\r\n\r\n",
        "302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 10000000000\r\n\r\n",
    ])
    func `four at once are dropped before they fill memory`(head: String) async throws {
        let server = try EndlessServer(head: "HTTP/1.1 " + head)
        defer { server.stop() }
        let address = "http://127.0.0.1:\(server.port)/v1"
        await #expect(processExitsWith: .success) { [address = address as String] in
            try await Self.askFour(address)
        }
    }

    /// Ends the process where it takes too much memory, or hears what it should not.
    private static func askFour(_ address: String) async throws {
        alarm(40)
        let client = try HTTPClient(
            Endpoint(address), key: nil, timeoutSeconds: 20, connectionLimit: 4)
        let before = peakKilobytes
        let endings = await withTaskGroup(of: String.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    do { return "status \(try await client.send("models").status)" } catch {
                        return "\(error)"
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let growth = peakKilobytes - before
        let known = [
            "the reply was longer than 16000000 bytes",
            "the connection was lost before a whole reply came",
        ]
        for ending in endings where !known.contains(ending) {
            print(ending)
            exit(1)
        }
        guard endings.contains(known[0]) else { exit(3) }
        guard growth < 400_000 else {
            print("\(growth) kB")
            exit(2)
        }
    }

    private static var peakKilobytes: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss
    }
}

/// Answers every request by the same head and spaces without end, as fast as they are taken.
private final class EndlessServer: Sendable {
    let port: UInt16
    private let descriptor: Int32

    init(head: String) throws {
        let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        descriptor = listening
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listening, $0, size) + listen(listening, 8)
                    + getsockname(listening, $0, &size)
            }
        }
        try #require(status == 0)
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread {
            while true {
                let connection = accept(listening, nil, nil)
                if connection < 0 { return }
                Thread.detachNewThread { Self.answer(connection, head) }
            }
        }
    }

    func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    private static func answer(_ connection: Int32, _ head: String) {
        var request = [UInt8](repeating: 0, count: 65_536)
        _ = recv(connection, &request, request.count, 0)
        _ = send(connection, head, head.utf8.count, Int32(MSG_NOSIGNAL))
        let body = [UInt8](repeating: 0x20, count: 1 << 20)
        let isChunked = head.contains("chunked")
        func sendAll(_ bytes: [UInt8]) -> Bool {
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes {
                    send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                if count <= 0 { return false }
                sent += count
            }
            return true
        }
        let piece = isChunked ? Array("100000\r\n".utf8) + body + Array("\r\n".utf8) : body
        while sendAll(piece) {}
        close(connection)
    }
}
