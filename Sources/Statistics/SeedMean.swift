/// The mean of an accuracy over training seeds.
public struct SeedMean: Hashable, Sendable {
    /// By seed.
    public let values: [Double]
    public let mean: Double
    /// The sample standard deviation over the root of the number of seeds; nil for one.
    public let standardError: Double?
    /// mean ± t(S - 1) standard errors, 95 %, between 0 and 1; nil for one seed and for two, where it
    /// would span nearly everything, and where all seeds agree, which tells nothing of other questions.
    public let interval: Interval?

    /// - Parameter values: shares, of one seed or more
    /// - Throws: `StatisticsError` without values.
    public init(_ values: [Double]) throws {
        self.values = values
        let mean = try values.mean()
        let error = try values.standardErrorOfMean()
        self.mean = mean
        standardError = error
        interval = error.flatMap { error in
            guard values.count > 2, error > 0 else { return nil }
            let half =
                StudentDistribution(degreesOfFreedom: Double(values.count - 1)).quantile(0.975)
                * error
            return Interval(lower: max(0, mean - half), upper: min(1, mean + half))
        }
    }
}
