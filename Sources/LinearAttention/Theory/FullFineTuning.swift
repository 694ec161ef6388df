extension RegressionProblem {
    /// What full fine-tuning on zero-shot prompts of theta0 reaches, (15) of Theorem 4.3: v21 = w theta0,
    /// v = 1, Q11 = 0, q = 1/w. For every w its zero-shot loss is sigma2, the least there is.
    ///
    /// All minimisers have q v21 = theta0, Q11 + Q11' = 0, q12 + q21 = 0 and any v; (V, Q) and (cV, Q/c)
    /// are one model, so w = 1/(v q).
    ///
    /// - Parameters:
    ///   - trained: theta0
    ///   - weight: w, not 0, which the zero-shot loss leaves free
    public func fullFineTunedHead(trained: Vector, weight: Double) -> AttentionHead {
        AttentionHead(
            v21: weight * trained, v: 1, q11: Matrix(zeros: dimension), q: 1 / weight)
    }

    /// E_n of `fullFineTunedHead` (Corollary 4.4), k = n/(n+1), lengths in the metric of Sigma:
    ///
    ///     sigma2 + |theta - theta0/(n+1)|^2 + n/(n+1)^2 (|theta0 + theta/w|^2 + sigma2/w^2)
    ///
    /// On theta = theta0 it exceeds the zero-shot error sigma2 for every n >= 1 and every w (16).
    ///
    /// - Parameters:
    ///   - trained: theta0
    ///   - weight: w, not 0; may be infinite
    ///   - context: n
    ///   - task: theta
    public func fullFineTunedError(
        trained: Vector, weight: Double, context: Int, task: Vector
    ) -> Double {
        let n = Double(context)
        let share = 1 / (n + 1)
        let pairs = squaredNorm(trained + (1 / weight) * task) + noise / (weight * weight)
        return noise + squaredNorm(task - share * trained) + n * share * share * pairs
    }

    /// What `fullFineTunedError` tends to for n without end, whatever w: sigma2 + <theta, theta>.
    public func fullFineTunedErrorLimit(task: Vector) -> Double { noise + squaredNorm(task) }
}
