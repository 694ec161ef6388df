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

    @Test func `repeats that agree by chance count in full, and never more`() throws {
        // Every question's mean is the whole's: nothing says that they differ.
        let even = try Accuracy(correct: [[true, false], [false, true], [true, false]])
        #expect(even.effectiveCount == 6)
        #expect(even.interval == .wilson(proportion: 0.5, count: 6))
        // Means 1, 1/2, 0 about 1/2: variance 1/6, p(1-p) = 1/4; 3 · (1/4) / (1/6) = 4.5 of 6.
        let mixed = try Accuracy(correct: [[true, true], [false, true], [false, false]])
        #expect(abs(mixed.effectiveCount - 4.5) < 1e-12)
    }

    @Test func `questions that are all right count once each, whatever the repeats`() throws {
        let accuracy = try Accuracy(correct: [[true, true], [true, true]])
        #expect(accuracy.effectiveCount == 2)
        #expect(accuracy.interval == .wilson(proportion: 1, count: 2))
        #expect(accuracy.interval.upper == 1)
    }
}
