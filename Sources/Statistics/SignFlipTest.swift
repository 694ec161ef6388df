/// A test of whether one model answers the same questions correctly more often than another.
///
/// It uses the questions on which they differ. If neither is better, each such question is as
/// likely to favour the one as the other. `exact` is the probability, on that condition, of a
/// difference as large as the one found or larger, in either direction. `midP` counts a difference
/// just as large by half. For one repeat this is McNemar's test, whose mid-p keeps its level where
/// the exact test is conservative: M. W. Fagerland, S. Lydersen, P. Laake, "The McNemar test for
/// binary matched-pairs data: mid-p and asymptotic are better than exact conditional", BMC Medical
/// Research Methodology 13:91 (2013).
///
/// With repeats a question's difference also has a size, and only its sign is random. The
/// distribution is that of the sum of all sizes with random signs of equal probability. The test
/// needs differences that are symmetric about 0. Many small losses with few large gains are not
/// (`PairedDifference` takes the score test there).
public struct SignFlipTest: Hashable, Sendable {
    public let gainedCount: Int
    public let lostCount: Int
    public let exact: Double
    public let midP: Double

    public init(_ sample: PairedSample) {
        gainedCount = sample.gainedCount
        lostCount = sample.lostCount
        var sizes: [Int: Int] = [:]
        for difference in sample.differences where difference != 0 {
            sizes[abs(difference), default: 0] += 1
        }
        // Of all sizes, those that favour the model that is worse.
        let total = sizes.reduce(0) { $0 + $1.key * $1.value }
        let against = (total - abs(sample.differences.reduce(0, +))) / 2
        var tail = [1.0]
        for (size, count) in sizes.sorted(by: { $0.key < $1.key }) {
            let heads = BinomialDistribution(count: count, chance: 0.5).probabilities
            tail = Self.adding(heads, ofSize: size, to: tail, upTo: against)
        }
        let below = tail.prefix(against).reduce(0, +)
        let at = tail.count > against ? tail[against] : 0
        if total == 2 * against {
            exact = 1
            // Nothing differs: nothing was thrown.
            midP = total == 0 ? 1 : 1 - at / 2
        } else {
            exact = min(1, 2 * (below + at))
            midP = 2 * below + at
        }
    }

    /// The distribution of a sum with `size` times a number of heads added, as far as `limit`.
    private static func adding(
        _ heads: [Double], ofSize size: Int, to sum: [Double], upTo limit: Int
    ) -> [Double] {
        let length = min(limit, sum.count - 1 + size * (heads.count - 1)) + 1
        var result = [Double](repeating: 0, count: length)
        for (value, weight) in sum.enumerated() where weight > 0 {
            for (k, probability) in heads.enumerated() {
                let position = value + size * k
                if position >= length { break }
                result[position] += weight * probability
            }
        }
        return result
    }
}
