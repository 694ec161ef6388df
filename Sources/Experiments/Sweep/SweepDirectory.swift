import Basics
import Foundation
import Torch
import Tracking

/// The folder of a sweep: its configuration, a run's folder for each cell, its results.
public struct SweepDirectory: Sendable {
    public let path: String

    public var config: String { path + "/" + RunFile.config }
    public var results: String { path + "/" + RunFile.results }

    /// The sweep's name: the name of its folder when it began.
    public var name: String {
        place?.study ?? URL(fileURLWithPath: FilePath.absolute(path)).lastPathComponent
    }

    /// Makes a folder, or takes one that is empty.
    ///
    /// - Throws: `FileError` when the folder contains anything.
    public init(making path: String) throws {
        // Checks the folder's contents; its lock is released at once.
        _ = try RunDirectory(making: path)
        self.path = path
    }

    /// Opens a sweep that was begun.
    ///
    /// - Throws: `FileError` when the folder contains none, or a link.
    public init(resuming path: String) throws {
        try PlainFolder.check(path)
        self.path = path
        let settings = try RunDirectory.recorded(in: path)?.values
        guard settings?["targets"] != nil else {
            throw FileError(
                path: path,
                problem: "holds no study to go on with: "
                    + (settings == nil
                        ? "it has no \(RunFile.config)"
                        : "its \(RunFile.config) is of a run"),
                remedy: settings == nil
                    ? "start one with ft-mmlu sweep --output" : "use ft-mmlu train --resume")
        }
    }

    /// Names of settings that differ from the sweep's; the device settings do not count.
    public func differences(from settings: SweepSettings) throws -> [String] {
        func lines(_ file: SettingsFile?) -> [String: String] {
            Dictionary((file?.record.fields ?? []).map { ($0.0, $0.1.line) }) { $1 }
        }
        let old = try lines(RunDirectory.recorded(in: path))
        let new = try lines(
            SettingsFile(settings.record.yaml, path: config, lists: SweepConfig.names))
        return Set(old.keys).union(new.keys).subtracting(["device", "threads"])
            .filter { old[$0] != new[$0] }.sorted()
    }

    /// Removes the folder if nothing was written into it.
    public func removeIfEmpty() { rmdir(path) }

    func cell(_ name: String) -> CellFolder { CellFolder(study: path, cell: name) }

    /// Writes questions.json; in a resumed sweep the questions of each category must be unchanged.
    ///
    /// - Throws: `FileError` when they differ.
    func settle(_ questions: SweepQuestions) throws {
        let file = path + "/" + RunFile.questions
        let old = try InputFile.contents(of: file)
        let record = try old.map { data in
            guard let old = try? JSONValue(parsing: data), let record = questions.record(over: old)
            else {
                throw FileError(
                    path: path, problem: "cannot be resumed: \(RunFile.questions) would differ now",
                    remedy: "restore the files that it began with, or start a new study")
            }
            return record
        }
        let text = (record ?? questions.record).document
        if old != Data(text.utf8) { try AtomicFile.write(text, to: file) }
    }
}

extension [(String, JSONValue)] {
    /// Flat YAML with sorted names; the first wins where a name occurs twice.
    var yaml: String {
        var seen: Set<String> = []
        return filter { seen.insert($0.0).inserted }.sorted { $0.0 < $1.0 }
            .map { "\($0.0): \($0.1.line)\n" }.joined()
    }
}
