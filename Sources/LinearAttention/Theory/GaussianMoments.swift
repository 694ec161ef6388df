extension RegressionProblem {
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

    /// E[(x'Q11 x + q)^2 x x'].
    func queryMatrix(q11: Matrix, q: Double) -> Matrix {
        sixthMoment(q11, q11) + 2 * q * fourthMoment(q11) + q * q * covariance
    }
}
