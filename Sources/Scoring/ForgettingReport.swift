import Benchmarks
import Statistics

/// What training gave and what it took: the zero-shot gain on the category that was trained on,
/// against the few-shot loss in every category. It is what the paper is about (arXiv 2602.23197).
public struct ForgettingReport: Sendable {
    /// The change in one category behind one number of shots; a gain or a loss, as it is asked.
    public struct Change: Sendable {
        /// A category's name, or "all".
        public let group: String
        public let shots: Int
        public let questionCount: Int
        public let amount: Double
        public let interval: Interval?
        /// The row of the comparison that it is of.
        public let row: ComparisonTable.Row
    }

    /// nil where it is not known.
    public let target: Benchmarks.Category?
    /// Adapted less base, zero-shot: every category and "all".
    public let gains: [Change]
    /// Base less adapted, behind each number of shots above 0: every category and "all".
    public let losses: [Change]

    /// - Parameter comparison: base first, adapted second
    /// - Returns: nil unless both were asked zero-shot and few-shot
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

    /// nil where the target is not known, or nothing of it was asked.
    public var targetGain: Change? { gains.first { $0.group == target?.rawValue } }
}

extension ForgettingReport.Change {
    fileprivate init(_ row: ComparisonTable.Row, amount: Double, interval: Interval?) {
        self.init(
            group: row.group, shots: row.shots, questionCount: row.questionCount, amount: amount,
            interval: interval, row: row)
    }
}
