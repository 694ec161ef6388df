/// The mean of the accuracies of several subjects, each counted once however many questions it has.
public struct MacroAccuracy: Hashable, Codable, Sendable {
    public let mean: Double
    /// The spread over repeats: the sample standard deviation of the repeats' means / √repeats. Nil
    /// for one repeat.
    public let standardError: Double?
    /// The spread over questions, the subjects taken as given: the root of the summed squares of the
    /// subjects' errors, over their number. Nil where a subject has one question.
    public let itemStandardError: Double?
    public let subjectCount: Int

    /// - Parameter subjects: `[subject][question][repeat]`, true where the answer was right.
    /// - Throws: `StatisticsError` without subjects, and where `Accuracy` does.
    public init(correct subjects: [[[Bool]]]) throws {
        let parts = try subjects.map { try Accuracy(correct: $0) }
        if let odd = parts.firstIndex(where: { $0.repeatCount != parts[0].repeatCount }) {
            throw StatisticsError(
                "a mean over subjects was asked for where subject 1 has \(parts[0].repeatCount)"
                    + " repeats and subject \(odd + 1) has \(parts[odd].repeatCount); right would"
                    + " be the same for all.")
        }
        mean = try parts.map(\.mean).mean()
        let byRepeat = subjects.map(Accuracy.byRepeat)
        standardError = try (0..<parts[0].repeatCount).map { index in
            try byRepeat.map { $0[index] }.mean()
        }.standardErrorOfMean()
        itemStandardError = parts.map(\.itemStandardError).errorOfTheirMean
        subjectCount = parts.count
    }
}

extension [Double?] {
    /// The error of the mean of independent numbers with these errors; nil where one is not known.
    var errorOfTheirMean: Double? {
        let known = compactMap(\.self)
        guard known.count == count, !isEmpty else { return nil }
        return known.reduce(0) { $0 + $1 * $1 }.squareRoot() / Double(count)
    }
}
