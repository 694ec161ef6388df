import Testing

@testable import Statistics

@Suite struct BinomialTests {
    @Test func `four throws of a coin that hits one in four times are worked out by hand`() {
        // C(4, k) (1/4)^k (3/4)^(4-k): 81, 108, 54, 12, 1 of 256.
        let found = BinomialDistribution(count: 4, chance: 0.25).probabilities
        for (one, other) in zip(found, [81.0, 108, 54, 12, 1]) {
            #expect(abs(one - other / 256) < 1e-15)
        }
        #expect(found.count == 5)
    }

    /// scipy 1.17.1, binom.pmf(k, 14042, p).
    @Test(arguments: [
        (0.1, 1404, 0.011221964331517785), (0.1, 1300, 0.00014347393477377333),
        (0.997, 14_000, 0.06151655920729033), (0.00001, 0, 0.8689925714826348),
    ])
    func `thousands of throws are as exact`(chance: Double, hits: Int, expected: Double) {
        let found = BinomialDistribution(count: 14_042, chance: chance).probabilities
        #expect(abs(found[hits] - expected) < 1e-9 * expected)
        #expect(abs(found.reduce(0, +) - 1) < 1e-12)
    }
}
