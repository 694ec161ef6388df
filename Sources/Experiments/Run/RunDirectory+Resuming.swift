import Basics
import Benchmarks
import Foundation
import Scoring
import Tracking
import Training

extension RunDirectory {
    /// Opens the folder of a stopped run.
    ///
    /// - Throws: `FileError` when it contains no run, or a link, or another process uses it.
    public init(resuming path: String) throws {
        try PlainFolder.check(path)
        guard let settings = try Self.recorded(in: path)?.values else {
            throw FileError(
                path: path, problem: "holds no run to go on with: it has no \(RunFile.config)",
                remedy: "start a run with --output")
        }
        guard settings["targets"] == nil else {
            throw FileError(
                path: path,
                problem: "holds no run to go on with: its \(RunFile.config) is of a study",
                remedy: "use ft-mmlu sweep --resume")
        }
        self.init(path: path, isResumed: true, lock: try FolderLock(path))
        trainsAdapter = settings["target"] != nil
        for part in ["", "/adapter", "/checkpoint"] { AtomicFile.removeLeftovers(in: path + part) }
    }

    /// The settings in a run's config.yaml, by name and as text; empty where a folder has none.
    static func settings(in folder: String) throws -> [String: String] {
        try recorded(in: folder)?.values.mapValues(\.settingText) ?? [:]
    }

    /// The category map of config.yaml, where the folder has one.
    static func categoryMap(in folder: String) throws -> CategoryMap {
        try settings(in: folder)["category-map"].flatMap(CategoryMap.init(rawValue:)) ?? .hendrycks
    }

    /// The settings with the types that the run wrote, including nulls.
    ///
    /// - Throws: `FileError` where a folder has none, or one that ft-mmlu did not write.
    static func values(in folder: String) throws -> JSONValue { try written(in: folder).record }

    /// The whole file, if ft-mmlu wrote it.
    ///
    /// - Throws: `FileError` as `values(in:)`.
    static func written(in folder: String) throws -> SettingsFile {
        guard let file = try recorded(in: folder) else {
            throw FileError(
                path: folder + "/" + RunFile.config, problem: "cannot be read",
                remedy: "the folder of a run is needed")
        }
        if let word = file.bareWords.first {
            throw FileError(
                path: folder + "/" + RunFile.config, problem: "has the line '\(word)'",
                remedy: "a name, a colon and a JSON value a line are needed, as ft-mmlu wrote them")
        }
        return file
    }

    /// The config.yaml of a run's or a sweep's folder; nil where it has none.
    static func recorded(in folder: String) throws -> SettingsFile? {
        let path = folder + "/" + RunFile.config
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let file = try SettingsFile(path: path, lists: SweepConfig.names)
        try RunConfig.check(file.values, path: path)
        return file
    }

    /// Whether the run is complete.
    ///
    /// - Parameter evaluates: whether the run includes results; otherwise it ends with its adapter
    public func isComplete(evaluates: Bool) -> Bool {
        evaluates
            ? FileManager.default.fileExists(atPath: path + "/" + RunFile.results)
            : TrainingManifest.areKnown(of: adapter)
    }

    /// Records the end of a complete run that was killed before it could record it itself.
    ///
    /// - Parameter store: the store that also records the run, if any
    public func recordEnd(in store: Store?) throws {
        guard var identity = try RunManifest.read(from: path) else { return }
        let results = path + "/" + RunFile.results
        let date =
            identity.finishedAt.map { Date(timeIntervalSince1970: $0) }
            ?? FileManager.modificationDate(of: results)
            ?? FileManager.modificationDate(of: adapter + "/" + TrainingManifest.name) ?? Date()
        if identity.finishedAt == nil || identity.failure != nil {
            identity.finishedAt = date.timeIntervalSince1970
            identity.failure = nil
            try identity.write(to: path)
        }
        // A missing store is not created for this.
        guard let store, FileManager.default.fileExists(atPath: store.path) else { return }
        let known = try store.runs().first { $0.id == identity.id }
        if let known, known.state != .finished { try store.finish(run: known.id, at: date) }
    }
}

extension Recomputation {
    /// - Parameter folder: a run's
    /// - Throws: `FileError` for a damaged answers.jsonl, results.json or config.yaml.
    public init(folder: String) throws {
        let settings = try RunDirectory.settings(in: folder)
        try self.init(
            folder: folder, by: RunDirectory.categoryMap(in: folder),
            // `category` of a training, `target-category` of an evaluation.
            target: (settings["category"] ?? settings["target-category"]).map {
                try Benchmarks.Category(parsing: $0)
            },
            // Files of earlier versions lack it.
            marginPoints: settings["margin"].flatMap(Double.init)
                ?? ComparisonTable.usualMarginPoints)
    }
}
