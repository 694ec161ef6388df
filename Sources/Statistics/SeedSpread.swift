/// The error of a mean difference over training seeds and questions.
///
/// Every seed answers the same questions. The variance of the mean is therefore that of the
/// questions plus that of the seeds, less that of their interaction, which both include. It is at
/// least the larger of the first two. The degrees of freedom are those of F. E. Satterthwaite,
/// Biometrics Bulletin 2:110 (1946).
struct SeedSpread: Hashable, Sendable {
    let standardError: Double
    let distribution: StudentDistribution

    /// - Parameter seeds: the losses by seed, three seeds or more, all of the same strata
    /// - Returns: nil where a stratum has one question
    init?(_ seeds: [Strata]) {
        let seedCount = Double(seeds.count)
        let first = seeds[0]
        guard first.values.allSatisfy({ $0.count > 1 }) else { return nil }
        let overSeeds = Strata(
            means: first.values.indices.map { stratum in
                first.values[stratum].indices.map { question in
                    seeds.reduce(0) { $0 + $1.values[stratum][question] } / seedCount
                }
            }, weights: first.weights)
        let questionVariance = overSeeds.variance ?? 0
        let means = seeds.map { $0.mean() }
        let mean = means.reduce(0, +) / seedCount
        let seedVariance =
            means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (seedCount - 1) / seedCount
        var interaction = 0.0
        for stratum in first.values.indices {
            let count = Double(first.values[stratum].count)
            let byQuestion = overSeeds.values[stratum]
            let whole = byQuestion.reduce(0, +) / count
            var squares = 0.0
            for seed in seeds {
                let values = seed.values[stratum]
                let own = values.reduce(0, +) / count
                for (value, question) in zip(values, byQuestion) {
                    let rest = value - question - own + whole
                    squares += rest * rest
                }
            }
            let meanSquare = squares / ((count - 1) * (seedCount - 1))
            let weight = first.weights[stratum]
            interaction += weight * weight * meanSquare / (count * seedCount)
        }
        let variance = max(
            questionVariance + seedVariance - interaction, questionVariance, seedVariance)
        standardError = variance.squareRoot()
        let questionCount = first.values.reduce(0) { $0 + $1.count }
        let scale =
            questionVariance * questionVariance / Double(questionCount - first.count)
            + seedVariance * seedVariance / (seedCount - 1)
        distribution = StudentDistribution(
            degreesOfFreedom: scale > 0 ? variance * variance / scale : seedCount - 1)
    }

    /// A distance in standard errors.
    func t(_ distance: Double) -> Double {
        if standardError > 0 { return distance / standardError }
        return distance == 0 ? 0 : distance > 0 ? .infinity : -.infinity
    }

    /// - Parameter share: below the upper end
    func interval(of value: Double, share: Double) -> Interval {
        let half = distribution.quantile(share) * standardError
        return Interval(lower: max(-1, value - half), upper: min(1, value + half))
    }
}

extension Strata {
    fileprivate init(means values: [[Double]], weights: [Double]) {
        self.values = values
        self.weights = weights
    }
}
