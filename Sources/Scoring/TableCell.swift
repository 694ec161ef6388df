import Statistics

/// An accuracy with its error and its interval, over the training seeds of a model.
public struct TableCell: Hashable, Sendable {
    public let mean: Double
    /// Over training seeds where there are several, else over questions; nil of two seeds, and of one
    /// question.
    public let standardError: Double?
    /// What the error is over; nil without one.
    public let standardErrorOver: ErrorKind?
    /// 95 %: Wilson's, over seeds Student's; nil of two seeds.
    public let interval: Interval?
    /// Of several training seeds each one's accuracy.
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

    /// - Parameter seeds: one or more; the first's interval stands where all seeds agree
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

    /// Each seed's accuracy, also of one.
    package var bySeed: [Double] { seeds ?? [mean] }
}
