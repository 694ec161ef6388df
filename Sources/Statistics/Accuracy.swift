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
        let byRepeat = (0..<repeatCount).map { index in
            Double(correct.count { $0[index] }) / Double(correct.count)
        }
        let byQuestion = rightAnswers.map { Double($0) / Double(repeatCount) }
        mean = Double(rightAnswers.reduce(0, +)) / Double(correct.count * repeatCount)
        standardError = try byRepeat.standardErrorOfMean()
        itemStandardError = try byQuestion.standardErrorOfMean()
        questionCount = correct.count
        self.repeatCount = repeatCount
    }
}
