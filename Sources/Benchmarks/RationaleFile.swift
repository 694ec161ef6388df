import Basics
import Foundation

/// Files of `RationaleRow`s, one JSON object a line.
public enum RationaleFile {
    /// The rows of a file, in order.
    ///
    /// Such files only grow at their end. A last line that has no line break and is no JSON was cut
    /// short in writing and is dropped.
    ///
    /// - Throws: `FileError` with the file, the line from 1 and the fault; `InputError` where the
    ///   file is missing.
    public static func read(_ url: URL) throws -> [RationaleRow] {
        guard var lines = try FileFormat.jsonLines.lines(of: url.path) else {
            throw InputError(
                "\(url.path): is not there, or cannot be read; JSON lines with the fields"
                    + " \(RationaleRow.ownKeys.joined(separator: ", ")) are needed")
        }
        if lines.count > 1, let last = lines.last, !last.isEnded, (try? last.json()) == nil {
            lines.removeLast()
        }
        return try lines.map { line in
            try line.object(known: RationaleRow.keys) { try RationaleRow($0) }
        }
    }
}
