import Foundation

/// How many directions a matrix acts in, by its singular values.
public struct Spectrum: Sendable, Hashable {
    /// exp of the entropy, in nats, of the singular values over their sum (Roy and Vetterli 2007).
    public let effectiveRank: Double
    /// (Σ s²)² / Σ s⁴: the effective number of equal squared singular values.
    public let participationRatio: Double
    /// The largest s² over Σ s².
    public let firstShare: Double

    /// - Parameter singularValues: none negative
    /// - Returns: nil where all are 0, or one is no finite number
    public init?(singularValues: [Double]) {
        let largest = singularValues.max() ?? 0
        guard largest > 0, singularValues.allSatisfy(\.isFinite) else { return nil }
        // Over the largest first, so that no square leaves a double's range.
        let values = singularValues.map { $0 / largest }
        let sum = values.reduce(0, +)
        let entropy = values.reduce(0) { total, value in
            value > 0 ? total - value / sum * log(value / sum) : total
        }
        let squares = values.map { $0 * $0 }
        let energy = squares.reduce(0, +)
        effectiveRank = exp(entropy)
        participationRatio = energy * energy / squares.reduce(0) { $0 + $1 * $1 }
        firstShare = (squares.max() ?? 0) / energy
    }
}
