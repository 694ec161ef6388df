import Basics
import Foundation

/// `run.json`: the run's id, study, program version and end.
public struct RunManifest: Sendable, Equatable, FileRecord {
    /// A UUID; a resumed run keeps it.
    public var id = UUID().uuidString.lowercased()
    /// "train" or "eval".
    public var command: String
    /// As it was typed, with the program's name; nil where that is not known.
    public var commandLine: String?
    /// Seconds since 1970.
    public var startedAt = Date().timeIntervalSince1970
    /// nil for a run outside a study.
    public var place: TrialContext?
    /// The store that its results went to, an absolute path; nil for none.
    public var store: String?
    public var programVersion = ProgramVersion.text
    public var libtorchVersion: String
    /// Of the checkout that the program lies in, when the run began; nil where it lies in none.
    public var gitCommit = ProgramVersion.gitCommit
    /// Seconds since 1970; nil for a run that is not finished or whose process was killed.
    public var finishedAt: Double?
    /// Why it ended without its results; nil where it did not.
    public var failure: String?
    /// Measurements while it ran that are in no other file: seconds, bytes.
    public var measurements: [MeasurementEntry]? = []

    package init(command: String, place: TrialContext? = nil, libtorchVersion: String) {
        self.command = command
        self.place = place
        self.libtorchVersion = libtorchVersion
    }

    package static let usesSnakeCase = false
    package static let omittedKeys: Set = ["place"]

    /// A run's; nil where its folder has none, as those of earlier versions.
    ///
    /// - Throws: `FileError` where the file is damaged.
    public static func read(from folder: String) throws -> RunManifest? {
        let path = folder + "/" + RunFile.manifest
        guard let data = try FileFormat.json.contents(of: path) else { return nil }
        guard var found = try? RunManifest(json: data),
            UUID(uuidString: found.id) != nil
        else {
            throw FileError(
                path: path, problem: "does not say by what id the run is known",
                remedy: "restore the file as ft-mmlu wrote it, or remove it")
        }
        // From 1970 to the year 9999: others are no dates to a store.
        let times = [found.startedAt, found.finishedAt ?? 0]
        if let time = times.first(where: { !(0...253_402_300_799).contains($0) }) {
            throw FileError(
                path: path, problem: "has the time \(time)",
                remedy: "seconds since 1970 are needed, as ft-mmlu writes them")
        }
        if let (field, text) = found.names.first(where: { $0.text.hasControlCharacters }) {
            throw FileError(
                path: path, problem: "'\(field)' is '\(text)', with a control character",
                remedy: "restore the file as ft-mmlu wrote it, or remove it")
        }
        if let place = found.place, place.cell.contains("/") || place.study.contains("/") {
            throw FileError(
                path: path,
                problem: "has the run '\(place.cell)' of the study '\(place.study)'",
                remedy: "names of folders, without slashes, are needed")
        }
        found.measurements = found.measurements ?? []
        return found
    }

    /// Texts that are shown on one line or used as parts of paths.
    private var names: [(field: String, text: String)] {
        [("command", command), ("programVersion", programVersion)]
            + [("libtorchVersion", libtorchVersion), ("gitCommit", gitCommit ?? "")]
            + [("store", store ?? ""), ("study", place?.study ?? ""), ("cell", place?.cell ?? "")]
            + [("family", place?.family ?? "")]
            + (measurements ?? []).flatMap { [("name", $0.name), ("detail", $0.detail)] }
    }

    /// Adds a measurement; it replaces an existing one with the same name and detail.
    package mutating func measure(_ new: MeasurementEntry) {
        measurements =
            (measurements ?? []).filter { $0.name != new.name || $0.detail != new.detail } + [new]
    }

    package func write(to folder: String) throws {
        try AtomicFile.write(try json.document, to: folder + "/" + RunFile.manifest)
    }
}

/// The version of this program.
public enum ProgramVersion {
    public static let text = "0.1.0"

    /// The commit of the checkout that the program lies in; nil where it lies in none.
    package static let gitCommit: String? = {
        FilePath.program.flatMap {
            GitCheckout.commit(around: URL(fileURLWithPath: $0).deletingLastPathComponent())
        }
    }()
}

/// The names of the files in a run's folder.
package enum RunFile {
    /// All settings of the run.
    package static let config = "config.yaml"
    /// `RunManifest`.
    package static let manifest = "run.json"
    /// Which questions are evaluated.
    package static let questions = "questions.json"
    /// A `StepRecord` a line.
    package static let metrics = "metrics.jsonl"
    /// Accuracies during training.
    package static let evaluations = "evaluations.jsonl"
    /// An `AnswerRecord` a line.
    package static let answers = "answers.jsonl"
    /// `ResultsRecord`; the last file of a run that evaluates.
    package static let results = "results.json"
    /// Checksums of the run's inputs.
    package static let inputs = "checkpoint/inputs.json"
}
