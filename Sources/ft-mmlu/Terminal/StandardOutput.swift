import Foundation
import Synchronization

/// Results. A failed write does not stop the work, whose files must be kept; `finish` reports it
/// when the program ends.
enum StandardOutput {
    private struct State {
        var pending: [UInt8] = []
        /// The system's reason for the first write that failed.
        var failure: Int32?
    }

    private static let state = Mutex(State())
    private static let isTerminal = isatty(STDOUT_FILENO) == 1
    private static let bufferLength = 1 << 16

    /// The exit status for a closed reader, as a shell shows it for a program that SIGPIPE ended.
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

    /// Flushes standard output, and reports on standard error if anything could not be written.
    ///
    /// - Parameter status: the program's exit status so far
    /// - Returns: the exit status to use: 1 where output was lost; 141, without a message, where
    ///   its reader closed; a status of another failure is unchanged
    static func finish(_ status: Int32) -> Int32 {
        let failure = state.withLock { state in
            flush(&state)
            // A network's file system may report a full disk only now.
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

/// Prints a line; replaces Swift's `print`, which does not report a failed write.
func print(_ line: String = "") {
    StandardOutput.write(.line(line) + .sequence(.lineBreak))
}

/// Prints several lines of the program's own text.
func print(lines text: String) {
    StandardOutput.write(.lines(text) + .sequence(.lineBreak))
}

/// Prints text in a format of other programs, unchanged.
func print(document text: String) { StandardOutput.write(document: text) }
