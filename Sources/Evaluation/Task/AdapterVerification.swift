import Basics
import Benchmarks
import Scoring
import Torch
import Transformer

/// A check that a model's answers with an applied adapter equal those with a merged one.
public struct AdapterVerification: Sendable {
    /// A question that the two answer with different letters.
    public struct Difference: Sendable {
        public let question: QuestionID
        public let shots: Int
        public let applied: Letter?
        public let merged: Letter?
        /// The larger of the two models' margins between best and second letter, in nats.
        public let margin: Double
    }

    public let questionCount: Int
    public let differences: [Difference]
    /// The largest difference between log-probabilities of any letter, in nats.
    public let largestDifference: Double
    /// The type of the computation.
    public let dtype: DType

    /// The change of a letter's log-probability, in nats, that rounding may cause.
    ///
    /// A merged weight of 16 bits is rounded once more than a separately applied adapter. A
    /// bfloat16 logit from 8 to 16 has steps of 0.0625.
    public static func noise(of dtype: DType) -> Double {
        switch dtype {
        case .float32, .float64: 1e-3
        default: 0.25
        }
    }

    /// Differing answers that rounding does not explain.
    public var failures: [Difference] {
        differences.filter { $0.margin > Self.noise(of: dtype) }
    }

    /// Evaluates the questions twice, scoring by letter, and leaves the adapters merged.
    ///
    /// - Parameters:
    ///   - evaluator: of a model with its adapters
    ///   - report: receives the number of answers so far, and the total
    package init(
        _ evaluator: Evaluator, _ groups: [PromptGroup], report: (Int, Int) throws -> Void
    ) throws {
        let count = groups.reduce(0) { $0 + $1.questions.count }
        func answers(after former: Int) throws -> [Answer] {
            var answers: [Answer] = []
            try evaluator.answerByLetter(groups) {
                answers += $0
                try report(former + answers.count, 2 * count)
            }
            return answers
        }
        let applied = try answers(after: 0)
        try evaluator.decoder.mergeAdapters()
        try self.init(
            applied: applied, merged: try answers(after: count), dtype: evaluator.decoder.dtype)
    }

    /// Compares the answers to the same questions, in the same order.
    init(applied: [Answer], merged: [Answer], dtype: DType) throws {
        questionCount = applied.count
        self.dtype = dtype
        var differences: [Difference] = []
        var largest = 0.0
        for (one, other) in zip(applied, merged) {
            guard case .letters(let left) = one.evidence,
                case .letters(let right) = other.evidence,
                (left + right).allSatisfy(\.isFinite)
            else {
                throw InputError(
                    "verifying an adapter: \(one.question.subject) row \(one.question.row) has a "
                        + "letter whose log-probability is not finite")
            }
            largest = zip(left, right).reduce(largest) { max($0, abs($1.0 - $1.1)) }
            if one.chosen != other.chosen {
                differences.append(
                    Difference(
                        question: one.question, shots: one.shots, applied: one.chosen,
                        merged: other.chosen, margin: max(one.margin ?? 0, other.margin ?? 0)))
            }
        }
        self.differences = differences
        largestDifference = largest
    }
}
