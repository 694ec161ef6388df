import Foundation

/// A file that grows by whole lines.
public final class JSONLinesFile {
    /// The lines that were in it already.
    public let kept: [String]
    public let path: String
    private let descriptor: Int32

    /// Makes the file, or opens one that a stopped run left.
    ///
    /// A last line that a crash cut short is removed.
    ///
    /// - Parameters:
    ///   - isResumed: whether the file may exist
    ///   - count: how many lines stay; those after them are removed too; nil keeps all
    /// - Throws: `FileError` when it has fewer lines, is a link or anything else that is no file of
    ///   its own, or cannot be written.
    public init(path: String, isResumed: Bool = false, keeping count: Int? = nil) throws {
        self.path = path
        var lines: [Data] = []
        // Before it is read: a link may lead anywhere, and a pipe makes the reader wait.
        if isResumed { try PlainFile.check(path) }
        if isResumed, let contents = try FileFormat.jsonLines.contents(of: path) {
            lines = contents.split(separator: 10, omittingEmptySubsequences: false).dropLast()
            if let count, lines.count > count { lines.removeLast(lines.count - count) }
        }
        if let count, lines.count < count {
            throw FileError(
                path: path, problem: "has \(lines.count) whole lines",
                remedy: "the checkpoint was made after \(count)")
        }
        kept = lines.map { String(decoding: $0, as: UTF8.self) }
        descriptor = try PlainFile.openToAdd(to: path, isNew: !isResumed)
        let size = lines.reduce(0) { $0 + $1.count + 1 }
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw refusal }
    }

    deinit { close(descriptor) }

    /// Appends lines; a reader drops a last line that a crash cut short.
    public func append(_ lines: [JSONValue]) throws {
        var rest = ArraySlice(lines.map { $0.line + "\n" }.joined().utf8)
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                throw refusal
            }
            rest = rest.dropFirst(written)
        }
    }

    /// Waits until all lines are on the disk.
    public func synchronize() throws {
        guard fsync(descriptor) == 0 else { throw refusal }
    }

    private var refusal: FileError { FileError(system: path, "cannot be written") }
}
