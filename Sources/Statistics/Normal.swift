import Foundation

/// The standard normal distribution.
enum Normal {
    /// The 0.975 quantile: the half-width of a 95 % interval in standard errors.
    static let quantile95 = 1.959963984540054

    /// The 0.95 quantile: the half-width of a 90 % interval, and the bound of a one-sided test at 0.05.
    static let quantile90 = 1.6448536269514722

    /// The probability of a value up to `x`.
    static func cumulative(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
}
