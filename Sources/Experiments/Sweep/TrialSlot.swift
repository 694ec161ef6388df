import Tracking

/// A unit of a sweep's work, by number, which a worker takes.
public struct TrialSlot: Sendable {
    enum Work: Sendable {
        case base
        case cell(Trial)
        /// The hyperparameters that the group chose, with a seed.
        case winner(SweepGroup, seed: Int)
    }

    /// The slot's number, from 0.
    public let number: Int
    public let role: TrialContext.Role
    let work: Work

    /// How far its run goes.
    var extent: Run.Extent { role == .selection ? .adapter : .results }

    /// All slots of a sweep: the base model, then the candidates, then the reported runs.
    ///
    /// Their number is known before anything is chosen.
    static func all(of settings: SweepSettings) -> [TrialSlot] {
        let families = settings.grid.families
        let seeds = settings.grid.seeds
        var work: [(TrialContext.Role, Work)] = [(.base, .base)]
        if settings.selects {
            work += families.flatMap { family in
                family.candidates.flatMap { candidate in
                    seeds.prefix(1).map {
                        (.selection, .cell(family.cell(candidate, seed: $0)))
                    }
                }
            }
            work += families.flatMap { family in
                seeds.map { (.report, .winner(family, seed: $0)) }
            }
        } else {
            work += settings.cells.map { (.report, .cell($0)) }
        }
        return work.enumerated().map {
            TrialSlot(number: $0.offset, role: $0.element.0, work: $0.element.1)
        }
    }
}
