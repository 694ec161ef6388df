import Foundation
import Synchronization

/// Ends connections that send without end, while requests are under way.
///
/// `URLSessionTask.cancel` waits until the session has nothing to receive (swift-corelibs-foundation,
/// Swift 6.3): where data comes faster than it is handled that is never, and all of it is kept. So a
/// thread of its own looks at what the system has received, and shuts down what is too much: a
/// connection that is shut down has no more.
final class FloodWatch: Sendable {
    private struct State {
        var requestCount = 0
        var isRunning = false
        /// Whether a reply came whole, by which what came so far is settled.
        var isSettled = false
        var floodCount = 0
    }

    private let state = Mutex(State())
    /// Bytes on one connection since a reply was last whole.
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Connections that were shut down so far.
    var floodCount: Int { state.withLock(\.floodCount) }

    /// Tells that a request begins.
    func begin() {
        let isFirst = state.withLock { state in
            state.requestCount += 1
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if isFirst { Thread.detachNewThread { self.watch() } }
    }

    /// Tells that a request has ended.
    func end() {
        state.withLock {
            $0.requestCount -= 1
            $0.isSettled = true
        }
    }

    private func watch() {
        var settled: [Int32: Int] = [:]
        while goesOn() {
            usleep(5_000)
            let isSettled = state.withLock { state in
                defer { state.isSettled = false }
                return state.isSettled
            }
            for connection in Connection.all {
                let (place, received) = (connection.descriptor, connection.received)
                // A number that is less is that of another connection under the same descriptor.
                let base = settled[place].flatMap { $0 <= received ? $0 : nil } ?? 0
                settled[place] = isSettled ? received : base
                guard received - base > limit else { continue }
                shutdown(place, Int32(SHUT_RDWR))
                settled[place] = received
                state.withLock { $0.floodCount += 1 }
            }
        }
    }

    private func goesOn() -> Bool {
        state.withLock { state in
            state.isRunning = state.requestCount > 0
            return state.isRunning
        }
    }

    /// Shuts the connections to a port down, as when a few bytes unpack to many.
    static func stop(port: Int) {
        for connection in Connection.all where connection.port == port {
            shutdown(connection.descriptor, Int32(SHUT_RDWR))
        }
    }

    /// A connection over TCP.
    private struct Connection {
        let descriptor: Int32
        /// Of the other end.
        let port: Int
        /// Bytes; 0 where the system does not say.
        let received: Int

        /// Of this process.
        static var all: [Connection] {
            let names =
                (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
            return names.compactMap { Int32($0) }.compactMap(Connection.init)
        }

        init?(_ descriptor: Int32) {
            var address = sockaddr_in6()
            var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
            let status = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    getpeername(descriptor, $0, &size)
                }
            }
            // The port stands in the same place in both kinds of addresses.
            guard status == 0, [AF_INET, AF_INET6].contains(Int32(address.sin6_family)) else {
                return nil
            }
            self.descriptor = descriptor
            port = Int(UInt16(bigEndian: address.sin6_port))
            received = Self.received(descriptor)
        }

        /// `tcpi_bytes_received` of linux/tcp.h, which Glibc's `tcp_info` lacks.
        private static func received(_ descriptor: Int32) -> Int {
            let place = 128
            var facts = [UInt8](repeating: 0, count: 256)
            var size = socklen_t(facts.count)
            let status = getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &facts, &size)
            guard status == 0, Int(size) >= place + 8 else { return 0 }
            return Int(
                clamping: facts.withUnsafeBytes {
                    $0.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                })
        }
    }
}
