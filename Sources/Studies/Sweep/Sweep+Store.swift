import Foundation
import Results

/// What a study says of itself in the store, beside the rows of its runs.
extension Sweep {
    /// The store's file, an absolute path; nil for none.
    public var storePath: String? {
        store.map { URL(fileURLWithPath: $0.path).standardizedFileURL.path }
    }

    func recordBeginning() throws {
        try store?.begin(
            StudyEntry(
                id: folder.name, kind: "sweep",
                folder: URL(fileURLWithPath: folder.path).standardizedFileURL.path,
                configuration: try settings.record.yaml))
    }

    /// Records how an adapter answered the selection sample; the ranks of its changes are the run's.
    func measure(_ run: RunFolder, _ training: TrainSettings) throws {
        guard settings.selects, let store, let id = try RunIdentity.read(from: run.path)?.id
        else { return }
        let score = try SelectionScore(run: run.path, keeps: training.keeping.adapter)
        try store.append([MeasurementEntry("selectionAccuracy", "", score.accuracy)], to: id)
    }
}
