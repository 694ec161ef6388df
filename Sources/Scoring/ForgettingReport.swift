import Benchmarks
import Statistics

/// The forgetting report: the zero-shot gain on the trained category against the few-shot loss in
/// every category.
///
/// This is the paper's question (arXiv 2602.23197).
public struct ForgettingReport: Sendable {
    /// The change in one category with one number of shots: a gain or a loss, depending on its use.
    public struct Change: Sendable {
        /// A category's name, or "all".
        public let group: String
        public let shots: Int
        public let questionCount: Int
        public let amount: Double
        public let interval: Interval?
        /// The row of the comparison that the change comes from.
        public let row: ComparisonTable.Row
    }

    /// The trained category; nil where it is not known.
    public let target: Benchmarks.Category?
    /// Adapted minus base, zero-shot: every category and "all".
    public let gains: [Change]
    /// Base minus adapted, with each number of shots above 0: every category and "all".
    public let losses: [Change]

    /// - Parameter comparison: base first, adapted second
    /// - Returns: nil unless both were evaluated zero-shot and few-shot
    public init?(_ comparison: ComparisonTable, target: Benchmarks.Category?) {
        self.target = target
        gains = comparison.rows.filter { $0.shots == 0 }.map { row in
            Change(row, amount: row.micro.mean, interval: row.micro.interval)
        }
        losses = comparison.rows.filter { $0.shots > 0 }.map { row in
            Change(row, amount: 0 - row.micro.mean, interval: row.micro.interval?.negated)
        }
        if gains.isEmpty || losses.isEmpty { return nil }
    }

    /// nil where the target is not known, or none of its questions were evaluated.
    public var targetGain: Change? { gains.first { $0.group == target?.rawValue } }
}

extension ForgettingReport.Change {
    fileprivate init(_ row: ComparisonTable.Row, amount: Double, interval: Interval?) {
        self.init(
            group: row.group, shots: row.shots, questionCount: row.questionCount, amount: amount,
            interval: interval, row: row)
    }
}
