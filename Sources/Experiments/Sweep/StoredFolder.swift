import Basics
import Benchmarks
import Foundation
import Scoring
import Torch
import Tracking
import Training
import Transformer

/// Imports a run's folder into a store.
public struct StoredFolder {
    public let run: RunEntry
    public let stepCount: Int
    public let answerCount: Int

    /// The folder's contents overwrite a run that is in the store already.
    ///
    /// A folder of an earlier version gets a run.json, so that its id stays the same. A cell of a
    /// sweep also imports the sweep.
    ///
    /// - Parameter replaces: whether to overwrite also another run of the same id, whose answers
    ///   are lost
    /// - Throws: `FileError` when the folder holds no run, a line is damaged, or a process uses it;
    ///   `StoreError`, also for another run of the same id.
    public init(_ folder: String, into store: Store, replacing replaces: Bool = false) throws {
        try self.init(
            folder, of: StoredSweep.Record(around: folder, in: store), into: store,
            replacing: replaces)
    }

    /// - Parameters:
    ///   - study: the sweep that the run is a cell of; nil for an independent run
    ///   - watch: receives how many of an adapter's changes are measured, and the total
    init(
        _ folder: String, of study: StoredSweep.Record?, into store: Store,
        replacing replaces: Bool = false, watch: (Int, Int) throws -> Void = { _, _ in }
    ) throws {
        guard FileManager.default.fileExists(atPath: folder + "/" + RunFile.config) else {
            throw FileError(
                path: folder,
                problem: "holds no run and no study: it has no \(RunFile.config)",
                remedy: "the folder of a run, or of a study, is needed")
        }
        let opened = try RunDirectory(resuming: folder)
        let settings = try RunDirectory.values(in: folder)
        let categories = SubjectCategories(try RunDirectory.categoryMap(in: folder))
        let identity = try Self.identity(of: opened)
        let study = identity.place == nil ? nil : study
        var run = try RunEntry(folder: folder, identity)
        run.study = study?.entry.id ?? run.study
        let steps = try Self.lines(RunFile.metrics, in: folder, StepRecord.init(line:))
        let answers = try Self.lines(RunFile.answers, in: folder) { line -> AnswerRecord? in
            guard let record = AnswerRecord(line: line), let answer = record.observation,
                let model = record.answeringModel, let scoring = Scoring(rawValue: record.scoring)
            else { return nil }
            return categories.placed(AnswerRecord(answer, of: model, scoring: scoring))
        }.sharingHashes
        let scores = try Self.lines(RunFile.evaluations, in: folder) {
            ValidationRecord(line: $0).map { MeasurementEntry($0) }
        }
        var measurements = scores + (identity.measurements ?? [])
        if opened.trainsAdapter, opened.isComplete(evaluates: false) {
            measurements += MeasurementEntry.all(
                of: try AdapterSpectrum.all(in: opened.adapter, watch: watch))
            // Without the sweep's folder, only the run's role shows whether it was chosen by these
            // scores.
            if study?.selects ?? (identity.place?.role == .selection), !scores.isEmpty,
                let keeps = settings["keep"]?.text.flatMap(CheckpointConfig.Adapter.init(rawValue:))
            {
                let score = try ValidationScore(run: folder, keeps: keeps)
                measurements.append(MeasurementEntry("selectionAccuracy", "", score.accuracy))
            }
        }
        // A run that only serves selection ends with its adapter.
        var evaluates = identity.place?.role != .selection
        if case .bool(true)? = settings["no-eval"] { evaluates = false }
        let end = try Self.end(of: opened, identity, evaluates: evaluates)
        if let end {
            run.finishedAt = end.date ?? run.startedAt
            run.failure = end.failure
        }
        try store.put(
            WholeRun(run, steps: steps, answers: answers, measurements: measurements),
            of: study?.entry, replacing: replaces)
        self.run = try store.run(matching: run.id)
        stepCount = steps.count
        answerCount = answers.count
    }

    private static func identity(of folder: RunDirectory) throws -> RunManifest {
        if let found = try RunManifest.read(from: folder.path) { return found }
        var new = RunManifest(
            command: folder.trainsAdapter ? "train" : "eval", libtorchVersion: Libtorch.version)
        new.startedAt =
            FileManager.modificationDate(of: folder.config)?.timeIntervalSince1970 ?? new.startedAt
        new.gitCommit = nil
        try new.write(to: folder.path)
        return new
    }

    /// How the run ended; nil for one that is still running or was killed.
    ///
    /// The date is that of run.json. For an earlier version's run, it is the date of the last file.
    private static func end(
        of folder: RunDirectory, _ identity: RunManifest, evaluates: Bool
    ) throws -> (failure: String?, date: Date?)? {
        let own = identity.finishedAt.map { Date(timeIntervalSince1970: $0) }
        if folder.isComplete(evaluates: evaluates) {
            return (
                nil,
                own
                    ?? FileManager.modificationDate(
                        of: evaluates
                            ? folder.path + "/" + RunFile.results
                            : folder.adapter + "/" + TrainingManifest.name)
            )
        }
        if let failure = try CellFailure(in: folder.path) {
            let path = folder.path + "/" + CellFailure.name
            return (failure.cause, own ?? FileManager.modificationDate(of: path))
        }
        return identity.failure.map { ($0, own) }
    }

    /// The complete lines of a file; none where there is no file. A last line that a crash
    /// truncated is dropped.
    private static func lines<Entry>(
        _ name: String, in folder: String, _ entry: (Data) -> Entry?
    ) throws -> [Entry] {
        let path = folder + "/" + name
        let lines = try FileFormat.jsonLines.lines(of: path) ?? []
        return try lines.filter(\.isEnded).map { line in
            guard let entry = entry(line.bytes) else {
                throw FileError(
                    path: line.place, problem: "is none that ft-mmlu wrote",
                    remedy: "restore the file as it was written, or remove the line")
            }
            return entry
        }
    }
}

extension [AnswerRecord] {
    /// The same answers, each with its question's content hash if any answer to the question has
    /// one.
    ///
    /// A run that an earlier version began has hashes only in its later lines.
    fileprivate var sharingHashes: [AnswerRecord] {
        func place(_ entry: AnswerRecord) -> String {
            "\(entry.subject) \(entry.split) \(entry.row)"
        }
        var hashes: [String: String] = [:]
        for entry in self {
            if let hash = entry.questionHash { hashes[place(entry)] = hash }
        }
        return map { entry in
            var entry = entry
            entry.questionHash = hashes[place(entry)]
            return entry
        }
    }
}
