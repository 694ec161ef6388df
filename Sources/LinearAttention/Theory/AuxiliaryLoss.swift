/// The weight that an auxiliary few-shot loss chooses among the zero-shot optima of (21).
extension RegressionProblem {
    /// w*(n; theta), the best w of `valueFineTunedHead` with n pairs of theta (Theorem 4.9), with
    /// s = <theta, theta>:
    ///
    ///     ((n+1) s - (n+2d+3)/(d+4) <theta0, theta>) / ((n+1+d) s + d sigma2)
    ///
    /// - Parameters:
    ///   - trained: theta0
    ///   - context: n
    ///   - task: theta, not 0
    public func bestValueWeight(trained: Vector, context: Int, task: Vector) -> Double {
        let (n, d, s) = (Double(context), Double(dimension), squaredNorm(task))
        let pull = (n + 2 * d + 3) / (d + 4) * inner(trained, task)
        return ((n + 1) * s - pull) / ((n + 1 + d) * s + d * noise)
    }

    /// What w*(n; theta) tends to for n without end: 1 - <theta0, theta> / ((d+4) s).
    ///
    /// On theta0 it is (d+3)/(d+4); on -theta0 it is (d+5)/(d+4), so it is not one constant for all
    /// tasks.
    public func bestValueWeightLimit(trained: Vector, task: Vector) -> Double {
        1 - inner(trained, task) / (Double(dimension + 4) * squaredNorm(task))
    }

    /// How much more error w*(n; theta0) has on theta than w*(n; theta) (Proposition 4.10):
    /// c2(theta) (w*(n; theta0) - w*(n; theta))^2, c2 as in `valueFineTunedParabola`.
    ///
    /// For <theta, theta> = <theta0, theta0> = s it is
    /// n (n+2d+3)^2 s^2 (1-cos)^2 / ((d+4)^2 (n+1)^2 ((n+1+d) s + d sigma2)).
    ///
    /// - Parameters:
    ///   - trained: theta0, not 0
    ///   - context: n
    ///   - task: theta, not 0
    public func excessOfTrainedWeight(trained: Vector, context: Int, task: Vector) -> Double {
        let parabola = valueFineTunedParabola(trained: trained, context: context, task: task)
        let apart =
            bestValueWeight(trained: trained, context: context, task: trained)
            - bestValueWeight(trained: trained, context: context, task: task)
        return parabola.c2 * apart * apart
    }

    /// What `excessOfTrainedWeight` tends to for n without end: s (c/s - c0/s0)^2 / (d+4)^2 with
    /// c = <theta0, theta> and c0 = s0; s (1-cos)^2/(d+4)^2 for tasks of equal length.
    public func excessOfTrainedWeightLimit(trained: Vector, task: Vector) -> Double {
        let apart =
            bestValueWeightLimit(trained: trained, task: trained)
            - bestValueWeightLimit(trained: trained, task: task)
        return squaredNorm(task) * apart * apart
    }
}
