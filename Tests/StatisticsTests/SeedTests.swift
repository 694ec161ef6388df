import Basics
import Benchmarks
import Testing

@testable import Statistics

@Suite struct SeedTests {
    /// scipy 1.17.1: t.ppf(0.975, df), 2 t.sf(2.1, df), t.cdf(-0.3, df).
    @Test(arguments: [
        (1, 12.706204736174694, 0.282926056243018, 0.4072264209222577),
        (2, 4.302652729749462, 0.1705498691899675, 0.3962428304200888),
        (4, 2.7764451051977934, 0.10365328631760218, 0.3895607141387299),
        (9, 2.262157162798205, 0.06511828241215196, 0.3854953518707624),
        (249.5, 1.9695175917953445, 0.03673317320740712, 0.3822134741656465),
        (0.7, 36.611415031588656, 0.35787797050187453, 0.4146175931856675),
    ])
    func `Student's distribution is scipy's`(
        degrees: Double, quantile: Double, twoSided: Double, cumulative: Double
    ) {
        let t = StudentDistribution(degreesOfFreedom: degrees)
        #expect(abs(t.quantile(0.975) / quantile - 1) < 1e-10)
        #expect(abs(t.twoSided(2.1) - twoSided) < 1e-12)
        #expect(abs(t.cumulative(-0.3) - cumulative) < 1e-12)
    }

    @Test func `a mean over seeds has a t interval, of two none`() throws {
        let three = try SeedMean([0.5, 0.6, 0.7])
        // 0.1 / √3 · 4.302653.
        let interval = try #require(three.interval)
        #expect(abs(three.mean - 0.6) < 1e-15)
        #expect(abs(interval.upper - 0.848414) < 1e-6 && abs(interval.lower - 0.351586) < 1e-6)
        #expect(try SeedMean([0.5, 0.6]).interval == nil)
        #expect(try SeedMean([0.5]).standardError == nil)
    }

    private func sample(_ losses: [Int]) throws -> PairedSample {
        try PairedSample(first: losses.map { [$0 > 0] }, second: losses.map { [$0 < 0] })
    }

    @Test func `the error over seeds has both parts, worked out by hand`() throws {
        // Losses of four questions by seed: 1 1 0 0, 1 0 0 0, 0 0 0 -1.
        let seeds = try [[1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, -1]].map { [try sample($0)] }
        let found = try PairedDifference(seeds: seeds)
        #expect(found.seedMeans == [-0.5, -0.25, 0.25])
        #expect(abs(-found.mean - 1.0 / 6) < 1e-15)
        // Questions' means 2/3, 1/3, 0, -1/3 about 1/6: squares 20/36, over 3, over 4.
        let questions = 20.0 / 36 / 12
        // Seeds' means 1/2, 1/4, -1/4 about 1/6: 1/9 + 1/144 + 25/144 = 42/144, over 2, over 3.
        let seedPart = 42.0 / 144 / 6
        // All twelve about 1/6: 4 - 12/36 = 11/3; less 3 · 20/36 and 4 · 42/144: 5/6, over 6, over 12.
        let interaction = (11.0 / 3 - 60.0 / 36 - 168.0 / 144) / 6 / 12
        let variance = questions + seedPart - interaction
        #expect(try abs(#require(found.standardError) - variance.squareRoot()) < 1e-12)
        // The hull holds the interval of seeds taken as repeats.
        let degrees =
            variance * variance / (questions * questions / 3 + seedPart * seedPart / 2)
        let half =
            StudentDistribution(degreesOfFreedom: degrees).quantile(0.975)
            * variance.squareRoot()
        let interval = try #require(found.interval).negated
        #expect(
            interval.upper >= 1.0 / 6 + half - 1e-12 && interval.lower <= 1.0 / 6 - half + 1e-12)
    }

    @Test func `seeds that all agree leave the questions' interval`() throws {
        let one = try sample([Int](repeating: 0, count: 250))
        let found = try PairedDifference(seeds: [[one], [one], [one]])
        #expect(try abs(#require(found.interval).upper - 0.015133) < 1e-6)
        #expect(found.noChangeP == 1)
        // 250 questions show a margin of two points, in three trainings as in one.
        #expect(try abs(#require(found.margin(0.02)).noLossP - 0.011949) < 1e-6)
    }

    @Test func `two seeds are two values`() throws {
        let found = try PairedDifference(seeds: [[sample([1, 0])], [sample([0, 0])]])
        #expect(found.seedMeans == [-0.5, 0])
        #expect(found.interval == nil && found.noChangeP == nil && found.standardError == nil)
        #expect(found.margin(0.02) == nil)
    }

    @Test func `seeds with other questions are refused`() throws {
        let error = #expect(throws: InputError.self) {
            try PairedDifference(seeds: [[sample([1, 0])], [sample([1])]])
        }
        #expect(error?.message.contains("seed 2 has other questions") == true)
    }

    /// A seed moves a model's loss by a normal amount, the questions are drawn, and nothing changed on
    /// the whole: p < 0.05 in about 5 of 100, where seeds counted as repeats give up to 54.
    @Test(arguments: [(3, 0.0), (3, 0.02), (3, 0.05), (5, 0.05), (10, 0.02)])
    func `the level holds over seeds`(seedCount: Int, deviation: Double) throws {
        var random = SeededGenerator(seed: 7, for: ["level", "\(seedCount)", "\(deviation)"])
        func normal() -> Double {
            (0..<12).reduce(-6) { sum, _ in sum + random.unit() }
        }
        let runs = 1500
        var rejected = 0
        var naive = 0
        for _ in 0..<runs {
            let seeds = try (0..<seedCount).map { _ -> [PairedSample] in
                let shift = deviation * normal()
                let losses = (0..<250).map { _ -> Int in
                    let u = random.unit()
                    return u < 0.1 + max(0, shift) ? 1 : u > 0.9 + min(0, shift) ? -1 : 0
                }
                return [try sample(losses)]
            }
            let found = try PairedDifference(seeds: seeds)
            if try #require(found.noChangeP) < 0.05 { rejected += 1 }
            let pooled = try PairedDifference(
                strata: [PairedSample(pooling: seeds.map { $0[0] })])
            if try #require(pooled.noChangeP) < 0.05 { naive += 1 }
        }
        let level = Double(rejected) / Double(runs)
        #expect(level < 0.08, "\(level), seeds as repeats \(Double(naive) / Double(runs))")
        if deviation == 0.05 { #expect(Double(naive) / Double(runs) > 0.2) }
    }

    @Test func `Holm's adjusted values are those worked out by hand`() {
        let found = Holm.adjusted([0.01, 0.04, nil, 0.03, 0.005])
        let wanted: [Double?] = [0.03, 0.06, nil, 0.06, 0.02]
        for (one, other) in zip(found, wanted) {
            #expect((one == nil) == (other == nil))
            #expect(abs((one ?? 0) - (other ?? 0)) < 1e-15)
        }
        #expect(Holm.adjusted([0.4, 0.9]) == [0.8, 0.9])
        #expect(Holm.adjusted([]) == [])
    }

    @Test func `a choice says who else was as good, and how often it would come again`() throws {
        var random = SeededGenerator(seed: 1, for: ["choice"])
        let half = (0..<80).map { Double($0 % 2) }
        let other = (0..<80).map { Double(($0 + 1) % 2) }
        let none = [Double](repeating: 0, count: 80)
        let tied = try ChoiceStability([half, other, none], using: &random)
        #expect(tied.tiedCount == 2 && tied.nearCount == 2)
        // As likely as the other, and first where both are as good.
        #expect(tied.winCount > 450 && tied.winCount < 620)
        let sure = try ChoiceStability(
            [none, [Double](repeating: 1, count: 80)], using: &random)
        #expect(sure.tiedCount == 1 && sure.nearCount == 1 && sure.winCount == 1000)
        #expect(throws: InputError.self) { try ChoiceStability([], using: &random) }
    }
}
