import Foundation
import Torch

extension RunFolder {
    /// Opens the folder of a run that was stopped.
    ///
    /// - Throws: `FileRefusal` when it holds no run, or another process works in it.
    public init(resuming path: String) throws {
        guard let settings = try Self.recordedSettings(in: path) else {
            throw FileRefusal(
                path: path, problem: "holds no run to go on with: it has no \(Self.configName)",
                remedy: "start a run with --output")
        }
        self.init(path: path, isResumed: true, lock: try FolderLock(path))
        trainsAdapter = settings["target"] != nil
        for part in ["", "/adapter", "/checkpoint"] { WholeFile.removeLeftovers(in: path + part) }
    }

    /// Whether a run has begun in it.
    public var canBeResumed: Bool { FileManager.default.fileExists(atPath: config) }

    /// config.yaml, which says all that the run was asked to do.
    public var config: String { path + "/" + Self.configName }

    static let configName = "config.yaml"

    /// What a run's config.yaml says, by name and as text; nothing where a folder has none.
    static func settings(in folder: String) throws -> [String: String] {
        try recordedSettings(in: folder) ?? [:]
    }

    private static func recordedSettings(in folder: String) throws -> [String: String]? {
        let path = folder + "/" + configName
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try SettingsFile(path: path).values
    }

    /// Whether everything that the run was asked to do is done.
    ///
    /// - Parameter evaluates: whether results belong to it; otherwise its adapter is the end
    public func isComplete(evaluates: Bool) -> Bool {
        FileManager.default.fileExists(
            atPath: evaluates ? path + "/results.json" : adapter + "/" + TrainedQuestions.name)
    }

    /// Writes a file that a run settles at its start; in a resumed run it must come out as it was.
    ///
    /// - Throws: `FileRefusal` when it does not.
    func settle(_ value: JSONValue, in name: String) throws {
        guard isResumed, let old = FileManager.default.contents(atPath: path + "/" + name) else {
            return try write(value, to: name)
        }
        guard old == Data(value.document.utf8) else {
            throw FileRefusal(
                path: path, problem: "cannot be gone on with: \(name) would come out otherwise now",
                remedy: "give back the files that it began with, or start a new run")
        }
    }

    /// The folder of everything that is needed to go on.
    var checkpoint: String { path + "/checkpoint" }

    func makeCheckpointFolder() throws { try FileManager.default.makeFolder(checkpoint) }
}
