import Benchmarks
import Statistics

/// Two models' answers to the same questions, compared by category and number of shots.
public struct ComparisonTable: Sendable {
    /// One cell: a group of questions behind a number of shots. Differences are the second model's
    /// accuracy less the first's.
    public struct Row: Sendable {
        /// A category's name, or "all".
        public let group: String
        public let shots: Int
        public let questionCount: Int
        /// Over all questions of the group.
        public let micro: PairedDifference
        /// The mean over its subjects.
        public let macro: PairedDifference
        public let test: McNemarTest
    }

    public let rows: [Row]
    /// By number of shots, which questions of the two models are the same: indices in their outcomes.
    public let pairs: [Int: QuestionPairs]
    /// Questions, over all numbers of shots, that only one of the two was asked.
    public let unpairedCount: Int

    /// The seed of every bootstrap, so that the same answers give the same intervals.
    public static let seed: UInt64 = 0

    /// - Parameter areOfOneSource: whether both are known to have read the same data, as models of one
    ///   run have; answers without content hashes are paired by place then
    /// - Throws: `StatisticsError` if questions differ in repeats.
    public init(
        first: AccuracyTable, second: AccuracyTable, areOfOneSource: Bool = true
    ) throws {
        var pairs: [Int: QuestionPairs] = [:]
        var rows: [Row] = []
        var unpaired = 0
        for (shots, one) in first.outcomes.sorted(by: { $0.key < $1.key }) {
            guard let other = second.outcomes[shots] else { continue }
            let found = QuestionPairs(one.asked, other.asked, areOfOneSource: areOfOneSource)
            pairs[shots] = found
            let (left, right) = one.common(with: other, found)
            unpaired += one.questions.count + other.questions.count - 2 * left.questions.count
            if left.questions.isEmpty { continue }
            for group in QuestionGroup.all(of: left, by: first.map) {
                rows.append(
                    try Row(
                        group.name, shots: shots, left.filtered(group.holds),
                        right.filtered(group.holds)))
            }
        }
        self.rows = rows
        self.pairs = pairs
        unpairedCount = unpaired
    }

    public subscript(_ group: String, shots shots: Int) -> Row? {
        rows.first { $0.group == group && $0.shots == shots }
    }
}

extension ComparisonTable.Row {
    /// - Parameter second: of the same questions, in the same order
    fileprivate init(_ group: String, shots: Int, _ first: Outcomes, _ second: Outcomes) throws {
        func generator(_ kind: String) -> SeededGenerator {
            SeededGenerator(
                seed: ComparisonTable.seed, for: ["bootstrap", kind, group, "\(shots)"])
        }
        var forMicro = generator("micro")
        var forMacro = generator("macro")
        let pairs = try PairedSample(first: first.correct, second: second.correct)
        let subjects = try zip(first.bySubject, second.bySubject).map {
            try PairedSample(first: $0, second: $1)
        }
        self.init(
            group: group, shots: shots, questionCount: first.questions.count,
            micro: try PairedDifference(strata: [pairs], using: &forMicro),
            macro: try PairedDifference(strata: subjects, using: &forMacro),
            test: McNemarTest(pairs))
    }
}
