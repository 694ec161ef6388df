import Basics

/// The mean of the accuracies of several subjects, each counted once however many questions it has.
public struct MacroAccuracy: Hashable, Sendable {
    public let mean: Double
    /// The spread over repeats: the sample standard deviation of the repeats' means / √repeats. Nil
    /// for one repeat.
    public let standardError: Double?
    /// The spread over questions, the subjects taken as given: the root of the summed squares of the
    /// subjects' errors, over their number. Nil where a subject has one question.
    public let itemStandardError: Double?
    /// Wilson's 95 % interval on the effective number of answers; nil where subjects have too few
    /// questions to tell: one, or fewer than about two each.
    public let interval: Interval?
    public let subjectCount: Int

    /// - Parameter subjects: `[subject][question][repeat]`, true where the answer was correct.
    /// - Throws: `InputError` without subjects, and where `Accuracy` does.
    public init(correct subjects: [[[Bool]]]) throws {
        let parts = try subjects.map { try Accuracy(correct: $0) }
        if let odd = parts.firstIndex(where: { $0.repeatCount != parts[0].repeatCount }) {
            throw InputError(
                "a mean over subjects: subject 1 has \(parts[0].repeatCount) repeats and subject"
                    + " \(odd + 1) has \(parts[odd].repeatCount); as many for all are needed")
        }
        let mean = try parts.map(\.mean).mean()
        self.mean = mean
        let byRepeat = subjects.map(Accuracy.byRepeat)
        standardError = try (0..<parts[0].repeatCount).map { index in
            try byRepeat.map { $0[index] }.mean()
        }.standardErrorOfMean()
        let sample = Strata(Accuracy.shares(subjects), .alike)
        itemStandardError = sample.variance.map { $0.squareRoot() }
        interval =
            sample.allowsInterval(.alike)
            ? .wilson(
                // A mean of means may round to just above 1.
                proportion: min(1, mean),
                count: sample.effectiveCount(
                    ofOne: mean * (1 - mean), repeatCount: parts[0].repeatCount))
            : nil
        subjectCount = parts.count
    }
}
