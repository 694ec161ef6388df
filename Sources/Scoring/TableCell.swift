import Statistics

/// An accuracy with its standard error and interval, over the training seeds of a model.
public struct TableCell: Hashable, Sendable, Encodable {
    public let mean: Double
    /// The standard error over training seeds where there are several, else over questions; nil for
    /// two seeds, and for one question.
    public let standardError: Double?
    /// What the standard error is over; nil without one.
    public let standardErrorOver: ErrorKind?
    /// 95 % interval: Wilson's, or Student's over seeds; nil for two seeds.
    public let interval: Interval?
    /// Each seed's accuracy, for several training seeds.
    public let seeds: [Double]?
    public let questions: Int?

    package init(
        mean: Double, standardError: Double?, over kind: ErrorKind?, interval: Interval? = nil,
        seeds: [Double]? = nil, questions: Int? = nil
    ) {
        self.mean = mean
        self.standardError = standardError
        standardErrorOver = standardError == nil ? nil : kind
        self.interval = interval
        self.seeds = seeds
        self.questions = questions
    }

    /// - Parameter seeds: one or more accuracies; where all seeds agree, the interval is the
    ///   first's
    package init(seeds: [Accuracy]) throws {
        let first = seeds[0]
        let mean = try SeedMean(seeds.map(\.mean))
        guard seeds.count > 1 else {
            self.init(
                mean: first.mean, standardError: first.itemStandardError, over: .questions,
                interval: first.interval, questions: first.questionCount)
            return
        }
        let hasSpread = seeds.count > 2
        self.init(
            mean: mean.mean, standardError: hasSpread ? mean.standardError : nil, over: .seeds,
            interval: mean.interval ?? (hasSpread ? first.interval : nil), seeds: mean.values,
            questions: seeds.map(\.questionCount).min())
    }

    /// Each seed's accuracy, even for a single seed.
    package var bySeed: [Double] { seeds ?? [mean] }
}
