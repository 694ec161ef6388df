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
        if storePath ?? "none" != folder.keptStore { try folder.keep(store: storePath) }
    }

    /// What was chosen before, and is not now, is there to choose by.
    func recordRoles(_ results: SweepResults) throws {
        guard settings.selects else { return }
        let reported = Set(results.cells.filter { $0.role == .report }.map(\.name))
        for family in settings.grid.families {
            for candidate in family.candidates {
                for seed in settings.grid.seeds {
                    let cell = family.cell(candidate, seed: seed).name
                    let path = folder.cell(cell).path
                    guard !reported.contains(cell),
                        var identity = try RunIdentity.read(from: path),
                        identity.place?.role == .report
                    else { continue }
                    identity.place?.role = .selection
                    try identity.write(to: path)
                    try store?.setRole(StudyPlace.Role.selection.rawValue, ofRun: identity.id)
                }
            }
        }
    }

    /// Records how an adapter answered the selection sample; the ranks of its changes are the run's.
    func measure(_ run: RunFolder, _ training: TrainSettings) throws {
        guard settings.selects, let store, let id = try RunIdentity.read(from: run.path)?.id
        else { return }
        let score = try SelectionScore(run: run.path, keeps: training.keeping.adapter)
        try store.append([MeasurementEntry("selectionAccuracy", "", score.accuracy)], to: id)
    }
}
