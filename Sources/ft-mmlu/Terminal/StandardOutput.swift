import Foundation
import Synchronization

/// Results. A write that fails does not stop the work, whose files are to be kept; it is
/// reported when the program ends (`finish`).
enum StandardOutput {
    private struct State {
        var pending: [UInt8] = []
        /// The system's reason for the first write that failed.
        var failure: Int32?
    }

    private static let state = Mutex(State())
    private static let isTerminal = isatty(STDOUT_FILENO) == 1
    private static let bufferLength = 1 << 16

    /// The status of a program whose reader left, as a shell shows one that SIGPIPE ended.
    static let readerLeft: Int32 = 128 + SIGPIPE

    /// Whether everything so far could be written.
    static var isOpen: Bool { state.withLock { $0.failure == nil } }

    static func write(_ text: ScreenText) { write(bytes: text.bytes) }

    /// A document for other programs, such as JSON: byte by byte, but on a terminal like other text.
    static func write(document text: String) {
        if isTerminal { write(.lines(text)) } else { write(bytes: text) }
    }

    private static func write(bytes text: String) {
        state.withLock {
            $0.pending += text.utf8
            if isTerminal || $0.pending.count >= bufferLength { flush(&$0) }
        }
    }

    /// Writes what is left, and reports on standard error if anything could not be written.
    ///
    /// - Parameter status: with which the program would end
    /// - Returns: with which it must end: 1 where output was lost, 141, quietly, where its reader
    ///   left; a status that tells of another failure stays
    static func finish(_ status: Int32) -> Int32 {
        let failure = state.withLock { state in
            flush(&state)
            // A network's file system may tell of a full disk only now.
            if state.failure == nil, close(STDOUT_FILENO) != 0, errno != EBADF, errno != EINTR {
                state.failure = errno
            }
            return state.failure
        }
        guard let failure else { return status }
        if failure == EPIPE { return status == 0 ? readerLeft : status }
        Terminal.note(
            "Error: standard output: cannot be written: \(String(cString: strerror(failure)))")
        return status == 0 ? 1 : status
    }

    private static func flush(_ state: inout State) {
        defer { state.pending.removeAll(keepingCapacity: true) }
        guard state.failure == nil else { return }
        var rest = state.pending[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes {
                Foundation.write(STDOUT_FILENO, $0.baseAddress, $0.count)
            }
            if written >= 0 {
                rest = rest.dropFirst(written)
            } else if errno == EAGAIN {
                _ = StandardStreams.waitUntilWritable(STDOUT_FILENO, -1)
            } else if errno != EINTR {
                state.failure = errno
                return
            }
        }
    }
}

/// A line, in the place of Swift's, which does not say when a write fails.
func print(_ line: String = "") {
    StandardOutput.write(.line(line) + .sequence(.lineBreak))
}

/// Several lines of our own text.
func print(lines text: String) {
    StandardOutput.write(.lines(text) + .sequence(.lineBreak))
}

/// Text in a format of other programs, whole.
func print(document text: String) { StandardOutput.write(document: text) }
