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
        let server = try RawServer { connection in
            connection.write("HTTP/1.1 " + head)
            let spaces = String(repeating: " ", count: 1 << 20)
            let piece = Array(
                (head.contains("chunked") ? "100000\r\n\(spaces)\r\n" : spaces).utf8)
            while connection.write(piece) {}
            return false
        }
        await #expect(processExitsWith: .success) { [address = server.address as String] in
            try await Self.askFour(
                address, expecting: "the reply was longer than 16000000 bytes")
        }
    }

    @Test(arguments: [
        ("X-Filler: 0123456789\r\n", "the reply's headers were longer than 64000 bytes"),
        ("X-Filler", "the reply's headers were longer than 64000 bytes"),
    ])
    func `headers without end are dropped`(piece: String, words: String) async throws {
        let server = try RawServer { connection in
            connection.write("HTTP/1.1 200 OK\r\n")
            let pieces = Array(String(repeating: piece, count: 1000).utf8)
            while connection.write(pieces) {}
            return false
        }
        await #expect(processExitsWith: .success) {
            [address = server.address as String, words = words as String] in
            try await Self.askFour(address, expecting: words)
        }
    }

    /// 17 MB of spaces, packed by gzip twice.
    private static let packed =
        "H4sIAAAAAAACA+3boQ5BARgFYNcVTEATBKo3INjYTBIUzWaK5hlcM0lRPIRiXsELmHaneQBJkBi73kG5+7508oln"
        + "/1/b5DOJbHg/LZMQ1XfvRmVfyAAAAAApF11XYZCE+ifuD0cAAABA2k1LxdxvFHhNql11AAAAQOqt283y70LgsZjn"
        + "1AEAAACpt3vetskU0Ll84vPxj98I42yvNTh0ZmHwBUab0POvQAAA"

    @Test func `a reply that unpacks to too much is dropped`() async throws {
        let packed = try #require(Data(base64Encoded: Self.packed))
        let server = try RawServer { connection in
            connection.write(
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\n"
                    + "Content-Length: \(packed.count)\r\n\r\n")
            return connection.write(Array(packed))
        }
        await #expect(processExitsWith: .success) { [address = server.address as String] in
            try await Self.askFour(
                address, expecting: "the reply was longer than 16000000 bytes")
        }
    }

    /// Ends the process where it takes too much memory, or hears what it should not.
    private static func askFour(_ address: String, expecting words: String) async throws {
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
        guard endings == Array(repeating: words, count: 4) else { exit(1) }
        // Four bodies of 16 MB are kept until they are too long; more is not.
        guard growth < 100_000 else { exit(2) }
    }

    private static var peakKilobytes: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss
    }
}
