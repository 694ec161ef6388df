import Testing

@testable import Statistics

@Suite struct SignFlipTests {
    /// Questions in one repeat: so many lost, so many gained, and one of each kind besides.
    private func sample(lost: Int, gained: Int) throws -> PairedSample {
        let first =
            [Bool](repeating: true, count: lost) + [Bool](repeating: false, count: gained)
            + [true, false]
        let second =
            [Bool](repeating: false, count: lost) + [Bool](repeating: true, count: gained)
            + [true, false]
        return try PairedSample(first: first.map { [$0] }, second: second.map { [$0] })
    }

    /// 1 and 7 are the first example of Fagerland, Lydersen and Laake (2013): 0.070 and 0.039. All
    /// digits: statsmodels 0.15.0, mcnemar(exact=True); scipy 1.17.1, 2 binom.cdf(m, n, 0.5) -
    /// binom.pmf(m, n, 0.5).
    @Test(arguments: [
        (1, 7, 0.0703125, 0.0390625), (7, 1, 0.0703125, 0.0390625),
        (10, 14, 0.5412561893463135, 0.4243562221527099),
        (30, 12, 0.007915897334896727, 0.00540157265458959),
        (59, 86, 0.030481814649487685, 0.02511137725625679),
        (700, 900, 6.319484959450105e-07, 5.594509727662507e-07),
        (0, 40, 1.8189894035458565e-12, 9.09494701772929e-13),
        (1500, 2600, 8.100668173267793e-67, 6.382848818831404e-67),
    ])
    func `one repeat gives the binomial test`(
        lost: Int, gained: Int, exact: Double, midP: Double
    ) throws {
        let test = SignFlipTest(try sample(lost: lost, gained: gained))
        #expect(test.lostCount == lost)
        #expect(test.gainedCount == gained)
        // scipy's own digits end about there for thousands of throws.
        #expect(abs(test.exact - exact) <= 1e-11 * exact)
        #expect(abs(test.midP - midP) <= 1e-11 * midP)
    }

    @Test func `as many either way, or none, is no evidence`() throws {
        let even = SignFlipTest(try sample(lost: 5, gained: 5))
        #expect(even.exact == 1)
        // 1 - C(10, 5) / 2¹⁰ / 2.
        #expect(abs(even.midP - 0.876953125) < 1e-15)
        let none = SignFlipTest(try sample(lost: 0, gained: 0))
        #expect(none.exact == 1 && none.midP == 1)
    }

    @Test func `repeats give what throwing all signs gives`() throws {
        // Differences of right answers in three repeats.
        let differences = [3, -1, 2, 2, -3, 1, 1, 0, 3, -2]
        let pairs = try PairedSample(
            first: differences.map { d in (0..<3).map { $0 < max(0, -d) } },
            second: differences.map { d in (0..<3).map { $0 < max(0, d) } })
        #expect(pairs.differences == differences)
        let found = abs(differences.reduce(0, +))
        var larger = 0
        var equal = 0
        for signs in 0..<(1 << differences.count) {
            let sum = abs(
                differences.enumerated().reduce(0) {
                    $0 + ((signs >> $1.offset) & 1 == 1 ? $1.element : -$1.element)
                })
            if sum > found { larger += 1 }
            if sum == found { equal += 1 }
        }
        let all = Double(1 << differences.count)
        let test = SignFlipTest(pairs)
        #expect(abs(test.exact - Double(larger + equal) / all) < 1e-14)
        #expect(abs(test.midP - (Double(larger) + Double(equal) / 2) / all) < 1e-14)
    }

    @Test func `three repeats that agree are no more evidence than one`() throws {
        func rows(_ count: Int) throws -> SignFlipTest {
            let first = [true, false, false, false, false, false, true].map {
                [Bool](repeating: $0, count: count)
            }
            let second = first.map { $0.map { !$0 } }
            return SignFlipTest(try PairedSample(first: first, second: second))
        }
        #expect(try abs(rows(3).exact - rows(1).exact) < 1e-15)
        // Two against five: 2 · (1 + 7 + 21) / 2⁷.
        #expect(try abs(rows(3).exact - 0.453125) < 1e-15)
    }
}
