import Basics
import Foundation
import Torch
import Tracking
import Training
import Transformer

/// Where a cell of a study lives, and how far it is: the folder of an ordinary run.
struct CellFolder: Sendable {
    let path: String

    /// How far a cell is.
    enum State: Equatable {
        case open
        case done
        case failed(CellFailure)
    }

    init(study: String, cell: String) { path = study + "/cells/" + cell }

    /// - Parameter extent: what counts as done
    /// - Throws: `FileError` for a record of a failure that is none.
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

    /// Takes the folder for this process, to begin the run in it or to go on with it.
    ///
    /// - Returns: nil when another process works in it
    /// - Throws: `FileError` where it is a link or holds one.
    func claim() throws -> RunDirectory? {
        try PlainFolder.make(path)
        try PlainFolder.check(path)
        let lock: FolderLock
        do { lock = try FolderLock(path) } catch { return nil }
        let hasBegun = FileManager.default.fileExists(atPath: path + "/" + RunFile.config)
        for part in ["", "/adapter", "/checkpoint"] { AtomicFile.removeLeftovers(in: path + part) }
        return RunDirectory(path: path, isResumed: hasBegun, lock: lock)
    }

    /// Writes why there are no results.
    func record(_ failure: CellFailure) throws {
        // A run that fails before it writes anything takes its folder with it.
        try PlainFolder.make(path)
        try failure.write(to: path)
    }

    func forgetFailure() { unlink(path + "/" + CellFailure.name) }
}

/// `failure.json` in a run's folder: why a cell of a study has no results.
public struct CellFailure: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        /// The loss, a gradient or a logit was not a finite number.
        case notFinite = "not finite"
        case outOfMemory = "out of memory"
        case other
    }

    public let kind: Kind
    public let cause: String

    static let name = "failure.json"

    /// - Parameter cause: of the death of whoever worked on the cell
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
        guard let value = try? JSONValue(parsing: data),
            let kind = value["kind"]?.text.flatMap(Kind.init(rawValue:)),
            let cause = value["cause"]?.text
        else {
            throw FileError(
                path: path, problem: "says no kind and cause of a failure",
                remedy: "remove it, and the cell is run again")
        }
        self.kind = kind
        self.cause = cause
    }

    var record: JSONValue {
        .object([("kind", .string(kind.rawValue)), ("cause", .string(cause))])
    }

    func write(to folder: String) throws {
        try AtomicFile.write(record.document, to: folder + "/" + Self.name)
    }
}
