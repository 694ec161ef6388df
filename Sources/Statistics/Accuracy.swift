import Basics

/// The accuracy of answers, with its two standard errors.
public struct Accuracy: Hashable, Sendable {
    /// The share of correct answers, over all questions and repeats.
    public let mean: Double
    /// The spread over repeats of the same questions: the sample standard deviation of the repeats'
    /// accuracies / √repeats. Nil for one repeat.
    public let standardError: Double?
    /// The spread over questions, each counted by its mean over the repeats: the root of
    /// Σ w² s²/n over the strata. Nil for one question.
    public let itemStandardError: Double?
    public let questionCount: Int
    public let repeatCount: Int
    /// The number of independent answers with the same information.
    public let effectiveCount: Double

    /// - Parameter correct: `[question][repeat]`, true where the answer was correct.
    /// - Throws: `InputError` without questions or repeats, or if questions differ in repeats.
    public init(correct: [[Bool]]) throws { try self.init(strata: [correct]) }

    /// - Parameter strata: `[stratum][question][repeat]`, true where the answer was correct. Strata
    ///   are categories, each with a number of questions that was chosen beforehand. Every question
    ///   counts alike.
    /// - Throws: `InputError` without questions or repeats, or if questions differ in repeats.
    public init(strata: [[[Bool]]]) throws {
        let correct = strata.flatMap(\.self)
        guard let repeatCount = correct.first?.count, repeatCount > 0 else {
            throw InputError(
                "an accuracy: there are \(correct.count) questions with 0 repeats; one or more of"
                    + " both are needed")
        }
        if let odd = correct.firstIndex(where: { $0.count != repeatCount }) {
            throw InputError(
                "an accuracy: question 1 has \(repeatCount) repeats and question \(odd + 1) has"
                    + " \(correct[odd].count); as many for all are needed")
        }
        let correctCount = correct.reduce(0) { $0 + $1.count(where: \.self) }
        mean = Double(correctCount) / Double(correct.count * repeatCount)
        standardError = try Self.byRepeat(correct).standardErrorOfMean()
        questionCount = correct.count
        self.repeatCount = repeatCount
        let sample = Strata(Self.shares(strata.filter { !$0.isEmpty }), .bySize)
        itemStandardError = sample.variance.map { $0.squareRoot() }
        effectiveCount = sample.effectiveCount(
            ofOne: mean * (1 - mean), repeatCount: repeatCount)
    }

    /// Wilson's 95 % interval for questions like these, on the effective number of answers.
    public var interval: Interval { .wilson(proportion: mean, count: effectiveCount) }

    /// The accuracy of each repeat.
    static func byRepeat(_ correct: [[Bool]]) -> [Double] {
        (0..<(correct.first?.count ?? 0)).map { index in
            Double(correct.count { $0[index] }) / Double(correct.count)
        }
    }

    /// For each question, the share of its repeats that are correct.
    static func shares(_ strata: [[[Bool]]]) -> [[Double]] {
        strata.map { questions in
            questions.map { Double($0.count(where: \.self)) / Double($0.count) }
        }
    }
}
