import Benchmarks
import Testing

@testable import Statistics

@Suite struct PairedTests {
    private func generator(_ seed: UInt64 = 0) -> SeededGenerator {
        SeededGenerator(seed: seed, for: ["test"])
    }

    private func sample(_ first: [Bool], _ second: [Bool]) throws -> PairedSample {
        try PairedSample(first: first.map { [$0] }, second: second.map { [$0] })
    }

    @Test func `unlike repeats are brought to one unit`() throws {
        // 1/2 to 2/3, and 1 to 1/3: in sixths +1 and -4.
        let sample = try PairedSample(
            first: [[true, false], [true, true]],
            second: [[true, true, false], [false, false, true]])
        #expect(sample.unitCount == 6)
        #expect(sample.differences == [1, -4])
        #expect(sample.difference == -0.25)
        #expect(sample.gainedCount == 1 && sample.lostCount == 1)
    }

    @Test func `the paired error is that of the questions' differences`() throws {
        // +1, 0, 0, -1, +1: mean 1/5, squares about it 3 - 1/5 = 14/5, over 4, over 5.
        let sample = try sample(
            [false, true, false, true, false], [true, true, false, false, true])
        #expect(abs(sample.difference - 0.2) < 1e-15)
        #expect(abs(try #require(sample.standardError) - (0.14).squareRoot()) < 1e-15)
    }

    @Test func `other questions are refused`() {
        let error = #expect(throws: StatisticsError.self) {
            try PairedSample(first: [[true]], second: [[true], [true]])
        }
        #expect(
            error?.message
                == "a comparison was asked for of 1 questions with 2; right would be the same"
                + " questions.")
        #expect(throws: StatisticsError.self) { try PairedSample(first: [], second: []) }
    }

    @Test func `a resample's ends are the binomial's quantiles`() throws {
        // 30 of 100 gained: the resampled count is Binomial(100, 0.3), whose quantiles scipy 1.17.1
        // gives as 21 and 39; between neighbours a quantile may lie one count off.
        let sample = try sample(
            [Bool](repeating: false, count: 100), (0..<100).map { $0 < 30 })
        var random = generator()
        let found = try PairedDifference(strata: [sample], using: &random)
        #expect(found.mean == 0.3)
        #expect(abs(found.interval.lower - 0.21) <= 0.010001)
        #expect(abs(found.interval.upper - 0.39) <= 0.010001)
    }

    @Test func `a question is resampled with all its repeats`() throws {
        // Two questions, +1 and 0 in all of four repeats: resampled whole, the mean is 0 or 1 in a
        // quarter of the draws each. Repeats drawn apart would hardly ever give either.
        let sample = try PairedSample(
            first: [[false, false, false, false], [true, true, true, true]],
            second: [[true, true, true, true], [true, true, true, true]])
        var random = generator()
        let found = try PairedDifference(strata: [sample], using: &random)
        #expect(found.interval == Interval(lower: 0, upper: 1))
    }

    @Test func `strata count alike and are resampled apart`() throws {
        // All of a large subject gained, all of a small one lost: nothing in it can vary.
        let large = try sample(
            [Bool](repeating: false, count: 9), [Bool](repeating: true, count: 9))
        let small = try sample([true], [false])
        var random = generator()
        let found = try PairedDifference(strata: [large, small], using: &random)
        #expect(found.mean == 0)
        #expect(found.interval == Interval(lower: 0, upper: 0))
        #expect(found.standardError == nil)
        let two = try sample([false, false, true, true], [true, false, true, true])
        let macro = try PairedDifference(strata: [large, two], using: &random)
        // Errors 0 and √(3/4/3/4) = 1/4, over two strata.
        #expect(try abs(#require(macro.standardError) - 0.125) < 1e-15)
        #expect(macro.mean == 0.625)
    }

    @Test func `a seed gives one interval, and another seed nearly the same`() throws {
        let sample = try sample(
            (0..<400).map { $0 % 3 == 0 }, (0..<400).map { $0 % 5 != 0 })
        func interval(_ seed: UInt64, resamples: Int = 10_000) throws -> Interval {
            var random = generator(seed)
            return try PairedDifference(
                strata: [sample], resampleCount: resamples, using: &random
            ).interval
        }
        let one = try interval(1)
        #expect(try interval(1) == one)
        // Of few resamples, whose ends still show what was drawn.
        #expect(try interval(1, resamples: 20) == interval(1, resamples: 20))
        #expect(try interval(1, resamples: 20) != interval(2, resamples: 20))
        let other = try interval(2)
        // Within a tenth of the standard error, three times what the number of resamples promises.
        let error = try #require(sample.standardError)
        #expect(abs(other.lower - one.lower) < 0.1 * error)
        #expect(abs(other.upper - one.upper) < 0.1 * error)
        // And about ±1.96 errors, as for any mean of many.
        #expect(abs(one.lower - (sample.difference - 1.96 * error)) < 0.15 * error)
        #expect(abs(one.upper - (sample.difference + 1.96 * error)) < 0.15 * error)
    }

    @Test func `quantiles lie between neighbours as numpy has them`() {
        // numpy 2.4.6: quantile([0, 1, 2, 3, 10], [0.025, 0.975, 0.5]) is 0.1, 9.3, 2.
        let values = [0.0, 1, 2, 3, 10]
        #expect(abs(values.quantile(0.025) - 0.1) < 1e-12)
        #expect(abs(values.quantile(0.975) - 9.3) < 1e-12)
        #expect(values.quantile(0.5) == 2)
        #expect([4.0].quantile(0.975) == 4)
    }
}
