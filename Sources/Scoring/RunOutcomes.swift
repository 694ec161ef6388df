import Benchmarks
import Statistics

/// Which questions a model answered correctly in one run.
public struct RunOutcomes: Sendable, Equatable {
    public let byShots: [Int: Outcomes]
    /// The category of each subject.
    public let map: CategoryMap

    public init(_ byShots: [Int: Outcomes], by map: CategoryMap) {
        self.byShots = byShots
        self.map = map
    }

    public init(_ answers: [Answer], by map: CategoryMap = .hendrycks) {
        self.init(Dictionary(grouping: answers, by: \.shots).mapValues(Outcomes.init), by: map)
    }

    /// The columns that have a question.
    var columns: [TableColumn] {
        byShots.flatMap { shots, outcomes in
            QuestionGroup.all(of: outcomes, by: map).map {
                TableColumn(shots: shots, category: $0.name)
            }
        }.sorted()
    }

    /// The questions of a column; nil without any.
    private func outcomes(of column: TableColumn) -> Outcomes? {
        guard let all = byShots[column.shots],
            let group = QuestionGroup.all(of: all, by: map).first(where: {
                $0.name == column.category
            })
        else { return nil }
        return all.filtered(group.holds)
    }

    /// nil without a question.
    func accuracy(_ column: TableColumn) throws -> Accuracy? {
        try outcomes(of: column).map { try Accuracy(strata: $0.byCategory(map)) }
    }

    /// The pooled accuracy of all runs of a model; nil without a question common to all.
    ///
    /// - Parameter runs: one or more, with the same category map
    static func pooledAccuracy(_ runs: [RunOutcomes], _ column: TableColumn) throws -> Accuracy? {
        let parts = runs.compactMap { $0.outcomes(of: column) }
        guard parts.count == runs.count else { return nil }
        let pooled = Outcomes.pooled(parts)
        return pooled.questions.isEmpty
            ? nil : try Accuracy(strata: pooled.byCategory(runs[0].map))
    }
}
