/// A model near the zero-shot optimum: v21 = alpha theta0, v = w, Q11 = Sigma^-1, q = 0, evaluated
/// on theta0 itself (Assumption A.18, Lemma A.19, Theorem A.20).
///
/// It says when a step on the few-shot loss costs zero-shot accuracy. d is the dimension,
/// s0 = <theta0, theta0>, n the pairs of the few-shot loss, N = n + 1.
public struct FewShotStep: Hashable, Sendable {
    let d: Double
    let n: Double
    let s0: Double
    let noise: Double
    /// w.
    public let weight: Double

    /// - Parameters:
    ///   - context: n
    ///   - weight: w
    ///   - trained: theta0
    public init(_ problem: RegressionProblem, context: Int, weight: Double, trained: Vector) {
        d = Double(problem.dimension)
        n = Double(context)
        s0 = problem.squaredNorm(trained)
        noise = problem.noise
        self.weight = weight
    }

    /// alpha* = 1/(d+4), where the zero-shot error is least.
    public var bestAlpha: Double { 1 / (d + 4) }

    /// gamma = dE_n/dalpha = 2 s0/N^2 (n((n+1+d)(alpha+w) - N) + n(d+2)(2 alpha+w)
    /// + (d+2)(d+4) alpha - N(d+2)).
    public func slope(alpha: Double) -> Double {
        let count = n + 1
        let pairs = n * ((n + 1 + d) * (alpha + weight) - count)
        let mixed = n * (d + 2) * (2 * alpha + weight)
        let query = (d + 2) * (d + 4) * alpha - count * (d + 2)
        return 2 * s0 / (count * count) * (pairs + mixed + query)
    }

    /// The only w at which the few-shot loss leaves alpha* where it is; n from 1:
    /// ((n+d+3) - (n+3d+5)/(d+4)) / (n+2d+3). It is not w*(n; theta0).
    public var restingWeight: Double {
        ((n + d + 3) - (n + 3 * d + 5) / (d + 4)) / (n + 2 * d + 3)
    }
}
