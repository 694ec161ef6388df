import Testing

@testable import Statistics

/// Examples whose values were computed apart, by numpy and scipy; row 7's interval is published
/// (R. Bentur's example of PropCIs, 2009).
@Suite struct WorkedExampleTests {
    /// Losses are first less second.
    struct Example: Sendable {
        var effective: Double
        var loss: Double
        var interval: (Double, Double)
        var interval90: (Double, Double)
        var noLossP: Double
        var exact: Double?
        var midP: Double?
    }

    private static func sample(_ count: Int, lost: Int, gained: Int) throws -> PairedSample {
        try PairedSample(
            first: (0..<count).map { [$0 < lost || $0 >= lost + gained] },
            second: (0..<count).map { [$0 >= lost] })
    }

    /// Three repeats: so many questions with so many thirds lost; the rest is right in both.
    private static func thirds(_ count: Int, _ parts: [(Int, lost: Int)]) throws -> PairedSample {
        let losses = parts.flatMap { [Int](repeating: $0.lost, count: $0.0) }
        let rest = [[Bool]](repeating: [true, true, true], count: count - losses.count)
        return try PairedSample(
            first: losses.map { loss in (0..<3).map { $0 < max(loss, 0) } } + rest,
            second: losses.map { loss in (0..<3).map { $0 < max(-loss, 0) } } + rest)
    }

    private func check(_ found: PairedDifference, _ wanted: Example) throws {
        func isNear(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-6 }
        let interval = try #require(found.interval).negated
        let interval90 = try #require(found.interval90).negated
        #expect(isNear(found.effectiveCount, wanted.effective))
        #expect(isNear(-found.mean, wanted.loss))
        #expect(isNear(interval.lower, wanted.interval.0), "\(interval)")
        #expect(isNear(interval.upper, wanted.interval.1), "\(interval)")
        #expect(isNear(interval90.lower, wanted.interval90.0), "\(interval90)")
        #expect(isNear(interval90.upper, wanted.interval90.1), "\(interval90)")
        let margin = try #require(found.margin(0.02))
        #expect(isNear(margin.noLossP, wanted.noLossP), "\(margin)")
        if let exact = wanted.exact { #expect(isNear(found.signFlip.exact, exact)) }
        if let midP = wanted.midP { #expect(isNear(found.signFlip.midP, midP)) }
    }

    @Test(
        arguments: [
            (
                250, 0, 0,
                Example(
                    effective: 250, loss: 0, interval: (-0.015133, 0.015133),
                    interval90: (-0.010706, 0.010706), noLossP: 0.011949, exact: 1, midP: 1)
            ),
            (
                250, 1, 0,
                Example(
                    effective: 250, loss: 0.004, interval: (-0.011194, 0.022306),
                    interval90: (-0.006749, 0.017728), noLossP: 0.035380, exact: 1, midP: 0.5)
            ),
            (
                250, 5, 0,
                Example(
                    effective: 250, loss: 0.02, interval: (0.004564, 0.045956),
                    interval90: (0.009080, 0.040510), noLossP: 0.5, exact: 0.0625, midP: 0.03125)
            ),
            (
                250, 12, 4,
                Example(
                    effective: 250, loss: 0.032, interval: (0.000722, 0.068277),
                    interval90: (0.006197, 0.061577), noLossP: 0.781035, exact: 0.076813,
                    midP: 0.049042)
            ),
            (
                1000, 11, 3,
                Example(
                    effective: 1000, loss: 0.008, interval: (0.000774, 0.016946),
                    interval90: (0.002052, 0.015236), noLossP: 0.006701, exact: 0.057373,
                    midP: 0.035156)
            ),
            (
                1, 1, 0,
                Example(
                    effective: 1, loss: 1, interval: (-0.586901, 1), interval90: (-0.460268, 1),
                    noLossP: 0.836505, exact: 1, midP: 0.5)
            ),
            (
                21, 1, 7,
                Example(
                    effective: 21, loss: -0.285714, interval: (-0.517232, -0.026003),
                    interval90: (-0.481622, -0.074631), noLossP: 0.012448, exact: 0.070313,
                    midP: 0.039063)
            ),
        ] as [(Int, Int, Int, Example)])
    func `one repeat gives Tango's interval`(
        count: Int, lost: Int, gained: Int, wanted: Example
    ) throws {
        let found = try PairedDifference(strata: [
            Self.sample(count, lost: lost, gained: gained)
        ])
        try check(found, wanted)
        // No change is tested by mid-p, however few the discordant questions.
        #expect(found.noChangeP == found.signFlip.midP)
        #expect(count > 1 ? found.standardError != nil : found.standardError == nil)
    }

    @Test func `one question of 250 a third lost`() throws {
        let found = try PairedDifference(strata: [Self.thirds(250, [(1, lost: 1)])])
        try check(
            found,
            Example(
                effective: 300.020008, loss: 0.001333, interval: (-0.011326, 0.015159),
                interval90: (-0.007616, 0.011426), noLossP: 0.010459, exact: 1, midP: 0.5))
    }

    @Test func `whole and third losses and gains of 250 questions`() throws {
        let found = try PairedDifference(strata: [
            Self.thirds(250, [(4, lost: 3), (6, lost: 1), (3, lost: -1)])
        ])
        try check(
            found,
            Example(
                effective: 334.745763, loss: 0.02, interval: (0.002626, 0.043104),
                interval90: (0.005874, 0.038549), noLossP: 0.5, exact: 0.032715,
                midP: 0.021973))
        // With repeats the score test decides, not the sign-flip test.
        let p = try #require(found.noChangeP)
        #expect(p != found.signFlip.midP)
        #expect(p < 0.05 && p > 0.01)
    }

    @Test func `four categories`() throws {
        let found = try PairedDifference(strata: [
            Self.sample(250, lost: 0, gained: 0), Self.sample(250, lost: 2, gained: 1),
            Self.sample(250, lost: 6, gained: 0), Self.sample(250, lost: 1, gained: 0),
        ])
        try check(
            found,
            Example(
                effective: 1005.363041, loss: 0.008, interval: (0.002318, 0.016107),
                interval90: (0.003337, 0.014500), noLossP: 0.004214))
    }

    @Test func `the mean of three subjects`() throws {
        let found = try PairedDifference(
            strata: [
                Self.sample(10, lost: 1, gained: 0), Self.sample(20, lost: 0, gained: 1),
                Self.sample(70, lost: 2, gained: 1),
            ], weights: .alike)
        try check(
            found,
            Example(
                effective: 46.526300, loss: 0.021429, interval: (-0.076068, 0.126217),
                interval90: (-0.054368, 0.104025), noLossP: 0.515427))
    }

    @Test func `749 of 750 answers right`() throws {
        var correct = [[Bool]](repeating: [true, true, true], count: 250)
        correct[7][2] = false
        let found = try Accuracy(correct: correct)
        #expect(abs(found.effectiveCount - 300.020008) < 1e-6)
        #expect(abs(found.interval.lower - 0.984841) < 1e-6)
        #expect(abs(found.interval.upper - 0.999884) < 1e-6)
    }

    /// Without a discordant pair 268, 133 and 88 questions are needed.
    @Test(arguments: [(0.01, 268), (0.02, 133), (0.03, 88)])
    func `a margin that no answers could show is called impossible`(
        margin: Double, least: Int
    ) throws {
        for (count, isPossible) in [(least, true), (least - 1, false)] {
            let same = try PairedDifference(strata: [Self.sample(count, lost: 0, gained: 0)])
            let test = try #require(same.margin(margin))
            #expect(test.isPossible == isPossible)
            #expect(
                test.verdict(adjustedP: test.noLossP)
                    == (isPossible ? .shown : .tooFewQuestions))
            // One-sided at 0.05 is what the 90 % interval's end says.
            #expect((test.noLossP < 0.05) == (try #require(same.interval90).negated.upper < margin))
        }
    }

    @Test func `equivalence needs both sides`() throws {
        // 12 of 250 lost, 4 gained: no gain beyond 10 points, and no loss.
        let found = try PairedDifference(strata: [Self.sample(250, lost: 12, gained: 4)])
        let wide = try #require(found.margin(0.1))
        #expect(wide.noLossP < 0.05 && wide.equivalenceP == wide.noLossP)
        // A sure gain of 20 points is no loss, and not the same.
        let gain = try PairedDifference(strata: [Self.sample(250, lost: 0, gained: 50)])
        let one = try #require(gain.margin(0.02))
        #expect(one.noLossP < 1e-9 && one.equivalenceP > 0.999)
    }
}
