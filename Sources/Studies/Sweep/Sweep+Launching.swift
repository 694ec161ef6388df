import Foundation
import Torch

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
        for slot in slots { try forgetFailure(of: slot) }
    }

    /// Records that a cell has no results, because whoever worked on it died.
    ///
    /// - Parameter cause: of the last death
    public func giveUp(on cell: String, cause: String) throws {
        try folder.cell(cell).record(CellFailure(death: cause))
    }
}
