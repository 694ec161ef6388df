import Basics
import Benchmarks
import Foundation
import Statistics
import Torch
import Tracking
import Transformer

/// Writes a run's rows into a store during the run.
///
/// The run's folder is the source of truth. Each start copies the folder's contents to the store;
/// later additions follow.
final class RunRecorder {
    /// nil where nothing is recorded.
    private let store: Store?
    private let folder: RunDirectory
    private let command: String
    private let place: TrialContext?
    private let categories: SubjectCategories
    /// nil before the run begins.
    private var identity: RunManifest?
    private var id: String? { identity?.id }

    init(
        _ store: Store?, _ folder: RunDirectory, command: String, place: TrialContext?,
        categories: CategoryMap
    ) {
        self.store = store
        self.folder = folder
        self.command = command
        self.place = place
        self.categories = SubjectCategories(categories)
    }

    /// Writes the folder's run.json, and records that the run begins or resumes.
    ///
    /// The folder must hold config.yaml and checkpoint/inputs.json.
    func begin() throws {
        let former = try RunManifest.read(from: folder.path)
        var identity =
            former
            ?? RunManifest(
                command: command, place: place, libtorchVersion: Libtorch.version)
        if former != nil { try refuseCopy(identity.id) }
        if !folder.isResumed {
            identity.commandLine = ProcessInfo.processInfo.arguments.map(Shell.quoted)
                .joined(separator: " ")
        }
        identity.store = store.map { FilePath.absolute($0.path) }
        // A candidate run's role becomes "report" once it is chosen.
        identity.place = place ?? identity.place
        identity.finishedAt = nil
        identity.failure = nil
        if identity != former { try identity.write(to: folder.path) }
        self.identity = identity
        try store?.begin(RunEntry(folder: folder.path, identity))
    }

    /// Refuses a copy of a run: two folders would overwrite each other's rows.
    ///
    /// - Throws: `FileError` where the store has the run in another folder, and that one still
    ///   exists.
    private func refuseCopy(_ id: String) throws {
        guard let store, FileManager.default.fileExists(atPath: store.path),
            let other = try store.runs().first(where: { $0.id == id })?.folder,
            FilePath.real(other) != FilePath.real(folder.path),
            (try? RunManifest.read(from: other))?.id == id
        else { return }
        throw FileError(
            path: folder.path, problem: "is a copy of \(other), whose rows are in \(store.path)",
            remedy: "name another store by --store FILE, or --store none")
    }

    func append(_ steps: [StepRecord]) throws {
        if let id { try store?.append(steps, to: id) }
    }

    func append(_ answers: [AnswerRecord]) throws {
        guard let store, let id, !answers.isEmpty else { return }
        try store.append(answers.map(categories.placed), to: id)
    }

    func measure(_ name: String, _ detail: String = "", _ value: Double) throws {
        if let id { try store?.append([MeasurementEntry(name, detail, value)], to: id) }
    }

    /// Records measures of each trained change's singular values, as its effective rank; a zero
    /// change has none.
    func measure(_ spectra: [AdapterSpectrum]) throws {
        if let id { try store?.append(MeasurementEntry.all(of: spectra), to: id) }
    }

    /// Records the duration of a part of the run; not for a resumed run, where it would mean
    /// little.
    func measure(_ part: String, since start: ContinuousClock.Instant) throws {
        if folder.isResumed { return }
        try keep(
            MeasurementEntry("seconds", part, (ContinuousClock.now - start) / .seconds(1)))
    }

    /// Records a measurement that no other file of the run contains.
    private func keep(_ measurement: MeasurementEntry) throws {
        identity?.measure(measurement)
        try identity?.write(to: folder.path)
        try measure(measurement.name, measurement.detail, measurement.value)
    }

    /// Records the end of the run in folder and store.
    private func finish(failure: String? = nil) throws {
        let seconds = Date().timeIntervalSince1970
        identity?.finishedAt = seconds
        identity?.failure = failure
        // If one cannot be written, the other is still written.
        let written = Result { try identity?.write(to: folder.path) }
        if let id {
            try store?.finish(
                run: id, failure: failure, at: Date(timeIntervalSince1970: seconds))
        }
        try written.get()
    }

    /// Executes the run, and records how it ended.
    ///
    /// - Parameter evaluates: whether the run includes results
    func recording<Result>(evaluates: Bool, _ body: () throws -> Result) throws -> Result {
        func end() throws {
            guard id != nil, folder.isComplete(evaluates: evaluates) else { return }
            let peak = (try? ProcessMemory.peakResidentBytes()) ?? 0
            try keep(MeasurementEntry("peakMemory", "bytes", Double(peak)))
            try finish()
        }
        do {
            let result = try body()
            try end()
            return result
        } catch let stop as any RunStop {
            // A signal arrived while changes were measured: the run's outputs are complete. The
            // signal must be rethrown.
            try? end()
            throw stop
        } catch let error where !(error is StoreError) {
            // The run's error must be rethrown; a failure to record it is a consequence.
            try? finish(failure: "\(error)")
            throw error
        }
    }
}

/// An error that stops a run without failing it: the run can be resumed.
public protocol RunStop: Error {}

extension MeasurementEntry {
    /// Measures of the singular values of each trained change, as its effective rank; a zero change
    /// has none.
    static func all(of spectra: [AdapterSpectrum]) -> [MeasurementEntry] {
        spectra.flatMap { change -> [MeasurementEntry] in
            guard let spectrum = Spectrum(singularValues: change.singularValues) else { return [] }
            let detail = "\(change.projection.rawValue) layer \(change.layer)"
            return [
                MeasurementEntry("effectiveRank", detail, spectrum.effectiveRank),
                MeasurementEntry("participationRatio", detail, spectrum.participationRatio),
                MeasurementEntry("firstShare", detail, spectrum.firstShare),
            ]
        }
    }
}

/// The category of each subject.
struct SubjectCategories {
    private let names: [String: String]

    init(_ map: CategoryMap) {
        names = Dictionary(
            uniqueKeysWithValues: Subjects.all.map { ($0.name, map.category(of: $0).rawValue) })
    }

    /// The answer with its subject's category; the category is unknown for a subject that is not in
    /// MMLU.
    func placed(_ answer: AnswerRecord) -> AnswerRecord {
        var answer = answer
        answer.category = names[answer.subject] ?? ""
        return answer
    }
}
