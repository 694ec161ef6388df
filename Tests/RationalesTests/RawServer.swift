import Foundation
import Synchronization
import Testing

/// A server of this machine that writes to each connection what a test says, byte by byte.
final class RawServer: Sendable {
    let port: UInt16
    private let descriptor: Int32
    private let state = Mutex((connectionCount: 0, requests: [String]()))

    /// One connection to it.
    struct Connection: Sendable {
        fileprivate let descriptor: Int32

        /// - Returns: whether the other end still takes it
        @discardableResult
        func write(_ text: String) -> Bool { write(Array(text.utf8)) }

        @discardableResult
        func write(_ bytes: [UInt8]) -> Bool {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                if count <= 0 { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }

        /// Waits until the other end has gone.
        func waitForEnd() { while receive() != nil {} }

        fileprivate func receive() -> String? {
            var bytes = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &bytes, bytes.count, 0)
            return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
        }
    }

    /// - Parameter answer: is called with each request; a connection ends where it returns false
    init(_ answer: @escaping @Sendable (Connection) -> Bool) throws {
        let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        descriptor = listening
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listening, $0, size) + listen(listening, 16)
                    + getsockname(listening, $0, &size)
            }
        }
        try #require(status == 0)
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [weak self] in
            while true {
                let accepted = accept(listening, nil, nil)
                if accepted < 0 { return }
                self?.state.withLock { $0.connectionCount += 1 }
                Thread.detachNewThread { [weak self] in
                    let connection = Connection(descriptor: accepted)
                    while let request = connection.receive() {
                        self?.state.withLock { $0.requests.append(request) }
                        if !answer(connection) { break }
                    }
                    close(accepted)
                }
            }
        }
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    var address: String { "http://127.0.0.1:\(port)/v1" }
    var connectionCount: Int { state.withLock(\.connectionCount) }
    /// What it received, one for each read.
    var requests: [String] { state.withLock(\.requests) }
}
