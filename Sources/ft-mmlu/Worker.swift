import Basics
import Foundation
import Experiments
import Torch

/// One of the processes that share a study's cells, and the files by which it is watched.
struct Worker {
    let number: Int
    /// The study's folder.
    let study: String

    /// Whoever started this process.
    private let watcher = getppid()

    init(number: Int, study: String) {
        self.number = number
        self.study = study
    }

    private var folder: String { study + "/workers" }
    private var cellFile: String { "\(folder)/\(number).cell" }

    /// What it says, on standard output and standard error.
    var log: String { "\(folder)/\(number).log" }

    /// The cell that it is at; nil where it is at none.
    var cell: String? {
        (try? InputFile.contents(of: cellFile)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Makes its files anew, but for its log, which grows.
    ///
    /// - Returns: the log, to write to
    /// - Throws: `FileError` where they cannot be written.
    func begin() throws -> FileHandle {
        try PlainFolder.make(folder)
        unlink(cellFile)
        return FileHandle(
            fileDescriptor: try PlainFile.openToAdd(to: log), closeOnDealloc: true)
    }

    /// Says which cell it takes; called by the process itself.
    func take(_ cell: String) throws { try AtomicFile.write(cell, to: cellFile) }

    /// Says that it is at no cell any more.
    func leave() { unlink(cellFile) }

    /// - Throws: `StoppedBySignal` when nobody watches any more.
    func checkWatcher() throws {
        if getppid() != watcher { throw StoppedBySignal(signal: SIGTERM) }
    }
}
