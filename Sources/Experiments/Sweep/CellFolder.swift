import Basics
import Foundation
import Torch
import Tracking
import Training
import Transformer

/// The run folder of a cell of a sweep, and its progress.
struct CellFolder: Sendable {
    let path: String

    /// The progress of a cell.
    enum State: Equatable {
        case open
        case done
        case failed(CellFailure)
    }

    init(study: String, cell: String) { path = study + "/cells/" + cell }

    /// - Parameter extent: what counts as done
    /// - Throws: `FileError` for an invalid record of a failure.
    func state(_ extent: Run.Extent) throws -> State {
        let isDone =
            switch extent {
            case .adapter: TrainingManifest.areKnown(of: path + "/adapter")
            case .results:
                FileManager.default.fileExists(atPath: path + "/" + RunFile.results)
            }
        if isDone { return .done }
        return try CellFailure(in: path).map { .failed($0) } ?? .open
    }

    /// Claims the folder for this process, to begin or resume the run in it.
    ///
    /// - Returns: nil when another process uses it
    /// - Throws: `FileError` where it is a link or contains one.
    func claim() throws -> RunDirectory? {
        try PlainFolder.make(path)
        try PlainFolder.check(path)
        let lock: FolderLock
        do { lock = try FolderLock(path) } catch { return nil }
        let hasBegun = FileManager.default.fileExists(atPath: path + "/" + RunFile.config)
        for part in ["", "/adapter", "/checkpoint"] { AtomicFile.removeLeftovers(in: path + part) }
        return RunDirectory(path: path, isResumed: hasBegun, lock: lock)
    }

    /// Records why the cell has no results.
    func record(_ failure: CellFailure) throws {
        // A run that fails before it writes anything removes its folder.
        try PlainFolder.make(path)
        try failure.write(to: path)
    }

    func forgetFailure() { unlink(path + "/" + CellFailure.name) }
}

/// `failure.json` in a run's folder: why a cell of a sweep has no results.
public struct CellFailure: Sendable, Equatable, FileRecord {
    public enum Kind: String, Codable, Sendable {
        /// The loss, a gradient or a logit was not a finite number.
        case notFinite = "not finite"
        case outOfMemory = "out of memory"
        case other
    }

    public let kind: Kind
    public let cause: String

    static let name = "failure.json"

    /// - Parameter cause: the cause of death of the worker process
    init(death cause: String) {
        kind = .other
        self.cause = cause
    }

    init(_ error: any Error) {
        kind =
            switch error {
            case TrainingRefusal.loss, TrainingRefusal.gradients, is LogitsRefusal: .notFinite
            case let error as TorchError where error.kind == .outOfMemory: .outOfMemory
            default: .other
            }
        cause = "\(error)"
    }

    /// nil where the run has not failed.
    init?(in folder: String) throws {
        let path = folder + "/" + Self.name
        guard let data = try FileFormat.json.contents(of: path) else { return nil }
        guard let failure = try? CellFailure(json: data) else {
            throw FileError(
                path: path, problem: "says no kind and cause of a failure",
                remedy: "remove it, and the cell is run again")
        }
        self = failure
    }

    func write(to folder: String) throws {
        try AtomicFile.write(json.document, to: folder + "/" + Self.name)
    }
}
