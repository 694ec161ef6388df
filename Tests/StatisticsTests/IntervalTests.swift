import Testing

@testable import Statistics

@Suite struct IntervalTests {
    /// Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17
    /// (1998), table I, method 3, has the first four to four digits; all digits are those of
    /// statsmodels 0.15.0, proportion_confint(k, n, method="wilson").
    @Test(arguments: [
        (81, 263, 0.2552885198782742, 0.36620957698280004),
        (15, 148, 0.06238639953073628, 0.16048724172330803),
        (0, 20, 0, 0.1611251580528194), (1, 29, 0.006113214292762667, 0.17175521879320294),
        (20, 20, 0.8388748419471804, 1), (1593, 2500, 0.618155471211452, 0.6558235371571949),
    ])
    func `Wilson's interval is the published one`(
        right: Int, count: Int, lower: Double, upper: Double
    ) {
        let interval = Interval.wilson(
            proportion: Double(right) / Double(count), count: Double(count))
        #expect(abs(interval.lower - lower) < 1e-14)
        #expect(abs(interval.upper - upper) < 1e-14)
    }

    @Test func `an accuracy's interval counts each question once where repeats agree`() throws {
        let rows = [[true, true, true], [false, false, false], [true, true, true]]
        let repeated = try Accuracy(correct: rows)
        let once = try Accuracy(correct: rows.map { [$0[0]] })
        #expect(once.effectiveCount == 3)
        #expect(abs(repeated.effectiveCount - 3) < 1e-12)
        #expect(abs(repeated.interval.lower - once.interval.lower) < 1e-12)
    }

    @Test func `repeats that agree by chance count nearly in full, and never more`() throws {
        // Every question's mean is the whole's: nothing says that they differ.
        // 3 (3/4 + 1) / (0 + 1) = 5.25 of 6, by the pseudo-question.
        let even = try Accuracy(correct: [[true, false], [false, true], [true, false]])
        #expect(abs(even.effectiveCount - 5.25) < 1e-12)
        // Means 1, 1/2, 0: sample variance 1/4, of the mean 1/12; 3 (3/4 + 1) / (6/12 + 1) = 3.5.
        let mixed = try Accuracy(correct: [[true, true], [false, true], [false, false]])
        #expect(abs(mixed.effectiveCount - 3.5) < 1e-12)
    }

    @Test func `an accuracy over categories knows that they differ`() throws {
        // statistics: 249 of 250, then 34, 42 and 37 of 250. Pooled the four would be one sample of
        // 1,000 with p 0.361: half-width 2.98 points. By category it is 1.95.
        let strata = [249, 34, 42, 37].map { right in (0..<250).map { [$0 < right] } }
        let all = try Accuracy(strata: strata)
        let pooled = try Accuracy(correct: strata.flatMap(\.self))
        #expect(all.mean == pooled.mean)
        #expect(all.interval.upper - all.interval.lower < 0.04)
        #expect(pooled.interval.upper - pooled.interval.lower > 0.059)
        // √Σ (1/4)² p(1-p)/249.
        let error = strata.reduce(0.0) { sum, part in
            let p = Double(part.count { $0[0] }) / 250
            return sum + p * (1 - p) / 249 / 16
        }.squareRoot()
        #expect(try abs(#require(all.itemStandardError) - error) < 1e-15)
    }

    @Test func `a mean of subjects with few questions has no interval`() throws {
        let two = [[true], [false]]
        #expect(try MacroAccuracy(correct: [two, two]).interval != nil)
        #expect(try MacroAccuracy(correct: [two, [[true]]]).interval == nil)
    }

    @Test func `questions that are all right count once each, whatever the repeats`() throws {
        let accuracy = try Accuracy(correct: [[true, true], [true, true]])
        #expect(accuracy.effectiveCount == 2)
        #expect(accuracy.interval == .wilson(proportion: 1, count: 2))
        #expect(accuracy.interval.upper == 1)
    }
}
