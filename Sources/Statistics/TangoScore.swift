/// The score statistic of a difference of two paired proportions.
///
/// Source: T. Tango, "Equivalence test and confidence interval for the difference in proportions for
/// the paired-sample design", Statistics in Medicine 17:891 (1998). The numbers need not be whole:
/// of questions with repeats, or in strata, they are those of an effective sample.
struct TangoScore: Hashable, Sendable {
    /// B: number of answers that only the first model has correct.
    let lost: Double
    /// C: number of answers that only the second model has correct.
    let gained: Double
    /// n
    let count: Double

    /// The share lost less the share gained.
    var loss: Double { (lost - gained) / count }

    /// T(δ), whose distribution is standard normal where the true loss is `delta`.
    ///
    /// - Parameter delta: from -1 to 1
    func statistic(_ delta: Double) -> Double {
        let spread = delta * (1 - delta)
        let u = -lost - gained + (2 * count - lost + gained) * delta
        let root = max(0, u * u + 8 * count * gained * spread).squareRoot()
        // The same number, without a difference of two that are nearly alike.
        let q = u > 0 ? 2 * gained * spread / (root + u) : (root - u) / (4 * count)
        let variance = count * (2 * q + spread)
        let distance = lost - gained - count * delta
        guard variance > 0 else { return distance == 0 ? 0 : distance > 0 ? .infinity : -.infinity }
        return distance / variance.squareRoot()
    }

    /// The losses at which T is between -z and z.
    func interval(quantile z: Double) -> Interval {
        Interval(
            lower: gained >= count ? -1 : limit(from: -1, to: loss) { statistic($0) > z },
            upper: lost >= count ? 1 : limit(from: loss, to: 1) { statistic($0) > -z })
    }

    /// The point, to 1e-12, where a condition ceases to hold.
    private func limit(from low: Double, to high: Double, _ holds: (Double) -> Bool) -> Double {
        var (low, high) = (low, high)
        while high - low > 1e-12 {
            let middle = (low + high) / 2
            if holds(middle) { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
