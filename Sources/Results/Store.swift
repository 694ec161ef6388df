import Foundation
import GRDB
import Synchronization

/// The results of many runs in one SQLite file: what was observed, and views of what follows from it.
///
/// Several processes may use the same file at once: one writes at a time, the others wait. What the
/// tables and views are is said in `Schema.swift`.
public final class Store: Sendable {
    public let path: String
    private let opened: Mutex<DatabasePool?>

    /// How long a process waits for others that write.
    private static let patience = 60.0

    /// Opens a store, and brings its tables up to date.
    ///
    /// - Parameters:
    ///   - path: the file
    ///   - isNeeded: whether the file must be there; otherwise it is made, with its folder
    /// - Throws: `StoreError` when the file is not there, is none of ours or of a newer version of the
    ///   program, or cannot be written.
    public init(_ path: String, isNeeded: Bool = false) throws {
        self.path = path
        try Self.check(path, isNeeded: isNeeded)
        opened = Mutex(try Self.open(path))
    }

    /// A store that is opened, and made where there is none, when it is first used: a run that is
    /// refused before leaves nothing behind.
    public init(whenUsed path: String) throws {
        self.path = path
        try Self.check(path, isNeeded: false)
        opened = Mutex(nil)
    }

    private func pool() throws -> DatabasePool {
        try opened.withLock { opened in
            if let opened { return opened }
            let new = try Self.open(path)
            opened = new
            return new
        }
    }

    private static func open(_ path: String) throws -> DatabasePool {
        try makeFolder(of: path)
        let clock = ContinuousClock()
        let limit = clock.now + .seconds(patience)
        while true {
            do {
                return try migrated(path)
            } catch let error as DatabaseError
                where isPassing(error) && clock.now < limit
            {
                // Another process makes the same tables just now.
                Thread.sleep(forTimeInterval: 0.02)
            } catch let error as DatabaseError {
                throw StoreError(path, opening: error)
            }
        }
    }

    private static func check(_ path: String, isNeeded: Bool) throws {
        let manager = FileManager.default
        var isFolder: ObjCBool = false
        if manager.fileExists(atPath: path, isDirectory: &isFolder) {
            guard !isFolder.boolValue else {
                throw StoreError(
                    "\(path): is a folder; --store needs the name of a file, as "
                        + "\(path)/results.sqlite")
            }
            return
        }
        guard !isNeeded else {
            throw StoreError(
                "\(path): there is no store; runs write one by themselves, and `ft-mmlu results add "
                    + "FOLDER` puts earlier ones into it")
        }
    }

    private static func makeFolder(of path: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        if folder.isEmpty || FileManager.default.fileExists(atPath: folder) { return }
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw StoreError(
                "\(path): the store's folder cannot be made: \(error.localizedDescription); name "
                    + "another file by --store, or --store none")
        }
    }

    private static func migrated(_ path: String) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.busyMode = .timeout(patience)
        let pool = try DatabasePool(path: path, configuration: configuration)
        let migrator = Schema.migrator
        let (isNewer, isDone) = try pool.read {
            (try migrator.hasBeenSuperseded($0), try migrator.hasCompletedMigrations($0))
        }
        guard !isNewer else {
            throw StoreError(
                "\(path): was written by a newer version of ft-mmlu, which added what this one does "
                    + "not know; use that version, or name another file by --store")
        }
        if isDone { return pool }
        do {
            try migrator.migrate(pool)
        } catch {
            // Another process was first.
            guard try pool.read(migrator.hasCompletedMigrations) else { throw error }
        }
        return pool
    }

    private static func isPassing(_ error: DatabaseError) -> Bool {
        [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode)
    }

    /// Changes the store as a whole or not at all.
    func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
        do {
            return try pool().write(body)
        } catch let error as DatabaseError {
            throw StoreError(path, writing: error)
        }
    }

    func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        do {
            return try pool().read(body)
        } catch let error as DatabaseError {
            throw StoreError(path, reading: error)
        }
    }
}

/// A store that cannot be opened, read or written: what was attempted, what was found, what would be
/// right.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible, LocalizedError {
    public let message: String

    public init(_ message: String) { self.message = message }

    public var description: String { message }
    public var errorDescription: String? { message }
}

extension StoreError {
    fileprivate init(_ path: String, opening error: DatabaseError) {
        self.init(
            error.resultCode == .SQLITE_NOTADB
                ? "\(path): is no SQLite file; name another by --store"
                : "\(path): the store cannot be opened: \(Self.words(error)); name another file by "
                    + "--store, or --store none")
    }

    fileprivate init(_ path: String, writing error: DatabaseError) {
        self.init(
            "\(path): the store cannot be written: \(Self.words(error)); what runs did is in their "
                + "folders: `ft-mmlu results add FOLDER` puts it into a store, --resume goes on")
    }

    fileprivate init(_ path: String, reading error: DatabaseError) {
        self.init("\(path): the store cannot be read: \(Self.words(error))")
    }

    private static func words(_ error: DatabaseError) -> String {
        error.message ?? "\(error.resultCode)"
    }
}
