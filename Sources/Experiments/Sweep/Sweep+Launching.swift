import Foundation
import Torch
import Tracking

/// What a launcher needs that distributes a sweep's cells among processes.
extension Sweep {
    /// The slots of a sweep that are not finished, by number.
    public struct Rest: Sendable, Equatable {
        /// Slots that can begin.
        public var ready: [Int] = []
        /// Slots that begin when a group has chosen.
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

    /// Frees the model's memory, since other processes load the model.
    public func releaseModel() { session.forget() }

    /// Clears failures, so that the failed cells run again.
    public func forgetFailures() throws {
        // All names are resolved first: a group has no winner any more once one of its candidates
        // is open again.
        let names = try slots.compactMap { try name(of: $0) }
        for name in names { folder.cell(name).forgetFailure() }
    }

    /// Records that a cell has no results, because its worker process died.
    ///
    /// - Parameter cause: the cause of the last death
    public func giveUp(on cell: String, cause: String) throws {
        let place = folder.cell(cell)
        try place.record(CellFailure(death: cause))
        // The dead process could not update the store. Whether it had begun the run there is
        // unknown.
        guard let store, let id = try RunManifest.read(from: place.path)?.id,
            try store.runs(ofStudy: folder.name).contains(where: { $0.id == id })
        else { return }
        try store.finish(run: id, failure: cause)
    }
}
