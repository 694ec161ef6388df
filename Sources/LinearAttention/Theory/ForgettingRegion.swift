/// The models with q = q12 = q21 = 0 that do worse with n pairs than with none: an ellipsoid of v21
/// (Theorem 4.5).
///
/// With P = Q11 symmetric positive definite, t = tr(P Sigma), kappa = tr(P Sigma P Sigma),
/// S1 = Sigma P Sigma, S2 = Sigma P Sigma P Sigma, s = <theta, theta>:
///
///     A = ((n+2) t^2 + (2n+3) kappa) Sigma + (4n+6) t S1 + (7n+11) S2
///     B = ((n+1) t + v kappa) Sigma + ((n+1) + v t) S1 + v (n+3) S2
///     C = v^2 (n+1) S2 - 2v (n+1) S1 + v^2 kappa (1 + sigma2/s) Sigma
///     E_n - E_0 = n/(n+1)^2 (-v21'A v21 + 2 theta'B v21 + theta'C theta)
///
/// so E_n >= E_0 exactly where, (20),
///
///     (v21 - A^-1 B theta)' A (v21 - A^-1 B theta) <= theta'(B A^-1 B + C) theta.
///
/// The paper may arrange A, B and C otherwise; the set of v21 is the same.
public struct ForgettingRegion: Hashable, Sendable {
    public let a: Matrix
    public let b: Matrix
    public let c: Matrix
    /// A^-1 B theta.
    public let center: Vector
    /// theta'(B A^-1 B + C) theta; where it is negative the region is empty.
    public let squaredRadius: Double
    /// theta.
    public let task: Vector
    private let scale: Double

    /// - Parameters:
    ///   - q11: P, symmetric positive definite
    ///   - context: n, from 1
    ///   - task: theta, not 0
    /// - Throws: `LinearAttentionError` if Q11 is not symmetric positive definite or the context
    ///   is empty.
    public init(
        _ problem: RegressionProblem, q11: Matrix, v: Double = 1, context: Int, task: Vector
    ) throws {
        _ = try RegressionProblem.factor(of: q11, called: "Q11 of Theorem 4.5")
        guard context > 0 else {
            throw LinearAttentionError(
                "Theorem 4.5: the context has \(context) pairs; 1 or more are needed")
        }
        let (n, sigma) = (Double(context), problem.covariance)
        let product = q11 * sigma
        let (t, kappa) = (product.trace, product.dot(product.transposed))
        let s1 = (sigma * product).symmetrized
        let s2 = (s1 * product).symmetrized
        let ratio = 1 + problem.noise / problem.squaredNorm(task)
        a =
            ((n + 2) * t * t + (2 * n + 3) * kappa) * sigma + (4 * n + 6) * t * s1
            + (7 * n + 11) * s2
        b = ((n + 1) * t + v * kappa) * sigma + (n + 1 + v * t) * s1 + v * (n + 3) * s2
        c = v * v * (n + 1) * s2 - 2 * v * (n + 1) * s1 + v * v * kappa * ratio * sigma
        scale = n / ((n + 1) * (n + 1))
        let pull = b * task
        center = try RegressionProblem.factor(of: a, called: "A of Theorem 4.5").solve(pull)
        squaredRadius = pull.dot(center) + c.form(task, task)
        self.task = task
    }

    /// Whether a model with this v21 does no better with the pairs than without.
    public func contains(_ v21: Vector) -> Bool {
        a.form(v21 - center, v21 - center) <= squaredRadius
    }

    /// E_n - E_0 of the model with this v21.
    public func errorDifference(_ v21: Vector) -> Double {
        scale * (2 * b.form(task, v21) - a.form(v21, v21) + c.form(task, task))
    }
}
