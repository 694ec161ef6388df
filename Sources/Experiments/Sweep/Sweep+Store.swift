import Basics
import Foundation
import Torch
import Tracking
import Training

/// The store's record of the sweep, besides the rows of its runs.
extension Sweep {
    /// The store's file, an absolute path; nil for none.
    public var storePath: String? {
        store.map { FilePath.absolute($0.path) }
    }

    /// Updates the store at the start of a sweep.
    ///
    /// A moved sweep keeps its rows. Runs that were made with another store are imported into this
    /// one.
    ///
    /// - Throws: `FileError` for a copy of a sweep whose runs are in the same store.
    func recordBeginning() throws {
        let place = folder.place(store: storePath)
        if place == folder.place { return try begin(in: place.folder) }
        // If there are several processes, one adds the missing rows to the store.
        let lock = try FolderLock(waitingFor: folder.path)
        defer { withExtendedLifetime(lock) {} }
        let former = folder.place
        let moved = folder.movedFrom
        if let former { try takeRows(of: former, movedFrom: moved) }
        try begin(in: place.folder)
        if former != nil, former?.store != place.store || moved != nil { try storeCells() }
        try folder.keep(place)
    }

    /// Clears the sweep's former folder in the store, as the store would otherwise keep it.
    private func takeRows(of former: SweepDirectory.Place, movedFrom moved: String?) throws {
        guard let store,
            let known = try store.studies().first(where: { $0.id == folder.name })?.folder,
            known == moved || former.folder == nil,
            known != FilePath.absolute(folder.path)
        else { return }
        guard !SweepDirectory.isTaken(known) else {
            throw FileError(
                path: folder.path,
                problem: "is a copy of \(known), whose runs are in \(store.path)",
                remedy: "name another store by --store FILE, or --store none")
        }
        try begin(in: nil)
    }

    private func begin(in place: String?) throws {
        try store?.begin(
            SweepEntry(
                id: folder.name, kind: "sweep", folder: place,
                configuration: try settings.record.yaml))
    }

    /// Imports the runs that were made elsewhere, or with another store.
    private func storeCells() throws {
        guard let store else { return }
        let cells = folder.path + "/cells"
        let names = try? FileManager.default.contentsOfDirectory(atPath: cells)
        for path in (names ?? []).sorted().map({ cells + "/" + $0 }) {
            // A run that has not begun has no rows; the process that works on a cell writes its
            // rows.
            guard var identity = try RunManifest.read(from: path),
                (try? FolderLock(path)) != nil
            else { continue }
            identity.store = storePath
            try identity.write(to: path)
            _ = try StoredFolder(
                path, of: StoredSweep.Record(around: path, in: store), into: store
            ) { try report(.run(.measuredChange($0, of: $1))) }
        }
        for cell in settings.cells where try folder.cell(cell.name).state(.adapter) == .done {
            try measure(folder.cell(cell.name).path, settings.training(of: cell))
        }
    }

    /// Gives runs that were winners before, and are not now, the role of selection.
    func recordRoles(_ results: SweepResults) throws {
        guard settings.selects else { return }
        let reported = Set(results.cells.filter { $0.role == .report }.map(\.name))
        for family in settings.grid.families {
            for candidate in family.candidates {
                for seed in settings.grid.seeds {
                    let cell = family.cell(candidate, seed: seed).name
                    let path = folder.cell(cell).path
                    guard !reported.contains(cell),
                        var identity = try RunManifest.read(from: path),
                        identity.place?.role == .report
                    else { continue }
                    identity.place?.role = .selection
                    try identity.write(to: path)
                    try store?.setRole(TrialContext.Role.selection.rawValue, ofRun: identity.id)
                }
            }
        }
    }

    /// Records an adapter's score on the selection sample; the run itself records the ranks of its
    /// changes.
    ///
    /// - Parameter run: the run's folder
    func measure(_ run: String, _ training: TrainSettings) throws {
        guard settings.selects, let store, let id = try RunManifest.read(from: run)?.id
        else { return }
        let score = try ValidationScore(run: run, keeps: training.checkpoints.keep)
        try store.append([MeasurementEntry("selectionAccuracy", "", score.accuracy)], to: id)
    }
}
