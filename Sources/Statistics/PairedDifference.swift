/// The difference of two models' accuracies on the same questions, with its error and its interval.
public struct PairedDifference: Hashable, Sendable {
    /// The second's accuracy less the first's.
    public let mean: Double
    /// Over questions, paired. Nil where a stratum has one question.
    public let standardError: Double?
    /// 95 % of the differences of resampled questions lie in it.
    public let interval: Interval

    /// Enough that another seed moves an end by about three hundredths of the standard error.
    public static let resampleCount = 10_000

    /// The mean of the strata's differences, each stratum counted once: one stratum of all questions
    /// is the micro average, a stratum a subject the macro average.
    ///
    /// The interval is that of the paired bootstrap: questions are drawn again, with replacement, as
    /// many from each stratum as it has, a question with both models' answers in all repeats; its
    /// ends are the 0.025 and 0.975 quantiles of the differences. Source: B. Efron,
    /// R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13.
    ///
    /// - Throws: `StatisticsError` without strata.
    public init(
        strata: [PairedSample], resampleCount: Int = PairedDifference.resampleCount,
        using generator: inout some RandomNumberGenerator
    ) throws {
        mean = try strata.map(\.difference).mean()
        standardError = strata.map(\.standardError).errorOfTheirMean
        var resamplers = strata.map(Resampler.init)
        let resampled = (0..<max(1, resampleCount)).map { _ in
            var sum = 0.0
            for index in resamplers.indices { sum += resamplers[index].mean(using: &generator) }
            return sum / Double(resamplers.count)
        }.sorted()
        let tail = (1 - Interval.level) / 2
        interval = Interval(
            lower: resampled.quantile(tail), upper: resampled.quantile(1 - tail))
    }
}

extension [Double] {
    /// Of sorted numbers the value below which a share lies, linear between neighbours (Hyndman and
    /// Fan's type 7, numpy's default).
    func quantile(_ share: Double) -> Double {
        let place = share * Double(count - 1)
        let below = Int(place)
        let above = Swift.min(below + 1, count - 1)
        return self[below] + (place - Double(below)) * (self[above] - self[below])
    }
}
