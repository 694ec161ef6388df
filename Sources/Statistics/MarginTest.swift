/// Whether a difference of accuracies stays within a margin.
public struct MarginTest: Hashable, Sendable {
    /// In accuracy: 0.02 is two percentage points.
    public let margin: Double
    /// Of the test that the second model loses no more than the margin.
    public let noLossP: Double
    /// Of the two one-sided tests that it neither loses nor gains more: D. J. Schuirmann, Journal of
    /// Pharmacokinetics and Biopharmaceutics 15:657 (1987); for pairs J. Nam, Biometrics 53:1422
    /// (1997).
    public let equivalenceP: Double
    /// False where even models that agree on every question could not show it: too few questions.
    public let isPossible: Bool

    public init(margin: Double, noLossP: Double, equivalenceP: Double, isPossible: Bool) {
        self.margin = margin
        self.noLossP = noLossP
        self.equivalenceP = equivalenceP
        self.isPossible = isPossible
    }

    public enum Verdict: String, Codable, Sendable {
        /// No loss beyond the margin: p is below 0.05.
        case shown
        /// It is not known whether there is one.
        case notShown = "not_shown"
        /// There are too few questions to show it for this margin.
        case tooFewQuestions = "too_few_questions"

        /// Of a drop beyond the margin.
        public var words: String {
            switch self {
            case .shown: "excluded"
            case .notShown: "not excluded"
            case .tooFewQuestions: "n too small"
            }
        }
    }

    /// - Parameter adjustedP: `noLossP`, adjusted for the other tests
    public func verdict(adjustedP: Double) -> Verdict {
        isPossible ? adjustedP < 0.05 ? .shown : .notShown : .tooFewQuestions
    }
}

/// The p-values of several tests, adjusted so that the probability of any false positive is at most
/// that of one test.
///
/// Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
/// Statistics 6:65 (1979).
public enum Holm {
    /// - Parameter pValues: those that are nil are no tests, and stay so
    public static func adjusted(_ pValues: [Double?]) -> [Double?] {
        let order = pValues.indices.filter { pValues[$0] != nil }
            .sorted { (pValues[$0] ?? 1, $0) < (pValues[$1] ?? 1, $1) }
        var result = [Double?](repeating: nil, count: pValues.count)
        var most = 0.0
        for (rank, index) in order.enumerated() {
            most = max(most, min(1, Double(order.count - rank) * (pValues[index] ?? 1)))
            result[index] = most
        }
        return result
    }
}
