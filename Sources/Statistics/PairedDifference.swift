import Basics

/// The difference of two models' accuracies on the same questions, over one training or several, with
/// its interval and its tests.
///
/// Inference is by question: repeats never count as questions. Over several trainings, seeds differing
/// alone, both the questions' and the seeds' spread are in the errors.
public struct PairedDifference: Hashable, Sendable {
    /// The second's accuracy less the first's, over the seeds.
    public let mean: Double
    /// The same of each seed.
    public let seedMeans: [Double]
    public let questionCount: Int
    /// n₀: the number of questions of one stratum with the same information.
    public let nominalCount: Double
    /// n_e: the number of independent answers with the same information.
    public let effectiveCount: Double
    /// Over questions, and over seeds where there are several. Nil where a stratum has one question,
    /// and of two seeds.
    public let standardError: Double?
    /// 95 % of such intervals contain the true difference. Nil where the strata are too small for
    /// an interval, and for two seeds.
    public let interval: Interval?
    /// The 90 % interval: its ends are the bounds of one-sided tests at 0.05.
    public let interval90: Interval?
    /// Of the test that nothing changed; nil where there is no interval.
    public let noChangeP: Double?
    /// The sign-flip test on all questions, whatever their strata.
    public let signFlip: SignFlipTest

    private let score: TangoScore
    private let seeds: SeedSpread?

    public var seedCount: Int { seedMeans.count }

    /// The difference of one training.
    ///
    /// - Parameters:
    ///   - strata: one or more samples
    ///   - weights: how the strata count in the mean
    /// - Throws: `InputError` without strata.
    public init(strata: [PairedSample], weights: StratumWeights = .bySize) throws {
        try self.init(seeds: [strata], weights: weights)
    }

    /// The difference over several trainings.
    ///
    /// The interval of one training is Tango's score interval on an effective sample. Over seeds it
    /// is the hull of that, seeds taken as repeats, and of a t interval whose error has the questions'
    /// and the seeds' variance (`SeedSpread`). "No change" is tested by the sign-flip test's mid-p for
    /// one repeat, by the score test for several.
    ///
    /// - Parameter seeds: `[seed][stratum]`, the same questions in the same order for every seed
    /// - Throws: `InputError` without strata, or where seeds differ in questions.
    public init(seeds: [[PairedSample]], weights: StratumWeights = .bySize) throws {
        guard let first = seeds.first, !first.isEmpty else {
            throw InputError("a paired difference: there are no questions; one is needed")
        }
        let shape = first.map(\.differences.count)
        if let odd = seeds.firstIndex(where: { $0.map(\.differences.count) != shape }) {
            throw InputError(
                "a paired difference: seed \(odd + 1) has other questions than seed 1; the same"
                    + " are needed")
        }
        let pooled = first.indices.map { index in
            PairedSample(pooling: seeds.map { $0[index] })
        }
        let joined = PairedSample(joining: pooled)
        let sample = Strata(pooled.map(\.losses), weights)
        let lost = sample.mean { max($0, 0) }
        let gained = sample.mean { max(-$0, 0) }
        let loss = lost - gained
        questionCount = joined.differences.count
        nominalCount = sample.nominalCount
        let count = sample.effectiveCount(
            ofOne: lost + gained - loss * loss, repeatCount: joined.repeatCount)
        effectiveCount = count
        score = TangoScore(lost: lost * count, gained: gained * count, count: count)
        signFlip = SignFlipTest(joined)
        mean = 0 - loss
        let bySeed = seeds.map { Strata($0.map(\.losses), weights) }
        seedMeans = bySeed.map { 0 - $0.mean() }
        self.seeds = seeds.count > 2 ? SeedSpread(bySeed) : nil
        let isKnown = sample.allowsInterval(weights) && seeds.count != 2
        standardError =
            seeds.count == 2
            ? nil : self.seeds?.standardError ?? sample.variance.map { $0.squareRoot() }
        let spread = self.seeds
        let score = score
        func hull(_ share: Double, _ z: Double) -> Interval? {
            guard isKnown else { return nil }
            let own = score.interval(quantile: z)
            return (spread.map { own.hull(with: $0.interval(of: loss, share: share)) } ?? own)
                .negated
        }
        interval = hull(0.975, Normal.quantile95)
        interval90 = hull(0.95, Normal.quantile90)
        if !isKnown {
            noChangeP = nil
        } else if let spread {
            noChangeP = max(score.twoSidedP, spread.distribution.twoSided(spread.t(loss)))
        } else {
            noChangeP =
                joined.repeatCount == 1 && weights == .bySize ? signFlip.midP : score.twoSidedP
        }
    }

    /// Whether the second model's accuracy is below the first's by no more than a margin.
    ///
    /// - Parameter margin: in accuracy, from 0 to 1: 0.02 is two percentage points
    /// - Returns: nil where there is no interval
    public func margin(_ margin: Double) -> MarginTest? {
        guard interval != nil else { return nil }
        let loss = 0 - mean
        var noLoss = Normal.cumulative(score.statistic(margin))
        var noGain = 1 - Normal.cumulative(score.statistic(-margin))
        if let seeds {
            noLoss = max(noLoss, seeds.distribution.cumulative(seeds.t(loss - margin)))
            noGain = max(noGain, 1 - seeds.distribution.cumulative(seeds.t(loss + margin)))
        }
        let z2 = Normal.quantile90 * Normal.quantile90
        return MarginTest(
            margin: margin, noLossP: noLoss, equivalenceP: max(noLoss, noGain),
            isPossible: z2 / (nominalCount + z2) < margin)
    }
}

extension TangoScore {
    /// Of the test that there is no loss and no gain.
    fileprivate var twoSidedP: Double {
        if lost == 0, gained == 0 { return 1 }
        return 2 * Normal.cumulative(-abs(statistic(0)))
    }
}
