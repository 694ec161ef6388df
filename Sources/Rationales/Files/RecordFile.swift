import Basics
import Benchmarks
import Foundation

/// A file of records that grows by whole lines and is this process's alone.
final class RecordFile {
    let path: String
    /// In the file's order.
    private(set) var records: [RationaleRecord] = []
    private let descriptor: Int32

    /// Opens or makes the file and reads its records; a last line that a crash cut short is
    /// removed.
    ///
    /// - Throws: `FileError` for a link and for a file that cannot be written; `RationaleError`
    ///   when another process has it open, or a line is no record.
    init(path: String) throws {
        self.path = path
        descriptor = try PlainFile.openToAdd(to: path, isRead: true)
        // File systems without locks give other errors; these do not stop the work.
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
            throw RationaleError(
                "\(path): is in use by another process; wait until that has ended, or name another"
                    + " file by --output")
        }
        // By the open file: another file may have its name by now.
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
        guard let contents = try? handle.readToEnd() ?? Data() else {
            throw Self.refusal(path, "it cannot be read")
        }
        for line in TextFile.lines(of: contents, named: path) where line.isEnded {
            do {
                records.append(
                    try line.object(known: RationaleRow.keys) { try RationaleRecord($0) })
            } catch {
                throw RationaleError(
                    "\(line.place): is not a line that ft-mmlu rationales wrote; name"
                        + " another file by --output, or remove the line")
            }
        }
        let size = contents.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        guard size != contents.count else { return }
        guard Self.beginsOurs(contents[size...]) else {
            let number = 1 + contents.count { $0 == UInt8(ascii: "\n") }
            throw RationaleError(
                "\(path), line \(number): has no end, and is not a part of a line that"
                    + " ft-mmlu rationales wrote; name another file by --output, or remove the line"
            )
        }
        guard ftruncate(descriptor, off_t(size)) == 0 else {
            throw Self.refusal(path, Self.systemWords)
        }
    }

    /// Whether a line that was cut short begins as ours do, whose first key in order is `accepted`.
    private static func beginsOurs(_ tail: Data) -> Bool {
        let beginning = Data("{\"accepted\":".utf8)
        return tail.starts(with: beginning.prefix(tail.count))
    }

    deinit {
        // A child process has the descriptor too, and so the lock, until it runs its program.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Appends a record; it is in the system's hands when this returns.
    func append(_ record: RationaleRecord) throws {
        var rest = ArraySlice(Array((try record.jsonLine() + "\n").utf8))
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                throw Self.refusal(path, Self.systemWords)
            }
            rest = rest.dropFirst(written)
        }
        records.append(record)
    }

    /// Waits until all records are on the disk.
    func synchronize() throws {
        guard fsync(descriptor) == 0 else { throw Self.refusal(path, Self.systemWords) }
    }

    private static var systemWords: String { String(cString: strerror(errno)) }

    private static func refusal(_ path: String, _ words: String) -> RationaleError {
        RationaleError("\(path): rationales cannot be written here: \(words)")
    }
}
