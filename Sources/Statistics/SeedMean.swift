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
    /// - Throws: `InputError` without values.
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

/// The source of variation that a standard error covers.
public enum ErrorKind: String, Sendable, CaseIterable, Codable {
    case questions, seeds, repeats

    /// As tables mark it: "25.2 (1.54 q)".
    public var letter: String { String(rawValue.prefix(1)) }

    /// The meaning of the mark.
    public var legend: String {
        switch self {
        case .questions: "q: standard error over questions"
        case .seeds: "s: over training seeds"
        case .repeats: "r: over repeats"
        }
    }
}
