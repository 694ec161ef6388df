import Basics
import Foundation

/// Lines of standard input, as `TextFile` has them, and blank ones too. Swift's `readLine` treats a
/// failed read as the end, and repairs invalid UTF-8.
struct StandardInput {
    private var pending: [UInt8] = []
    private var start = 0
    private var hasEnded = false
    /// The number of lines read so far.
    private(set) var lineCount = 0

    /// The next line without its end; nil after the last.
    ///
    /// - Throws: `FileError` where reading fails, or the line is not UTF-8.
    mutating func line() throws -> String? {
        var searched = start
        while true {
            let end = pending[searched...].firstIndex(of: UInt8(ascii: "\n"))
            if let end {
                defer { start = end + 1 }
                return try text(pending[start..<end])
            }
            searched = pending.count
            if hasEnded {
                defer { start = pending.count }
                return start == pending.count ? nil : try text(pending[start...])
            }
            if start > 0 {
                pending.removeFirst(start)
                searched -= start
                start = 0
            }
            try fill()
        }
    }

    private mutating func text(_ bytes: ArraySlice<UInt8>) throws -> String {
        lineCount += 1
        var line = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
        if lineCount == 1, line.starts(with: TextFile.byteOrderMark) { line = line.dropFirst(3) }
        guard let text = String(validating: line, as: UTF8.self) else {
            throw FileError(
                path: "standard input, line \(lineCount)", problem: "is not UTF-8",
                remedy: "text in UTF-8 is needed")
        }
        return text
    }

    private mutating func fill() throws {
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(STDIN_FILENO, &piece, piece.count)
            if count > 0 { pending += piece[..<count] }
            if count == 0 { hasEnded = true }
            if count >= 0 { return }
            if errno == EAGAIN {
                var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
                _ = poll(&request, 1, -1)
            } else if errno != EINTR {
                throw FileError(
                    path: "standard input",
                    problem: "cannot be read: \(String(cString: strerror(errno)))")
            }
        }
    }
}
