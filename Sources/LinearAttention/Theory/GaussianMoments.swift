extension RegressionProblem {
    /// E[W A W] for W = sum of x_i x_i' over n independent x_i ~ N(0, Sigma), a Wishart matrix
    /// (Lemma A.1): n(n+1) Sigma A Sigma + n tr(A Sigma) Sigma.
    ///
    /// - Parameters:
    ///   - matrix: A, symmetric, `[dimension, dimension]`
    ///   - count: n
    public func wishartMoment(of matrix: Matrix, count: Int) -> Matrix {
        let n = Double(count)
        return n * (n + 1) * (covariance * matrix * covariance)
            + n * (matrix * covariance).trace * covariance
    }

    /// E[x'Bx x x'] for x ~ N(0, Sigma) (Lemma A.2): tr(P Sigma) Sigma + 2 Sigma P Sigma.
    ///
    /// - Parameter matrix: B, any square one; only P = (B + B')/2 matters
    public func fourthMoment(_ matrix: Matrix) -> Matrix {
        let p = matrix.symmetrized
        return (p * covariance).trace * covariance + 2 * (covariance * p * covariance)
    }

    /// E[x'Bx x'Cx x x'] for x ~ N(0, Sigma) (Lemma A.3), with P = (B + B')/2, R = (C + C')/2:
    ///
    ///     (tr(P Sigma) tr(R Sigma) + 2 tr(P Sigma R Sigma)) Sigma + 2 tr(R Sigma) Sigma P Sigma
    ///     + 2 tr(P Sigma) Sigma R Sigma + 4 Sigma P Sigma R Sigma + 4 Sigma R Sigma P Sigma
    public func sixthMoment(_ left: Matrix, _ right: Matrix) -> Matrix {
        let p = left.symmetrized * covariance
        let r = right.symmetrized * covariance
        let product = covariance * p * r
        var moment = (p.trace * r.trace + 2 * (p * r).trace) * covariance
        moment += 2 * r.trace * (covariance * p)
        moment += 2 * p.trace * (covariance * r)
        moment += 8 * product.symmetrized
        return moment
    }

    /// E[(v21'x)^2 (x'Q11 x + q)^2], the mean square of what the query adds to N f, where q12 + q21
    /// is 0 (Lemma A.4): v21'(E[(x'Q11 x)^2 x x'] + 2q E[x'Q11 x x x'] + q^2 Sigma) v21.
    public func queryMoment(of head: AttentionHead) -> Double {
        queryMatrix(q11: head.q11, q: head.q).form(head.v21, head.v21)
    }

    /// E[(x'Q11 x + q)^2 x x'].
    func queryMatrix(q11: Matrix, q: Double) -> Matrix {
        sixthMoment(q11, q11) + 2 * q * fourthMoment(q11) + q * q * covariance
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
    public func errorWithPrecision(
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
}
