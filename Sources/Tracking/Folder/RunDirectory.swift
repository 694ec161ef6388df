import Basics
import Foundation

/// The folder of one run. Every file in it is written whole, or grows by whole lines.
public struct RunDirectory: Sendable {
    public let path: String
    /// Whether a stopped run resumes in it.
    public let isResumed: Bool
    /// Whether the run trains an adapter, or only evaluates; known for a resumed run.
    public package(set) var trainsAdapter = false
    /// Whether this process made the folder.
    private let isNew: Bool
    private let lock: FolderLock

    package init(path: String, isResumed: Bool, isNew: Bool = false, lock: FolderLock) {
        self.path = path
        self.isResumed = isResumed
        self.isNew = isNew
        self.lock = lock
    }

    /// Makes the folder.
    ///
    /// - Throws: `FileError` when it is in use, that is, not empty.
    public init(making path: String) throws {
        let manager = FileManager.default
        let isNew = !manager.fileExists(atPath: path)
        if !isNew {
            let names = try? manager.contentsOfDirectory(atPath: path)
            guard let names else {
                throw FileError(
                    path: path, problem: "is not a folder", remedy: "name a new one by --output")
            }
            if let first = names.filter({ !AtomicFile.isLeftover($0) }).min() {
                let resuming =
                    names.contains(RunFile.config)
                    ? "resume the run there by --resume, or " : ""
                throw FileError(
                    path: path, problem: "is in use: it holds '\(first)'",
                    remedy: resuming + "name a new or empty folder by --output")
            }
        }
        try manager.makeFolder(path)
        self.init(path: path, isResumed: false, isNew: isNew, lock: try FolderLock(path))
        AtomicFile.removeLeftovers(in: path)
    }

    /// The first free name of `runs/<date>-<title>[-n]`.
    public static func freePath(_ title: String, now: Date = Date()) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "yyyy-MM-dd"
        let base = "runs/\(formatter.string(from: now))-\(title)"
        var path = base
        var number = 2
        while FileManager.default.fileExists(atPath: path) {
            path = "\(base)-\(number)"
            number += 1
        }
        return path
    }

    /// Whether a run has begun in it.
    public var canBeResumed: Bool { FileManager.default.fileExists(atPath: config) }

    /// config.yaml, with all settings of the run.
    public var config: String { path + "/" + RunFile.config }

    public var adapter: String { path + "/adapter" }

    /// Runs the body that fills the folder. If it fails before anything is written, a newly made
    /// folder is removed.
    public func filled<Result>(by body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            if isNew { rmdir(path) }
            throw error
        }
    }

    package func write(_ value: JSONValue, to name: String) throws {
        try AtomicFile.write(value.document, to: path + "/" + name)
    }

    /// config.yaml: complete, with sorted names, without `output`; runs again by `--config`.
    ///
    /// A resumed run has it already.
    package func writeConfig(_ settings: [(String, JSONValue)]) throws {
        if isResumed { return }
        var seen: Set<String> = []
        let lines = settings.filter { seen.insert($0.0).inserted }.sorted { $0.0 < $1.0 }
            .map { "\($0.0): \($0.1.line)" }
        try AtomicFile.write(lines.joined(separator: "\n") + "\n", to: config)
    }

    /// A file of lines; of the lines that a stopped run left, `count` are kept, or all.
    package func lines(_ name: String, keeping count: Int? = nil) throws -> JSONLinesFile {
        try JSONLinesFile(path: path + "/" + name, isResumed: isResumed, keeping: count)
    }

    /// Writes a file that a run settles at its start; in a resumed run it must come out as it was.
    ///
    /// - Throws: `FileError` when it does not.
    package func settle(_ value: JSONValue, in name: String) throws {
        guard isResumed, let old = try InputFile.contents(of: path + "/" + name) else {
            return try write(value, to: name)
        }
        guard old == Data(value.document.utf8) else {
            throw FileError(
                path: path, problem: "cannot be resumed: \(name) would differ now",
                remedy: "restore the files that it began with, or start a new run")
        }
    }

    /// The folder with everything that is needed to resume.
    package var checkpoint: String { path + "/checkpoint" }

    package func makeCheckpointFolder() throws { try PlainFolder.make(checkpoint) }

    /// The checksum of the prompts that a run recorded. Two runs with the same checksum evaluated
    /// the same questions. Nil where it recorded none.
    package static func promptChecksum(in folder: String) -> String? {
        (try? InputFile.contents(of: folder + "/" + RunFile.inputs))
            .flatMap { try? JSONValue(parsing: $0) }?["prompts"]?.text
    }
}
