import Foundation

/// Student's t distribution.
public struct StudentDistribution: Hashable, Sendable {
    /// Above 0; need not be whole.
    public let degreesOfFreedom: Double

    public init(degreesOfFreedom: Double) {
        precondition(degreesOfFreedom > 0, "a t distribution needs degrees of freedom above 0")
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// The probability of a value up to `t`.
    public func cumulative(_ t: Double) -> Double {
        if t.isInfinite { return t > 0 ? 1 : 0 }
        let share = degreesOfFreedom / (degreesOfFreedom + t * t)
        let tail = 0.5 * Self.incompleteBeta(share, a: degreesOfFreedom / 2, b: 0.5)
        return t > 0 ? 1 - tail : tail
    }

    /// The probability of a value at least as far from 0 as `t`.
    public func twoSided(_ t: Double) -> Double {
        if t.isInfinite { return 0 }
        return Self.incompleteBeta(
            degreesOfFreedom / (degreesOfFreedom + t * t), a: degreesOfFreedom / 2, b: 0.5)
    }

    /// The value that a share of all values lies below, by bisection.
    ///
    /// - Parameter share: above 0.5 and below 1
    public func quantile(_ share: Double) -> Double {
        precondition(share > 0.5 && share < 1, "a quantile above the middle")
        var low = 0.0
        var high = 2.0
        while cumulative(high) < share { high *= 2 }
        while high - low > 1e-13 * high {
            let middle = (low + high) / 2
            if middle <= low || middle >= high { break }
            if cumulative(middle) < share { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The regularised incomplete beta function I_x(a, b), by its continued fraction.
    ///
    /// Source: NIST Digital Library of Mathematical Functions, 8.17.22; evaluated by the modified
    /// method of Lentz.
    private static func incompleteBeta(_ x: Double, a: Double, b: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, a: b, b: a) }
        let front = exp(
            lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)
        )
        let tiny = 1e-300
        var c = 1.0
        var d = 1 - (a + b) * x / (a + 1)
        d = 1 / (abs(d) < tiny ? tiny : d)
        var fraction = d
        for step in 1...10_000 {
            let m = Double(step)
            for term in [
                m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
            ] {
                d = 1 + term * d
                d = 1 / (abs(d) < tiny ? tiny : d)
                c = 1 + term / c
                if abs(c) < tiny { c = tiny }
                fraction *= c * d
            }
            if abs(c * d - 1) < 1e-16 { break }
        }
        return front * fraction / a
    }
}

/// The standard normal distribution.
enum Normal {
    /// The 0.975 quantile: the half-width of a 95 % interval in standard errors.
    static let quantile95 = 1.959963984540054

    /// The 0.95 quantile: the half-width of a 90 % interval, and the bound of a one-sided test at 0.05.
    static let quantile90 = 1.6448536269514722

    /// The probability of a value up to `x`.
    static func cumulative(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
}
