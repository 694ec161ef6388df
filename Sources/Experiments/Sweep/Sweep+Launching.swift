import Foundation
import Torch
import Tracking

/// What those need who share a study's cells out among processes.
extension Sweep {
    /// What of a study is not done, by slot numbers.
    public struct Rest: Sendable, Equatable {
        /// May be begun.
        public var ready: [Int] = []
        /// Begins when a family has chosen.
        public var waiting: [Int] = []

        public var count: Int { ready.count + waiting.count }
    }

    public func rest() throws -> Rest {
        var rest = Rest()
        for slot in slots {
            switch try resolve(slot) {
            case .finished: continue
            case .open: rest.ready.append(slot.number)
            case .waiting: rest.waiting.append(slot.number)
            }
        }
        return rest
    }

    /// Gives back the memory of the model, which others load.
    public func releaseModel() { bench.forget() }

    /// Lets cells that failed be run again.
    public func forgetFailures() throws {
        // All first: a winner is none any more once one that was chosen between is open again.
        let names = try slots.compactMap { try name(of: $0) }
        for name in names { folder.cell(name).forgetFailure() }
    }

    /// Records that a cell has no results, because whoever worked on it died.
    ///
    /// - Parameter cause: of the last death
    public func giveUp(on cell: String, cause: String) throws {
        let place = folder.cell(cell)
        try place.record(CellFailure(death: cause))
        // Whoever died could not tell the store; nor whether it had begun the run there.
        guard let store, let id = try RunManifest.read(from: place.path)?.id,
            try store.runs(ofStudy: folder.name).contains(where: { $0.id == id })
        else { return }
        try store.finish(run: id, failure: cause)
    }
}
