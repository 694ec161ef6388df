import Basics
import Dispatch
import Foundation
import GRDB
import Synchronization

/// The results of many runs in one SQLite file: tables of observations, and views of derived
/// numbers.
///
/// Several processes may use the same file at once: one writes at a time, the others wait.
/// `Schema.swift` describes the tables and views.
public final class Store: Sendable {
    public let path: String
    private let opened: Mutex<(any DatabaseWriter)?>
    private let isForReading: Bool
    /// Seconds that one reading may take.
    private let longestReading: Double

    /// Opens a store, and brings its tables up to date.
    ///
    /// - Parameter path: the file; it is made with its folder if it does not exist
    /// - Throws: `StoreError` when the file is none of ours or of a newer version of the program, or
    ///   cannot be written.
    public init(_ path: String) throws {
        self.path = path
        isForReading = false
        longestReading = StoreFile.longestReading
        try Self.check(path)
        opened = Mutex(try StoreFile.opened(path, StoreFile.forWriting))
    }

    /// Opens a store to read it: nothing is written, not even the tables of an older version.
    ///
    /// - Throws: `StoreError` when the file does not exist, is none of ours, is damaged or of a
    ///   newer version of the program.
    public convenience init(reading path: String) throws {
        try self.init(reading: path, longestReading: StoreFile.longestReading)
    }

    init(reading path: String, longestReading: Double) throws {
        self.path = path
        isForReading = true
        self.longestReading = longestReading
        guard try Self.check(path) else {
            throw StoreError(
                "\(path): there is no store; runs write one by themselves, and `ft-mmlu results add "
                    + "FOLDER` puts earlier ones into it")
        }
        opened = Mutex(try StoreFile.opened(path, StoreFile.forReading))
    }

    /// A store that is opened, or made where there is none, when it is first used. A run that is
    /// rejected before leaves no file.
    public init(whenUsed path: String) throws {
        self.path = path
        isForReading = false
        longestReading = StoreFile.longestReading
        try Self.check(path)
        opened = Mutex(nil)
    }

    /// Closes the file, which then has all data; a later use opens it again.
    public func close() throws {
        try opened.withLock { opened in
            try opened?.close()
            opened = nil
        }
    }

    private func database() throws -> any DatabaseWriter {
        try opened.withLock { opened in
            if let opened { return opened }
            let new = try StoreFile.opened(
                path, isForReading ? StoreFile.forReading : StoreFile.forWriting)
            opened = new
            return new
        }
    }

    /// Whether a file exists.
    @discardableResult
    private static func check(_ path: String) throws -> Bool {
        guard FileManager.default.fileExists(atPath: path) else { return false }
        guard !FileManager.isFolder(path) else {
            throw StoreError(
                "\(path): is a folder; --store needs the name of a file, as "
                    + "\(path)/results.sqlite")
        }
        // SQLite opens these too.
        for part in ["", "-wal", "-shm", "-journal"] { try InputFile.check(path + part) }
        return true
    }

    /// Changes the store as a whole or not at all.
    func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
        precondition(!isForReading, "A store that was opened for reading is not written.")
        do {
            return try database().write(body)
        } catch let error as DatabaseError {
            throw StoreError(path, writing: error)
        }
    }

    func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        do {
            let database = try database()
            let limit = DispatchSource.makeTimerSource()
            limit.setEventHandler { database.interrupt() }
            limit.schedule(deadline: .now() + longestReading, repeating: 1)
            limit.resume()
            defer { limit.cancel() }
            return try database.read(body)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
            throw StoreError(
                "\(path): the store cannot be read: a question to it took more than "
                    + "\(longestReading) s; name fewer runs, or another file by --store")
        } catch let error as DatabaseError {
            throw StoreError(path, reading: error)
        } catch let error where error is RowDecodingError || error is DecodingError {
            throw StoreError(
                "\(path): the store cannot be read: a row holds what ft-mmlu does not write; name "
                    + "another file by --store")
        }
    }
}
