import Basics
import Foundation
import GRDB

/// Opens the file of a store, which may come from a stranger.
enum StoreFile {
    /// How long a process waits for others that write.
    private static let patience = 60.0

    /// Seconds that one reading may take.
    static let longestReading = 600.0

    /// Opens the file, and waits while another process makes the same tables.
    static func opened<Opened>(
        _ path: String, _ open: (String) throws -> Opened
    ) throws -> Opened {
        let clock = ContinuousClock()
        let limit = clock.now + .seconds(patience)
        while true {
            do {
                return try open(path)
            } catch let error as DatabaseError where isPassing(error) && clock.now < limit {
                Thread.sleep(forTimeInterval: 0.02)
            } catch let error as DatabaseError {
                throw StoreError(path, opening: error)
            } catch is RowDecodingError {
                throw StoreError(
                    "\(path): is damaged: a row holds what ft-mmlu does not write; name another file by "
                        + "--store")
            }
        }
    }

    private static func isPassing(_ error: DatabaseError) -> Bool {
        [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode)
    }

    /// Settings that keep a file's views from calling functions and SQLite from reading outside a
    /// page.
    private static func configuration(isForReading: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(patience)
        configuration.readonly = isForReading
        configuration.prepareDatabase {
            try $0.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
        }
        return configuration
    }
}

// MARK: For writing

extension StoreFile {
    /// Makes the file with its folder if it does not exist, and brings its tables up to date.
    static func forWriting(_ path: String) throws -> any DatabaseWriter {
        try makeFolder(of: path)
        var status = stat()
        if stat(path, &status) == 0, status.st_size > 0 {
            // Before anything is written into a file of another program.
            let found = try DatabaseQueue(
                path: path, configuration: configuration(isForReading: true))
            try found.read { try SchemaCheck(path).check($0) }
            try found.close()
        }
        let pool = try DatabasePool(
            path: path, configuration: configuration(isForReading: false))
        let migrator = Schema.migrator
        if try pool.read(migrator.hasCompletedMigrations) { return pool }
        do {
            try migrator.migrate(pool)
        } catch {
            // Another process was first.
            guard try pool.read(migrator.hasCompletedMigrations) else { throw error }
        }
        return pool
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
}

// MARK: For reading

extension StoreFile {
    /// The file as it is, or a copy. A copy is needed where the file has older tables, or where
    /// SQLite cannot make the files that it needs for reading.
    static func forReading(_ path: String) throws -> any DatabaseWriter {
        let found: DatabaseQueue
        do {
            found = try DatabaseQueue(
                path: path, configuration: configuration(isForReading: true))
        } catch let error as DatabaseError
            where [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode)
        {
            // A read-only folder: SQLite needs further files there to read a file in WAL mode.
            found = try copied(path, cause: error)
        }
        let isCurrent = try found.read { db in
            try SchemaCheck(path).check(db)
            try checkPages(db)
            return try Schema.migrator.hasCompletedMigrations(db)
        }
        if isCurrent { return found }
        let copy = try copy(of: found)
        try Schema.migrator.migrate(copy)
        return copy
    }

    /// A database without a name, which SQLite removes.
    private static func copy(of source: DatabaseQueue) throws -> DatabaseQueue {
        let copy = try DatabaseQueue(path: "", configuration: configuration(isForReading: false))
        try source.backup(to: copy)
        try source.close()
        return copy
    }

    private static func copied(_ path: String, cause: DatabaseError) throws -> DatabaseQueue {
        do {
            return try TemporaryFolder.with { folder in
                let manager = FileManager.default
                for part in ["", "-wal", "-journal"]
                where part.isEmpty || manager.fileExists(atPath: path + part) {
                    try manager.copyItem(atPath: path + part, toPath: folder + "/s" + part)
                }
                return try copy(
                    of: DatabaseQueue(
                        path: folder + "/s", configuration: configuration(isForReading: false)))
            }
        } catch let error as DatabaseError {
            throw error
        } catch {
            // There is no disk space for a copy, so the error is the one of the original folder.
            throw cause
        }
    }

    /// Rejects a file whose pages are no trees: SQLite would loop in them for hours.
    private static func checkPages(_ db: Database) throws {
        let problem = try String.fetchOne(db, sql: "PRAGMA quick_check(1)")
        guard problem == "ok" else {
            throw DatabaseError(
                resultCode: .SQLITE_CORRUPT,
                message: problem.map { String($0.split(separator: "\n").last ?? "") })
        }
    }
}
