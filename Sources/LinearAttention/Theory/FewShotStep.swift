/// A model near the zero-shot optimum: v21 = alpha theta0, v = w, Q11 = Sigma^-1, q = 0, evaluated
/// on theta0 itself (Assumption A.18, Lemma A.19, Theorem A.20).
///
/// It says when a step on the few-shot loss costs zero-shot accuracy. d is the dimension,
/// s0 = <theta0, theta0>, n the pairs of the few-shot loss, N = n + 1.
public struct FewShotStep: Hashable, Sendable {
    private let d: Double
    private let n: Double
    private let s0: Double
    private let noise: Double
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

    /// E_0 = sigma2 + s0 (1 - 2(d+2) alpha + (d+2)(d+4) alpha^2).
    public func zeroShotError(alpha: Double) -> Double {
        noise + s0 * (1 - 2 * (d + 2) * alpha + (d + 2) * (d + 4) * alpha * alpha)
    }

    /// E_n = sigma2 + s0 (1 - 2n/N (alpha+w) + n(n+1+d)/N^2 (alpha+w)^2 + (d+2)(d+4)/N^2 alpha^2
    /// - 2(d+2)/N alpha + 2n(d+2)/N^2 alpha (alpha+w)) + n d w^2 sigma2/N^2.
    public func fewShotError(alpha: Double) -> Double {
        let (share, sum) = (1 / (n + 1), alpha + weight)
        let linear = 1 - 2 * n * share * sum - 2 * (d + 2) * share * alpha
        let quadratic =
            n * (n + 1 + d) * sum * sum + (d + 2) * (d + 4) * alpha * alpha
            + 2 * n * (d + 2) * alpha * sum
        return noise + s0 * (linear + share * share * quadratic)
            + n * d * weight * weight * noise * share * share
    }

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

    /// Whether alpha - eta gamma has a larger zero-shot error than alpha (Theorem A.20):
    /// eta gamma^2 > 2 gamma (alpha - alpha*). So it is wherever |alpha - alpha*| < eta |gamma|/2.
    ///
    /// - Parameter rate: the learning rate eta, above 0
    public func raisesZeroShotError(alpha: Double, rate: Double) -> Bool {
        let gamma = slope(alpha: alpha)
        return rate * gamma * gamma > 2 * gamma * (alpha - bestAlpha)
    }
}
