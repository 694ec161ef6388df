/// E_n as a function of the weight w: c2 w^2 + c1 w + c0.
public struct WeightParabola: Hashable, Sendable {
    public let c2: Double
    public let c1: Double
    public let c0: Double

    public func error(at weight: Double) -> Double { (c2 * weight + c1) * weight + c0 }
}

extension RegressionProblem {
    /// What value fine-tuning on zero-shot prompts of theta0 reaches with Q frozen at
    /// Q11 = Sigma^-1, q = 0, (21) of Theorem 4.6: v21 = theta0/(d+4), v = w.
    ///
    /// - Parameters:
    ///   - trained: theta0
    ///   - weight: w, which the zero-shot loss leaves free
    public func valueFineTunedHead(trained: Vector, weight: Double) -> AttentionHead {
        AttentionHead(
            v21: (1 / Double(dimension + 4)) * trained, v: weight, q11: precision)
    }

    /// The least zero-shot loss of Theorem 4.6: sigma2 + 2/(d+4) <theta0, theta0>.
    public func leastValueZeroShotError(trained: Vector) -> Double {
        noise + 2 / Double(dimension + 4) * squaredNorm(trained)
    }

    /// The v21 that is best on zero-shot prompts of theta0 for any frozen Q11 and q (Theorem 4.6):
    /// M^-1 E[(x'Q11 x + q) x x'] theta0 with M = E[(x'Q11 x + q)^2 x x'].
    ///
    /// For Q11 = alpha Sigma^-1, q = 0 it is theta0/(alpha (d+4)).
    ///
    /// - Throws: `LinearAttentionError` if Q11 and q leave v21 without effect.
    public func bestValueVector(q11: Matrix, q: Double = 0, trained: Vector) throws -> Vector {
        let name = "the second moment of what v21 multiplies"
        let moment = try Self.factor(of: queryMatrix(q11: q11, q: q), called: name)
        return moment.solve((fourthMoment(q11) + q * covariance) * trained)
    }

    /// E_n of `valueFineTunedHead` as a function of w (Theorem 4.6), with a = 1/(d+4),
    /// c = <theta0, theta>, s = <theta, theta>, s0 = <theta0, theta0>, N = n + 1:
    ///
    ///     c2 = n ((n+1+d) s + d sigma2) / N^2
    ///     c1 = -2n ((n+1) s - a (n+2d+3) c) / N^2
    ///     c0 = sigma2 + s - 2a (n+d+2) c/N + a^2 s0 (n(n+1+d) + 2n(d+2) + (d+2)(d+4)) / N^2
    ///
    /// - Parameters:
    ///   - trained: theta0
    ///   - context: n
    ///   - task: theta
    public func valueFineTunedParabola(
        trained: Vector, context: Int, task: Vector
    ) -> WeightParabola {
        let (n, d) = (Double(context), Double(dimension))
        let (share, a) = (1 / (n + 1), 1 / (d + 4))
        let (s, c, s0) = (squaredNorm(task), inner(trained, task), squaredNorm(trained))
        let quadratic = n * (n + 1 + d) + 2 * n * (d + 2) + (d + 2) * (d + 4)
        return WeightParabola(
            c2: n * ((n + 1 + d) * s + d * noise) * share * share,
            c1: -2 * n * ((n + 1) * s - a * (n + 2 * d + 3) * c) * share * share,
            c0: noise + s - 2 * a * (n + d + 2) * c * share
                + a * a * s0 * quadratic * share * share)
    }

    /// The squared Frobenius distance of (21)'s V to that of a head, over what matters of V:
    /// |theta0/(d+4) - v21|^2 + (w - v)^2.
    ///
    /// Proposition 4.7: the w nearest to the pretrained V is its v, in the paper's
    /// parametrisation m/(m+1+d) (`paperPretrainedWeight`).
    public func valueDistance(
        trained: Vector, weight: Double, to head: AttentionHead
    ) -> Double {
        let apart = (1 / Double(dimension + 4)) * trained - head.v21
        return apart.dot(apart) + (weight - head.v) * (weight - head.v)
    }

    /// w_bar(n), the best w on average over tasks from the prior (Corollary 4.8):
    /// (n+1) / (n+1 + d + d sigma2 / tr(Lambda Sigma)).
    ///
    /// - Throws: `LinearAttentionError` if the prior does not fit the problem.
    public func meanBestValueWeight(
        context: Int, prior: TaskPrior = .standard
    ) throws -> Double {
        let (n, d) = (Double(context), Double(dimension))
        let spread = covariance.dot(try prior.covariance(for: self))
        return (n + 1) / (n + 1 + d + d * noise / spread)
    }
}
