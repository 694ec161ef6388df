import Basics
import Benchmarks
import Testing

@testable import Statistics

/// How often the interval holds the truth. Discreteness lets any honest method cover nearly always
/// where few questions differ, so only what it must reach is asked.
@Suite struct CoverageTests {
    /// Probabilities of 0, 1, … of `count`, up to where nothing is left.
    private func binomial(_ count: Int, _ chance: Double) -> [Double] {
        chance == 0 ? [1] : BinomialDistribution(count: count, chance: chance).probabilities
    }

    /// What is asked of `expected` questions that the models answer otherwise.
    private func least(_ expected: Double) -> Double {
        expected >= 15 ? 0.935 : expected >= 10 ? 0.93 : 0.925
    }

    @Test(arguments: [20, 50, 100, 250, 1000], [0.0, 0.005, 0.01, 0.03])
    func `one repeat covers at every loss, by enumeration`(count: Int, gain: Double) throws {
        var known: [Int: Interval] = [:]
        for net in [0.0, 0.002, 0.005, 0.01, 0.02, 0.035, 0.05, 0.06] {
            let loss = net + gain
            var covered = 0.0
            var above = 0.0
            for (lost, chance) in binomial(count, loss).enumerated() where chance > 1e-9 {
                // Of those not lost.
                let rest = binomial(count - lost, gain / (1 - loss))
                for (gained, other) in rest.enumerated() where chance * other > 1e-9 {
                    let key = lost * 2000 + gained
                    let interval =
                        known[key]
                        ?? TangoScore(
                            lost: Double(lost), gained: Double(gained), count: Double(count)
                        ).interval(quantile: Normal.quantile95)
                    known[key] = interval
                    if interval.lower <= net, net <= interval.upper { covered += chance * other }
                    if net > interval.upper { above += chance * other }
                }
            }
            let expected = Double(count) * (loss + gain)
            #expect(
                covered >= least(expected), "n \(count), gain \(gain), loss \(net): \(covered)")
            #expect(above <= 0.03, "n \(count), gain \(gain), loss \(net): \(above) above")
        }
    }

    /// Each repeat answers as its question does with chance √ρ, else by itself: the correlation of
    /// two repeats is ρ.
    @Test(arguments: [
        (3, 50, 0.02), (3, 250, 0.0), (3, 250, 0.01), (3, 250, 0.05), (10, 100, 0.02),
        (10, 250, 0.005),
    ])
    func `repeats cover by simulation`(repeats: Int, count: Int, net: Double) throws {
        let gain = 0.005
        let loss = net + gain
        let share = (0.6).squareRoot()
        var random = SeededGenerator(
            seed: 3, for: ["coverage", "\(repeats)", "\(count)", "\(net)"])
        func draw() -> Int {
            let u = random.unit()
            return u < loss ? 1 : u < loss + gain ? -1 : 0
        }
        let runs = 10_000
        var covered = 0
        var above = 0
        for _ in 0..<runs {
            let sums = (0..<count).map { _ -> Int in
                let own = draw()
                return (0..<repeats).reduce(0) { sum, _ in
                    sum + (random.unit() < share ? own : draw())
                }
            }
            let sample = try PairedSample(
                first: sums.map { sum in (0..<repeats).map { $0 < sum } },
                second: sums.map { sum in (0..<repeats).map { $0 < -sum } })
            let interval = try #require(PairedDifference(strata: [sample]).interval).negated
            if interval.lower <= net, net <= interval.upper { covered += 1 }
            if net > interval.upper { above += 1 }
        }
        let coverage = Double(covered) / Double(runs)
        // Standard error of the simulation: 0.0025.
        #expect(coverage >= least(Double(count) * (loss + gain)) - 0.005, "\(coverage)")
        #expect(Double(above) / Double(runs) <= 0.03 + 0.005)
    }

    @Test(arguments: [(3, 250, 0.7, 0.99), (10, 60, 0.7, 0.99), (3, 100, 0.5, 0.9)])
    func `an accuracy's interval covers with repeats near 1`(
        repeats: Int, count: Int, correlation: Double, truth: Double
    ) throws {
        let share = correlation.squareRoot()
        var random = SeededGenerator(seed: 5, for: ["wilson", "\(repeats)", "\(count)"])
        let runs = 10_000
        var covered = 0
        for _ in 0..<runs {
            let correct = (0..<count).map { _ -> [Bool] in
                let own = random.unit() < truth
                return (0..<repeats).map { _ in
                    random.unit() < share ? own : random.unit() < truth
                }
            }
            let interval = try Accuracy(correct: correct).interval
            if interval.lower <= truth, truth <= interval.upper { covered += 1 }
        }
        #expect(Double(covered) / Double(runs) >= 0.935, "\(covered) of \(runs)")
    }
}
