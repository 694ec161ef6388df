import Basics
import Foundation
import TestSupport
import Testing

@Suite struct InputFileTests {
    @Test func `a FIFO, a device and a socket are refused before they are opened`() throws {
        try Fixture.withTemporaryFolder { folder in
            let fifo = folder + "/config.json"
            #expect(mkfifo(fifo, 0o600) == 0)
            let link = folder + "/link.json"
            try FileManager.default.createSymbolicLink(
                atPath: link, withDestinationPath: "/dev/zero")
            let socket = "/tmp/ft-mmlu-\(getpid()).socket"
            try Self.withSocket(socket) {
                for (path, kind) in [(fifo, "a FIFO"), (link, "a device"), (socket, "a socket")] {
                    let words = "\(path): is \(kind); a regular file is needed"
                    expectRefusal(words) { try InputFile.contents(of: path) }
                    expectRefusal(words) { try InputFile.open(path) }
                    expectRefusal(words) { try InputFile.check(path) }
                    expectRefusal(words) { try FileFormat.json.contents(of: path) }
                }
            }
        }
    }

    private static func withSocket(_ path: String, _ body: () throws -> Void) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(status == 0)
        defer { unlink(path) }
        try body()
    }

    @Test func `a pipe that the shell made, and nothing, are read`() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { close(ends[0]) }
        #expect(write(ends[1], "a: 1\n", 5) == 5)
        close(ends[1])
        #expect(try InputFile.contents(of: "/dev/fd/\(ends[0])") == Data("a: 1\n".utf8))
        #expect(try InputFile.contents(of: "/dev/null") == Data())
        // A file of /proc says that it has no bytes.
        #expect(try InputFile.contents(of: "/proc/self/statm")?.isEmpty == false)
    }

    @Test func `a file is read as a whole or refused by its length`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/x"
            let bytes = Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0) })
            try bytes.write(to: URL(fileURLWithPath: path))
            #expect(try InputFile.contents(of: path) == bytes)
            #expect(try InputFile.contents(of: path, limit: 100_000) == bytes)
            expectRefusal("\(path): has 100000 bytes; at most 99999 are read") {
                try InputFile.contents(of: path, limit: 99_999)
            }
            // Fifty gigabytes, none of them on the disk.
            #expect(truncate(path, 50_000_000_000) == 0)
            expectRefusal("\(path): has 50000000000 bytes; at most 268435456 are read") {
                try FileFormat.json.contents(of: path)
            }
            #expect(try InputFile.contents(of: folder) == nil)
            #expect(try InputFile.contents(of: folder + "/absent") == nil)
            var ends: [Int32] = [0, 0]
            #expect(pipe(&ends) == 0)
            #expect(write(ends[1], "aaaa", 4) == 4)
            close(ends[1])
            defer { close(ends[0]) }
            expectRefusal("/dev/fd/\(ends[0]): has more than 3 bytes; at most 3 are read") {
                try InputFile.contents(of: "/dev/fd/\(ends[0])", limit: 3)
            }
        }
    }
}
