extension RegressionProblem {
    /// A = v Q11 of the pretraining optimum, exact for every m and prior (Corollary 4.1):
    ///
    ///     A = (m+1) ((m+1) Sigma + c Lambda^-1)^-1,   c = tr(Lambda Sigma) + sigma2,
    ///
    /// with v21 = 0 and q = q12 = q21 = 0; only the product is determined. With Lambda = I this is
    /// U diag((m+1) / ((m+1) lambda_i + tr Sigma + sigma2)) U', with Lambda = Sigma^-1 it is
    /// (m+1)/(m+1+d+sigma2) Sigma^-1; for m without end it is Sigma^-1. A is symmetric.
    ///
    /// - Parameters:
    ///   - context: m, the pairs of a pretraining prompt
    ///   - prior: Lambda
    /// - Throws: `LinearAttentionError` if the prior does not fit the problem.
    public func pretrainedMap(context: Int, prior: TaskPrior = .standard) throws -> Matrix {
        let spread = try prior.covariance(for: self)
        let m = Double(context)
        let c = covariance.dot(spread) + noise
        let name = "the covariance of the tasks"
        let inverse = try Self.factor(of: spread, called: name).inverse
        let sum = (m + 1) * covariance + c * inverse
        return try (m + 1) * Self.factor(of: sum, called: "a pretrained model's sum").inverse
    }

    /// The pretraining optimum of Corollary 4.1 as a head with v = 1 and Q11 = A.
    ///
    /// - Throws: `LinearAttentionError` if the prior does not fit the problem.
    public func pretrainedHead(context: Int, prior: TaskPrior = .standard) throws -> AttentionHead {
        AttentionHead(
            v21: Vector(zeros: dimension), v: 1,
            q11: try pretrainedMap(context: context, prior: prior))
    }

    /// The scale m/(m+1+d) of the paper's (10).
    ///
    /// It leaves out the noise and O(1/m): 0.769 at m = 20, d = 5, where the exact scale is 0.7925 with
    /// tasks on the unit sphere and 0.8046 with tasks from N(0, I), sigma2 = 0.1.
    public func paperPretrainedWeight(context: Int) -> Double {
        Double(context) / Double(context + 1 + dimension)
    }

    /// (10) as the authors drew it: v = 1, Q11 = m/(m+1+d) Sigma^-1, all else 0.
    public func paperPretrainedHead(context: Int) -> AttentionHead {
        AttentionHead(
            v21: Vector(zeros: dimension), v: 1,
            q11: paperPretrainedWeight(context: context) * precision)
    }

    /// E_n of a pretrained model, (11) of Corollary 4.2, for v21 = 0, q = q12 = q21 = 0, v Q11 = A
    /// symmetric, with T = A Sigma, s = <theta, theta>, k = n/(n+1):
    ///
    ///     sigma2 + |(I - k A Sigma) theta|^2 + n/(n+1)^2 ((s + sigma2) tr(T^2) + theta'Sigma T^2 theta)
    ///
    /// - Parameters:
    ///   - map: A, `[dimension, dimension]`, symmetric
    ///   - context: n
    ///   - task: theta
    public func pretrainedError(map: Matrix, context: Int, task: Vector) -> Double {
        let n = Double(context)
        let share = 1 / (n + 1)
        let moved = map * (covariance * task)
        let pairs = (squaredNorm(task) + noise) * squareTrace(map) + squaredNorm(moved)
        return noise + squaredNorm(task - n * share * moved) + n * share * share * pairs
    }

    /// The n above which few-shot is better than zero-shot for this task, exactly:
    ///
    ///     n + 1 > (s + sigma2) tr(T^2) / (2 theta'Sigma T theta - theta'Sigma T^2 theta)
    ///
    /// Nil where no n is enough.
    ///
    /// - Parameters:
    ///   - map: A, symmetric
    ///   - task: theta, not 0
    public func contextThreshold(map: Matrix, task: Vector) -> Double? {
        let moved = map * (covariance * task)
        let gain = 2 * inner(task, moved) - squaredNorm(moved)
        guard gain > 0 else { return nil }
        return (squaredNorm(task) + noise) * squareTrace(map) / gain - 1
    }

    /// The n above which few-shot is better for every task as long as this one, condition (12):
    ///
    ///     n + 1 > (1 + sigma2/s) tr(T^2) / (tau (2 - tau)),   tau the smallest eigenvalue of T.
    ///
    /// Sufficient, and necessary only where all eigenvalues are equal.
    ///
    /// - Throws: `LinearAttentionError` if the prior does not fit the problem.
    public func sufficientContext(
        pretrainedOn context: Int, task: Vector, prior: TaskPrior = .standard
    ) throws -> Double {
        let map = try pretrainedMap(context: context, prior: prior)
        let lower = factor.lower
        let eigenvalues = (lower.transposed * map * lower).symmetricEigenvalues()
        // The eigenvalues lie between 0 and 1, where tau (2 - tau) grows.
        let smallest = eigenvalues[0]
        let noiseRatio = 1 + noise / squaredNorm(task)
        return noiseRatio * squareTrace(map) / (smallest * (2 - smallest)) - 1
    }

    /// Condition (14), for Sigma = lambda I and a prior that is isotropic, necessary and sufficient:
    ///
    ///     n > d (1 + sigma2/s) tau / (2 - tau) - 1,   tau the multiple of Sigma^-1 that v Q11 is;
    ///
    /// for the exact optimum and Lambda = I (m+1) / (m+1+d+sigma2/lambda). With m without end and no noise:
    /// n > d - 1.
    ///
    /// - Parameters:
    ///   - context: m
    ///   - task: theta, not 0
    /// - Throws: `LinearAttentionError` if Sigma or the prior's Lambda is not a multiple of the identity.
    public func isotropicThreshold(
        pretrainedOn context: Int, task: Vector, prior: TaskPrior = .standard
    ) throws -> Double {
        let lambda = covariance[0, 0]
        let identity = Matrix(identity: dimension)
        let spread = try prior.covariance(for: self)
        guard covariance == lambda * identity, spread == spread[0, 0] * identity else {
            throw LinearAttentionError(
                "condition (14): the inputs have unequal variances or correlations; Sigma = lambda "
                    + "I is needed")
        }
        let tau = lambda * (try pretrainedMap(context: context, prior: prior))[0, 0]
        return isotropicThreshold(scale: tau, task: task)
    }

    /// Condition (14) at the paper's tau = m/(m+1+d): 2.4375 at m = 20, d = 5, sigma2 = 0.1.
    public func paperThreshold(pretrainedOn context: Int, task: Vector) -> Double {
        isotropicThreshold(scale: paperPretrainedWeight(context: context), task: task)
    }

    private func isotropicThreshold(scale tau: Double, task: Vector) -> Double {
        Double(dimension) * (1 + noise / squaredNorm(task)) * tau / (2 - tau) - 1
    }

    /// tr(T^2) of T = A Sigma.
    private func squareTrace(_ map: Matrix) -> Double {
        let t = map * covariance
        return t.dot(t.transposed)
    }
}
