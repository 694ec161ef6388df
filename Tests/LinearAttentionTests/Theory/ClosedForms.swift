@testable import LinearAttention

/// Closed forms of the paper that only tests need, as a check of the general ones.
extension RegressionProblem {
    /// E[W A W] for W = sum of x_i x_i' over n independent x_i ~ N(0, Sigma), a Wishart matrix
    /// (Lemma A.1): n(n+1) Sigma A Sigma + n tr(A Sigma) Sigma.
    ///
    /// - Parameters:
    ///   - matrix: A, symmetric, `[dimension, dimension]`
    ///   - count: n
    func wishartMoment(of matrix: Matrix, count: Int) -> Matrix {
        let n = Double(count)
        return n * (n + 1) * (covariance * matrix * covariance)
            + n * (matrix * covariance).trace * covariance
    }

    /// E[(v21'x)^2 (x'Q11 x + q)^2], the mean square of what the query adds to N f, where q12 + q21
    /// is 0 (Lemma A.4): v21'(E[(x'Q11 x)^2 x x'] + 2q E[x'Q11 x x x'] + q^2 Sigma) v21.
    func queryMoment(of head: AttentionHead) -> Double {
        queryMatrix(q11: head.q11, q: head.q).form(head.v21, head.v21)
    }

    /// E_n for Q11 = Sigma^-1, q = q12 = q21 = 0, v = w (Lemma A.6), with g = v21 + w theta, d the
    /// dimension, N = n + 1, k = n/N and lengths in the metric of Sigma:
    ///
    ///     sigma2 + |theta - k g|^2 - (2(d+2)/N) <theta - k g, v21> + ((d+2)(d+4)/N^2) |v21|^2
    ///     + (n/N^2) ((d+1) |g|^2 + d w^2 sigma2)
    ///
    /// - Parameters:
    ///   - v21: `[dimension]`
    ///   - weight: w
    ///   - context: n
    ///   - task: theta
    func errorWithPrecision(
        v21: Vector, weight: Double, context: Int, task: Vector
    ) -> Double {
        let (n, d) = (Double(context), Double(dimension))
        let share = 1 / (n + 1)
        let g = v21 + weight * task
        let rest = task - n * share * g
        let pairs = (d + 1) * squaredNorm(g) + d * weight * weight * noise
        return noise + squaredNorm(rest) - 2 * (d + 2) * share * inner(rest, v21)
            + (d + 2) * (d + 4) * share * share * squaredNorm(v21) + n * share * share * pairs
    }

    /// What the error at w*(n; theta) tends to for n without end, (32):
    /// sigma2 + s0 (1 - cos^2)/(d+4)^2, cos = <theta0, theta>/sqrt(s s0).
    func bestValueErrorLimit(trained: Vector, task: Vector) -> Double {
        let a = 1 / Double(dimension + 4)
        let along = inner(trained, task) * inner(trained, task) / squaredNorm(task)
        return noise + a * a * (squaredNorm(trained) - along)
    }

    /// What the error with w_bar(n) tends to for n without end, on every task, (29):
    /// sigma2 + <theta0, theta0>/(d+4)^2.
    func meanBestErrorLimit(trained: Vector) -> Double {
        let a = 1 / Double(dimension + 4)
        return noise + a * a * squaredNorm(trained)
    }
}

extension FewShotStep {
    /// E_0 = sigma2 + s0 (1 - 2(d+2) alpha + (d+2)(d+4) alpha^2).
    func zeroShotError(alpha: Double) -> Double {
        noise + s0 * (1 - 2 * (d + 2) * alpha + (d + 2) * (d + 4) * alpha * alpha)
    }

    /// E_n = sigma2 + s0 (1 - 2n/N (alpha+w) + n(n+1+d)/N^2 (alpha+w)^2 + (d+2)(d+4)/N^2 alpha^2
    /// - 2(d+2)/N alpha + 2n(d+2)/N^2 alpha (alpha+w)) + n d w^2 sigma2/N^2.
    func fewShotError(alpha: Double) -> Double {
        let (share, sum) = (1 / (n + 1), alpha + weight)
        let linear = 1 - 2 * n * share * sum - 2 * (d + 2) * share * alpha
        let quadratic =
            n * (n + 1 + d) * sum * sum + (d + 2) * (d + 4) * alpha * alpha
            + 2 * n * (d + 2) * alpha * sum
        return noise + s0 * (linear + share * share * quadratic)
            + n * d * weight * weight * noise * share * share
    }

    /// Whether alpha - eta gamma has a larger zero-shot error than alpha (Theorem A.20):
    /// eta gamma^2 > 2 gamma (alpha - alpha*). So it is wherever |alpha - alpha*| < eta |gamma|/2.
    ///
    /// - Parameter rate: the learning rate eta, above 0
    func raisesZeroShotError(alpha: Double, rate: Double) -> Bool {
        let gamma = slope(alpha: alpha)
        return rate * gamma * gamma > 2 * gamma * (alpha - bestAlpha)
    }
}
