import Benchmarks
import Statistics

/// A paired comparison of two models by category and number of shots, over one training or several
/// that differ only in their seed.
public struct ComparisonTable: Sendable {
    /// One cell: a group of questions with a number of shots.
    ///
    /// Differences are the second model's accuracy minus the first's.
    public struct Row: Sendable {
        /// A category's name, or "all".
        public let group: String
        public let shots: Int
        public let questionCount: Int
        /// The difference over all questions of the group; for "all", by category.
        public let micro: PairedDifference
        /// The mean difference over its subjects.
        public let macro: PairedDifference
        /// The p-value of no difference, adjusted for the categories with as many shots (Holm), or
        /// for all pairs of models.
        ///
        /// nil for a model's "all", which is a summary, and without a test.
        public fileprivate(set) var adjustedP: Double?
        /// Whether the second model loses no more than the margin; nil where there is no test.
        public let margin: MarginTest?
        /// `margin`'s p, adjusted in the same way.
        public fileprivate(set) var adjustedMarginP: Double?

        /// The conclusion about a loss beyond the margin.
        public var verdict: MarginTest.Verdict? {
            margin.map { $0.verdict(adjustedP: adjustedMarginP ?? $0.noLossP) }
        }
    }

    public let rows: [Row]
    /// Which questions of the two models are the same, by number of shots: indices in the questions
    /// that all trainings of a model answered.
    public let pairs: [Int: QuestionPairs]

    /// The default loss that differences are tested against, in percentage points.
    public static let usualMarginPoints = 2.0

    /// - Parameters:
    ///   - areOfOneSource: whether both are known to have read the same data, as models of one run
    ///     have; answers without content hashes are paired by position then
    ///   - marginPoints: the loss that the second model's is tested against, in percentage points
    /// - Throws: `InputError` if questions differ in repeats.
    public init(
        first: AccuracyTable, second: AccuracyTable, areOfOneSource: Bool = true,
        marginPoints: Double = ComparisonTable.usualMarginPoints
    ) throws {
        try self.init(
            seeds: [(first.outcomes, second.outcomes)], areOfOneSource: areOfOneSource,
            marginPoints: marginPoints)
    }

    /// - Parameter seeds: both models' answers in each training, one or more; the questions that all
    ///   answered count
    public init(
        seeds: [(first: RunOutcomes, second: RunOutcomes)], areOfOneSource: Bool = true,
        marginPoints: Double = ComparisonTable.usualMarginPoints
    ) throws {
        var pairs: [Int: QuestionPairs] = [:]
        var rows: [Row] = []
        precondition(!seeds.isEmpty, "a comparison is of one training or more")
        let known = seeds[0].first
        for shots in known.byShots.keys.sorted() {
            let firsts = seeds.compactMap { $0.first.byShots[shots] }
            let seconds = seeds.compactMap { $0.second.byShots[shots] }
            guard firsts.count == seeds.count, seconds.count == seeds.count else { continue }
            pairs[shots] = QuestionPairs(
                Outcomes.common(of: firsts, areOfOneSource: true)[0].answered,
                Outcomes.common(of: seconds, areOfOneSource: true)[0].answered,
                areOfOneSource: areOfOneSource)
            let common = Outcomes.common(
                of: zip(firsts, seconds).flatMap { [$0, $1] }, areOfOneSource: areOfOneSource)
            if common[0].questions.isEmpty { continue }
            rows += try Self.rows(shots: shots, common, by: known.map, marginPoints: marginPoints)
        }
        self.rows = rows
        self.pairs = pairs
    }

    public subscript(_ group: String, shots shots: Int) -> Row? {
        rows.first { $0.group == group && $0.shots == shots }
    }

    package subscript(_ column: TableColumn) -> Row? { self[column.category, shots: column.shots] }

    /// - Parameter outcomes: both models' outcomes of each training, on the same questions
    private static func rows(
        shots: Int, _ outcomes: [Outcomes], by map: CategoryMap, marginPoints: Double
    ) throws -> [Row] {
        let rows = try QuestionGroup.all(of: outcomes[0], by: map).map { group in
            let parts = outcomes.map { $0.filtered(group.holds) }
            func difference(
                _ strata: (Outcomes) -> [[[Bool]]], _ weights: StratumWeights
            ) throws -> PairedDifference {
                let seeds = try stride(from: 0, to: parts.count, by: 2).map { index in
                    try zip(strata(parts[index]), strata(parts[index + 1])).map {
                        try PairedSample(first: $0, second: $1)
                    }
                }
                return try PairedDifference(seeds: seeds, weights: weights)
            }
            let micro = try difference({ $0.byCategory(map) }, .bySize)
            return Row(
                group: group.name, shots: shots, questionCount: parts[0].questions.count,
                micro: micro, macro: try difference(\.bySubject, .alike),
                margin: micro.margin(marginPoints / 100))
        }
        return Row.adjusted(Array(rows.dropLast())) + rows.suffix(1)
    }
}

extension ComparisonTable.Row {
    /// The same rows with p-values adjusted as one family of tests (Holm).
    static func adjusted(_ family: [Self]) -> [Self] {
        let noChange = Holm.adjusted(family.map(\.micro.noChangeP))
        let noLoss = Holm.adjusted(family.map(\.margin?.noLossP))
        return family.indices.map { index in
            var row = family[index]
            row.adjustedP = noChange[index]
            row.adjustedMarginP = noLoss[index]
            return row
        }
    }
}
