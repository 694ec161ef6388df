import Basics

/// Two numbers between which another is believed to lie, 95 times in 100.
public struct Interval: Hashable, Sendable {
    public let lower: Double
    public let upper: Double

    public init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    /// The confidence level of our intervals.
    public static let level = 0.95

    /// The same seen from the other side: of a loss, where this is of a gain.
    public var negated: Interval { Interval(lower: 0 - upper, upper: 0 - lower) }

    /// The smallest interval that contains both.
    func hull(with other: Interval) -> Interval {
        Interval(lower: min(lower, other.lower), upper: max(upper, other.upper))
    }

    /// Wilson's score interval of a proportion.
    ///
    /// Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
    /// JASA 22 (1927): (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n), z the normal quantile.
    ///
    /// - Parameters:
    ///   - proportion: p, from 0 to 1
    ///   - count: n, above 0; for dependent answers the effective number of independent ones
    public static func wilson(proportion: Double, count: Double) -> Interval {
        precondition(count > 0 && (0...1).contains(proportion), "a proportion of something")
        let z = Normal.quantile95
        let scale = 1 + z * z / count
        let middle = (proportion + z * z / (2 * count)) / scale
        let half =
            z / scale
            * (proportion * (1 - proportion) / count + z * z / (4 * count * count)).squareRoot()
        return Interval(
            lower: proportion == 0 ? 0 : max(0, middle - half),
            upper: proportion == 1 ? 1 : min(1, middle + half))
    }
}

/// `[lower, upper]`.
extension Interval: Codable {
    public init(from decoder: any Decoder) throws {
        let ends = try [Double](from: decoder)
        guard ends.count == 2 else {
            throw InputError("an interval: has \(ends.count) ends; 2 are needed")
        }
        self.init(lower: ends[0], upper: ends[1])
    }

    public func encode(to encoder: any Encoder) throws { try [lower, upper].encode(to: encoder) }
}
