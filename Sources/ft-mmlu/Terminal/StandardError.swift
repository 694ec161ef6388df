import Foundation
import Synchronization

/// Progress and messages. Text that cannot be written is dropped: no run ends because its messages
/// cannot be read.
enum StandardError {
    /// Whether the last message timed out, as before a pipe that nobody reads.
    private static let isStuck = Atomic(false)

    /// The timeout in milliseconds for which a message waits for a reader.
    private static let patience: Int32 = 5_000
    /// A pipe with free capacity takes this many bytes at once without blocking (pipe(7),
    /// PIPE_BUF).
    private static let pieceLength = 4_096

    /// - Parameter mayWait: whether the text is worth waiting for a slow reader
    static func write(_ text: ScreenText, mayWait: Bool) {
        var rest = ArraySlice(Array(text.bytes.utf8))
        while !rest.isEmpty {
            let waits = mayWait && !isStuck.load(ordering: .relaxed)
            guard StandardStreams.waitUntilWritable(STDERR_FILENO, waits ? patience : 0) else {
                isStuck.store(true, ordering: .relaxed)
                return
            }
            let written = rest.prefix(pieceLength).withUnsafeBytes {
                Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count)
            }
            if written < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                return
            }
            isStuck.store(false, ordering: .relaxed)
            rest = rest.dropFirst(written)
        }
    }
}
