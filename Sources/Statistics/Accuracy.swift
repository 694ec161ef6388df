/// How often questions were answered right, with its two errors.
public struct Accuracy: Hashable, Codable, Sendable {
    /// The share of right answers, over all questions and repeats.
    public let mean: Double
    /// The spread over repeats of the same questions: the sample standard deviation of the repeats'
    /// accuracies / √repeats. Nil for one repeat.
    public let standardError: Double?
    /// The spread over questions, each counted by its mean over the repeats: their sample standard
    /// deviation / √questions. Nil for one question.
    public let itemStandardError: Double?
    public let questionCount: Int
    public let repeatCount: Int
    /// The number of independent answers that would tell as much: see `effectiveCount(of:mean:)`.
    public let effectiveCount: Double

    /// - Parameter correct: `[question][repeat]`, true where the answer was right.
    /// - Throws: `StatisticsError` without questions or repeats, or if questions differ in repeats.
    public init(correct: [[Bool]]) throws {
        guard let repeatCount = correct.first?.count, repeatCount > 0 else {
            throw StatisticsError(
                "an accuracy was asked for of \(correct.count) questions with 0 repeats; right"
                    + " would be one or more of both.")
        }
        if let odd = correct.firstIndex(where: { $0.count != repeatCount }) {
            throw StatisticsError(
                "an accuracy was asked for where question 1 has \(repeatCount) repeats and question"
                    + " \(odd + 1) has \(correct[odd].count); right would be the same for all.")
        }
        let rightAnswers = correct.map { $0.count(where: \.self) }
        let byQuestion = rightAnswers.map { Double($0) / Double(repeatCount) }
        mean = Double(rightAnswers.reduce(0, +)) / Double(correct.count * repeatCount)
        standardError = try Self.byRepeat(correct).standardErrorOfMean()
        itemStandardError = try byQuestion.standardErrorOfMean()
        questionCount = correct.count
        self.repeatCount = repeatCount
        effectiveCount = Self.effectiveCount(of: byQuestion, mean: mean, repeatCount: repeatCount)
    }

    /// Wilson's 95 % interval for questions like these.
    public var interval: Interval { .wilson(proportion: mean, count: effectiveCount) }

    /// The accuracy of each repeat.
    static func byRepeat(_ correct: [[Bool]]) -> [Double] {
        (0..<(correct.first?.count ?? 0)).map { index in
            Double(correct.count { $0[index] }) / Double(correct.count)
        }
    }

    /// Repeats of a question say less than as many questions. n questions with r repeats count as
    /// p(1-p) / (σ²/n) answers, σ² the mean squared distance of the questions' means from their mean
    /// p: n where repeats always agree (or p is 0 or 1), n r where they agree no more than chance
    /// has it. With one repeat that is n. (Kish's effective sample size: variance of a simple random
    /// sample over the variance found.)
    private static func effectiveCount(
        of byQuestion: [Double], mean: Double, repeatCount: Int
    ) -> Double {
        let count = Double(byQuestion.count)
        let spread = byQuestion.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        let simple = mean * (1 - mean)
        guard simple > 0 else { return count }
        guard spread > 0 else { return count * Double(repeatCount) }
        return min(max(count, simple / spread * count), count * Double(repeatCount))
    }
}
