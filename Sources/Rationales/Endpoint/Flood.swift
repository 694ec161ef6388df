import Foundation

/// Ends connections that send without end.
///
/// `URLSessionTask.cancel` waits until the session has nothing to receive (swift-corelibs-foundation,
/// Swift 6.3): where data comes faster than it is handled that is never, and all of it is kept. A
/// connection that is shut down has no more.
enum Flood {
    /// Shuts those connections of this process down on which more has come; without any, those to a
    /// port, as when a few bytes unpack to many.
    ///
    /// - Parameters:
    ///   - bytes: received on one connection
    ///   - port: the server's; nil leaves those alone on which less has come
    static func stop(beyond bytes: Int, port: Int?) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        let open = names.compactMap { Int32($0) }.compactMap(Connection.init)
        let flooded = open.filter { $0.received > bytes }
        for connection in flooded.isEmpty ? open.filter({ $0.port == port }) : flooded {
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
