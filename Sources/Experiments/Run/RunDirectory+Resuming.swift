import Basics
import Foundation
import Tracking
import Torch

extension RunDirectory {
    /// Opens the folder of a run that was stopped.
    ///
    /// - Throws: `FileError` when it holds no run, or a link, or another process works in it.
    public init(resuming path: String) throws {
        try PlainFolder.check(path)
        guard let settings = try Self.recorded(in: path)?.values else {
            throw FileError(
                path: path, problem: "holds no run to go on with: it has no \(Self.configName)",
                remedy: "start a run with --output")
        }
        guard settings["targets"] == nil else {
            throw FileError(
                path: path,
                problem: "holds no run to go on with: its \(Self.configName) is of a study",
                remedy: "use ft-mmlu sweep --resume")
        }
        self.init(path: path, isResumed: true, lock: try FolderLock(path))
        trainsAdapter = settings["target"] != nil
        for part in ["", "/adapter", "/checkpoint"] { AtomicFile.removeLeftovers(in: path + part) }
    }

    /// Whether a run has begun in it.
    public var canBeResumed: Bool { FileManager.default.fileExists(atPath: config) }

    /// config.yaml, which says all that the run was asked to do.
    public var config: String { path + "/" + Self.configName }

    static let configName = "config.yaml"

    /// What a run's config.yaml says, by name and as text; nothing where a folder has none.
    static func settings(in folder: String) throws -> [String: String] {
        try recorded(in: folder)?.values.mapValues(\.settingText) ?? [:]
    }

    /// The same with the types that the run wrote, nulls among them.
    ///
    /// - Throws: `FileError` where a folder has none, or one that ft-mmlu did not write.
    static func values(in folder: String) throws -> JSONValue { try written(in: folder).record }

    /// The whole file, if ft-mmlu wrote it.
    ///
    /// - Throws: `FileError` as `values(in:)`.
    static func written(in folder: String) throws -> SettingsFile {
        guard let file = try recorded(in: folder) else {
            throw FileError(
                path: folder + "/" + configName, problem: "cannot be read",
                remedy: "the folder of a run is needed")
        }
        if let word = file.bareWords.first {
            throw FileError(
                path: folder + "/" + configName, problem: "has the line '\(word)'",
                remedy: "a name, a colon and a JSON value a line are needed, as ft-mmlu wrote them")
        }
        return file
    }

    /// A folder's config.yaml, of a run or of a study; nil where it has none.
    static func recorded(in folder: String) throws -> SettingsFile? {
        let path = folder + "/" + configName
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let file = try SettingsFile(path: path, lists: SweepConfig.names)
        try RunConfig.check(file.values, path: path)
        return file
    }

    /// Whether everything that the run was asked to do is done.
    ///
    /// - Parameter evaluates: whether results belong to it; otherwise its adapter is the end
    public func isComplete(evaluates: Bool) -> Bool {
        evaluates
            ? FileManager.default.fileExists(atPath: path + "/results.json")
            : TrainingManifest.areKnown(of: adapter)
    }

    /// Records the end of a complete run that was killed before it could record it itself.
    ///
    /// - Parameter store: where the run is recorded too, if anywhere
    public func recordEnd(in store: Store?) throws {
        guard var identity = try RunManifest.read(from: path) else { return }
        let results = path + "/" + Recomputation.name
        let date =
            identity.finishedAt.map { Date(timeIntervalSince1970: $0) }
            ?? StoredFolder.date(of: results)
            ?? StoredFolder.date(of: adapter + "/" + TrainingManifest.name) ?? Date()
        if identity.finishedAt == nil || identity.failure != nil {
            identity.finishedAt = date.timeIntervalSince1970
            identity.failure = nil
            try identity.write(to: path)
        }
        // A store that is not there is not made for this.
        guard let store, FileManager.default.fileExists(atPath: store.path) else { return }
        let known = try store.runs().first { $0.id == identity.id }
        if let known, known.state != .finished { try store.finish(run: known.id, at: date) }
    }

    /// Writes a file that a run settles at its start; in a resumed run it must come out as it was.
    ///
    /// - Throws: `FileError` when it does not.
    func settle(_ value: JSONValue, in name: String) throws {
        guard isResumed, let old = try InputFile.contents(of: path + "/" + name) else {
            return try write(value, to: name)
        }
        guard old == Data(value.document.utf8) else {
            throw FileError(
                path: path, problem: "cannot be gone on with: \(name) would come out otherwise now",
                remedy: "give back the files that it began with, or start a new run")
        }
    }

    /// The folder of everything that is needed to go on.
    var checkpoint: String { path + "/checkpoint" }

    func makeCheckpointFolder() throws { try PlainFolder.make(checkpoint) }
}
