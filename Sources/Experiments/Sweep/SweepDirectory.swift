import Basics
import Foundation
import Torch
import Tracking

/// The folder of a study: its configuration, a run's folder for each cell, its results.
public struct SweepDirectory: Sendable {
    public let path: String

    public var config: String { path + "/" + RunFile.config }
    public var results: String { path + "/" + RunFile.results }

    /// The study's name: that which its folder had when it began.
    public var name: String {
        place?.study ?? URL(fileURLWithPath: FilePath.absolute(path)).lastPathComponent
    }

    /// A folder that is new, or empty.
    ///
    /// - Throws: `FileError` when it holds anything.
    public init(making path: String) throws {
        // For its look at what the folder holds; its lock goes with it.
        _ = try RunDirectory(making: path)
        self.path = path
    }

    /// A study that was begun.
    ///
    /// - Throws: `FileError` when the folder holds none, or a link.
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

    /// Names of settings that the study has otherwise; where it computes is none.
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

    /// Takes away a folder that nothing was written into.
    public func removeIfEmpty() { rmdir(path) }

    func cell(_ name: String) -> CellFolder { CellFolder(study: path, cell: name) }

    /// Writes what a study settles at its start; in one that goes on it must come out as it was.
    ///
    /// - Throws: `FileError` when it does not.
    func settle(_ text: String, in name: String) throws {
        let file = path + "/" + name
        guard let old = try InputFile.contents(of: file) else {
            return try AtomicFile.write(text, to: file)
        }
        guard old == Data(text.utf8) else {
            throw FileError(
                path: path, problem: "cannot be gone on with: \(name) would come out otherwise now",
                remedy: "give back the files that it began with, or start a new study")
        }
    }
}

extension [(String, JSONValue)] {
    /// As flat YAML with sorted names; of two of a name the first.
    var yaml: String {
        var seen: Set<String> = []
        return filter { seen.insert($0.0).inserted }.sorted { $0.0 < $1.0 }
            .map { "\($0.0): \($0.1.line)\n" }.joined()
    }
}
