import Statistics

/// A model's accuracy less another's on the same questions, with its interval and its tests.
public struct TableDifference: Hashable, Sendable, Encodable {
    public let mean: Double
    /// Over questions, and over training seeds where there are several; nil of two seeds, and of one
    /// question.
    public let standardError: Double?
    /// 95 %; nil of two seeds.
    public let interval: [Double]?
    /// Of several training seeds each one's difference.
    public let seeds: [Double]?
    public let questions: Int
    /// Of the test that nothing changed.
    public let pNoChange: Double?
    /// The same, adjusted for the tests of its family (Holm); nil of "all", which is a summary.
    public fileprivate(set) var pNoChangeHolm: Double?
    /// Of the test that no more than the margin is lost.
    public let pNoLossBeyondMargin: Double?
    public fileprivate(set) var pNoLossBeyondMarginHolm: Double?
    /// Of the test that no more than the margin is lost or gained.
    public let pEquivalence: Double?
    public fileprivate(set) var noLossBeyondMargin: MarginTest.Verdict?

    private let test: MarginTest?

    private enum CodingKeys: String, CodingKey {
        case mean, standardError, interval, seeds, questions, pNoChange, pNoChangeHolm
        case pNoLossBeyondMargin, pNoLossBeyondMarginHolm, pEquivalence, noLossBeyondMargin
    }

    init(_ found: PairedDifference, marginPoints: Double) {
        mean = found.mean
        standardError = found.standardError
        interval = found.interval.map { [$0.lower, $0.upper] }
        seeds = found.seedCount > 1 ? found.seedMeans : nil
        questions = found.questionCount
        pNoChange = found.noChangeP
        test = found.margin(marginPoints / 100)
        pNoLossBeyondMargin = test?.noLossP
        pEquivalence = test?.equivalenceP
        noLossBeyondMargin = test.map { $0.verdict(adjustedP: $0.noLossP) }
    }

    /// The interval's ends as those of a loss.
    var lossInterval: [Double]? { interval.map { [0 - $0[1], 0 - $0[0]] } }

    /// A row's differences by column, p-values adjusted over the categories behind as many shots.
    static func row(
        of outcomes: Outcomes, from base: Outcomes, _ columns: [ResultTable.Column],
        marginPoints: Double
    ) throws -> [TableDifference?] {
        var found = try columns.map { column in
            try outcomes.difference(from: base, column).map {
                TableDifference($0, marginPoints: marginPoints)
            }
        }
        for shots in Set(columns.map(\.shots)) {
            let family = columns.indices.filter {
                columns[$0].shots == shots && !columns[$0].isTotal
            }
            let adjusted = adjusted(family.map { found[$0] })
            for (index, difference) in zip(family, adjusted) { found[index] = difference }
        }
        return found
    }

    /// The same, adjusted as one family of tests.
    static func adjusted(_ family: [TableDifference?]) -> [TableDifference?] {
        let noChange = Holm.adjusted(family.map { $0?.pNoChange })
        let noLoss = Holm.adjusted(family.map { $0?.pNoLossBeyondMargin })
        return family.indices.map { index in
            guard var difference = family[index] else { return nil }
            difference.pNoChangeHolm = noChange[index]
            difference.pNoLossBeyondMarginHolm = noLoss[index]
            if let p = noLoss[index] {
                difference.noLossBeyondMargin = difference.test?.verdict(adjustedP: p)
            }
            return difference
        }
    }
}

/// Two models of a study, compared by one test: few-shot accuracy over all questions.
public struct ModelPair: Sendable, Encodable {
    public let first: String
    public let second: String
    public let shots: Int
    /// The second less the first, adjusted over all pairs; nil where they have no seed in common.
    public let difference: TableDifference

    /// Every two rows, over the training seeds that both have; the base model stands beside each seed.
    static func all(
        of models: [TableModel], _ columns: [ResultTable.Column], marginPoints: Double
    ) throws -> [ModelPair] {
        guard let shots = columns.map(\.shots).max(), models.count > 2 else { return [] }
        let column = ResultTable.Column(shots: shots, category: "all")
        var pairs: [(first: String, second: String, difference: TableDifference)] = []
        for (index, one) in models.enumerated() {
            for other in models[(index + 1)...] where one.source.isComparable(with: other.source) {
                guard
                    let found = try other.outcomes.difference(
                        from: one.outcomes, column, runs: seeds(of: other.source, one.source))
                else { continue }
                pairs.append(
                    (
                        one.source.name, other.source.name,
                        TableDifference(found, marginPoints: marginPoints)
                    ))
            }
        }
        return zip(pairs, TableDifference.adjusted(pairs.map(\.difference))).compactMap {
            pair, adjusted in
            adjusted.map {
                ModelPair(first: pair.first, second: pair.second, shots: shots, difference: $0)
            }
        }
    }

    private static func seeds(
        of own: ModelRuns, _ other: ModelRuns
    ) -> [(own: Int, other: Int)] {
        own.runs.enumerated().compactMap { index, run in
            // Its base runs are those of the same seeds, or one that all share.
            let partner =
                other.model == "base" && other.runs.count == 1
                ? 0 : other.runs.firstIndex { $0.seed == run.seed }
            return partner.map { (own: index, other: $0) }
        }
    }
}
