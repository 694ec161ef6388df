import Basics
import Foundation

/// One of the processes that share a study's cells, and the files that report its state.
struct Worker {
    let number: Int
    /// The study's folder.
    let study: String

    /// The process that started this one.
    private let watcher = getppid()

    init(number: Int, study: String) {
        self.number = number
        self.study = study
    }

    private var folder: String { study + "/workers" }
    private var cellFile: String { "\(folder)/\(number).cell" }

    /// The file with its standard output and standard error.
    var log: String { "\(folder)/\(number).log" }

    /// The cell that it computes; nil where it computes none.
    var cell: String? {
        (try? InputFile.contents(of: cellFile)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Creates its files again, except its log, which is appended to.
    ///
    /// - Returns: the log's file handle
    /// - Throws: `FileError` where they cannot be written.
    func begin() throws -> FileHandle {
        try PlainFolder.make(folder)
        unlink(cellFile)
        return FileHandle(
            fileDescriptor: try PlainFile.openToAdd(to: log), closeOnDealloc: true)
    }

    /// Records the cell that it computes; called by the process itself.
    func take(_ cell: String) throws { try AtomicFile.write(cell, to: cellFile) }

    /// Records that it no longer computes a cell.
    func leave() { unlink(cellFile) }

    /// - Throws: `StoppedBySignal` when the process that started it has ended.
    func checkWatcher() throws {
        if getppid() != watcher { throw StoppedBySignal(signal: SIGTERM) }
    }
}
