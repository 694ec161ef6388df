extension RegressionProblem {
    /// What full fine-tuning on zero-shot prompts of theta0 reaches, (15) of Theorem 4.3: v21 = theta0,
    /// v = w, Q11 = 0, q = 1. For every w its zero-shot loss is sigma2, the least there is.
    ///
    /// All minimisers have q v21 = theta0, Q11 + Q11' = 0, q12 + q21 = 0 and any v; scaled to q = 1,
    /// w = v q.
    ///
    /// - Parameters:
    ///   - trained: theta0
    ///   - weight: w, which the zero-shot loss leaves free
    public func fullFineTunedHead(trained: Vector, weight: Double) -> AttentionHead {
        AttentionHead(v21: trained, v: weight, q11: Matrix(zeros: dimension), q: 1)
    }

    /// E_n of `fullFineTunedHead` (Corollary 4.4), k = n/(n+1), lengths in the metric of Sigma:
    ///
    ///     sigma2 + |theta - theta0/(n+1)|^2 + n/(n+1)^2 (|theta0 + w theta|^2 + w^2 sigma2)
    ///
    /// On theta = theta0 it exceeds the zero-shot error sigma2 for every n >= 1 and every w (16).
    ///
    /// - Parameters:
    ///   - trained: theta0
    ///   - weight: w
    ///   - context: n
    ///   - task: theta
    public func fullFineTunedError(
        trained: Vector, weight: Double, context: Int, task: Vector
    ) -> Double {
        let n = Double(context)
        let share = 1 / (n + 1)
        let pairs = squaredNorm(trained + weight * task) + weight * weight * noise
        return noise + squaredNorm(task - share * trained) + n * share * share * pairs
    }

    /// What `fullFineTunedError` tends to for n without end, whatever w: sigma2 + <theta, theta>.
    ///
    /// The caption of Figure 2 says 1 where this is 1.1: it leaves out the noise.
    public func fullFineTunedErrorLimit(task: Vector) -> Double { noise + squaredNorm(task) }
}
