import Tracking

/// A piece of a sweep's work, by number: what a worker takes.
public struct TrialSlot: Sendable {
    enum Work: Sendable {
        case base
        case cell(Trial)
        /// Whatever its family chose, by a seed.
        case winner(SweepGroup, seed: Int)
    }

    /// From 0.
    public let number: Int
    public let role: TrialContext.Role
    let work: Work

    /// How far its run goes.
    var extent: Run.Extent { role == .selection ? .adapter : .results }

    /// All slots of a sweep: the base model, then what is chosen between, then what is reported. Their
    /// number is known before anything is chosen.
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
