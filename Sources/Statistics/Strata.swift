/// How strata count in a mean.
public enum StratumWeights: Sendable, Hashable {
    /// Each by its number of questions: every question counts alike.
    case bySize
    /// Each the same, however many questions it has.
    case alike
}

/// Values of questions in strata: categories, whose numbers of questions are the design's, or subjects.
struct Strata {
    /// `[stratum][question]`
    let values: [[Double]]
    let weights: [Double]

    /// - Parameter values: `[stratum][question]`, none empty. Weighted by size, all become one
    ///   stratum where one has a single question.
    init(_ values: [[Double]], _ weights: StratumWeights) {
        switch weights {
        case .alike:
            self.values = values
            self.weights = values.map { _ in 1 / Double(values.count) }
        case .bySize:
            let parts = values.contains { $0.count < 2 } ? [values.flatMap(\.self)] : values
            let count = Double(parts.reduce(0) { $0 + $1.count })
            self.values = parts
            self.weights = parts.map { Double($0.count) / count }
        }
    }

    var count: Int { values.count }

    /// The weighted mean of a function of the values.
    func mean(_ transform: (Double) -> Double = { $0 }) -> Double {
        zip(values, weights).reduce(0) { sum, part in
            sum + part.1 * part.0.reduce(0) { $0 + transform($1) } / Double(part.0.count)
        }
    }

    /// n₀ = 1 / Σ(w²/n): the number of questions of one stratum with the same information.
    var nominalCount: Double {
        1 / zip(values, weights).reduce(0) { $0 + $1.1 * $1.1 / Double($1.0.count) }
    }

    /// Σ w² s²/n, the variance of the mean over questions; nil where a stratum has one question.
    var variance: Double? {
        guard values.allSatisfy({ $0.count > 1 }) else { return nil }
        return zip(values, weights).reduce(0) { sum, part in
            let count = Double(part.0.count)
            let mean = part.0.reduce(0, +) / count
            let squares = part.0.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            return sum + part.1 * part.1 * squares / (count - 1) / count
        }
    }

    /// Whether an interval can be given: strata with too few questions do not show their spread.
    func allowsInterval(_ weights: StratumWeights) -> Bool {
        weights == .bySize
            || values.allSatisfy { $0.count > 1 } && nominalCount >= 2 * Double(count)
    }

    /// The number of independent answers with the same information as these.
    ///
    /// n₀ (n₀ V₁ + 1) / (n₀ (n₀ - 1) V + 1), V₁ the variance of one answer and V that of the mean, with
    /// one fully discordant pseudo-question; at most the repeats times n₀ (four times that with several
    /// strata), at least 1. Design effect: J. N. K. Rao, A. J. Scott, Biometrics 48:577 (1992).
    func effectiveCount(ofOne variance: Double, repeatCount: Int) -> Double {
        let nominal = nominalCount
        if repeatCount == 1, count == 1 { return nominal }
        guard let found = self.variance, nominal > 1 else { return 1 }
        let effective =
            nominal * (nominal * variance + 1) / (nominal * (nominal - 1) * found + 1)
        let most = Double(repeatCount) * nominal * (count == 1 ? 1 : 4)
        return max(1, min(effective, most))
    }
}
