import Basics
import Testing

@testable import Statistics

@Suite struct PairedTests {
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
        let found = try PairedDifference(strata: [
            sample([false, true, false, true, false], [true, true, false, false, true])
        ])
        #expect(abs(found.mean - 0.2) < 1e-15)
        #expect(abs(try #require(found.standardError) - (0.14).squareRoot()) < 1e-15)
    }

    @Test func `swapping the models mirrors the interval`() throws {
        let one = (0..<60).map { $0 % 3 == 0 }
        let other = (0..<60).map { $0 % 4 != 0 }
        let gain = try PairedDifference(strata: [sample(one, other)])
        let loss = try PairedDifference(strata: [sample(other, one)])
        let (a, b) = (try #require(gain.interval), try #require(loss.interval).negated)
        #expect(abs(a.lower - b.lower) < 1e-11 && abs(a.upper - b.upper) < 1e-11)
        #expect(gain.noChangeP == loss.noChangeP)
    }

    @Test func `strata count alike, and give no interval where one has one question`() throws {
        // All of a large subject gained, all of a small one lost.
        let large = try sample(
            [Bool](repeating: false, count: 9), [Bool](repeating: true, count: 9))
        let small = try sample([true], [false])
        let found = try PairedDifference(strata: [large, small], weights: .alike)
        #expect(found.mean == 0)
        #expect(found.interval == nil && found.standardError == nil && found.noChangeP == nil)
        #expect(found.margin(0.02) == nil)
        // Errors 0 and √(3/4/3/4) = 1/4, over two strata.
        let two = try sample([false, false, true, true], [true, false, true, true])
        let macro = try PairedDifference(strata: [large, two], weights: .alike)
        #expect(try abs(#require(macro.standardError) - 0.125) < 1e-15)
        #expect(macro.mean == 0.625)
    }

    @Test func `a category of one question joins the others`() throws {
        let parts = [
            try sample([true, false, true], [false, true, true]), try sample([true], [false]),
        ]
        let joined = try sample([true, false, true, true], [false, true, true, false])
        let one = try PairedDifference(strata: parts)
        #expect(try one == PairedDifference(strata: [joined]))
        #expect(one.interval != nil)
    }

    @Test func `no questions are refused`() {
        let error = #expect(throws: InputError.self) { try PairedDifference(strata: []) }
        #expect(
            error?.message == "a paired difference: there are no questions; one is needed")
    }

    @Test func `other questions are refused`() {
        let error = #expect(throws: InputError.self) {
            try PairedSample(first: [[true]], second: [[true], [true]])
        }
        #expect(
            error?.message
                == "a paired sample: has 1 questions of the first model and 2 of the second; the same"
                + " are needed")
        #expect(throws: InputError.self) { try PairedSample(first: [], second: []) }
    }
}
