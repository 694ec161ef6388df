extension RegressionProblem {
    /// E_n(theta; V, Q) = E (y - f)^2, the exact error after n pairs of a task, for any heads
    /// (Lemma A.5; n = 0 is the zero-shot error; one head in the paper, here any number).
    ///
    /// Given the query x, a pair adds (g'x_i + v eps_i)(x_i'h + tau), g = v21 + v theta,
    /// h = Q11 x + q12, tau = q21'x + q, to N f. Between heads a and b its mean is g_a'Sigma h_a, its covariance
    /// (g_a'Sigma g_b + v_a v_b sigma2)(h_a'Sigma h_b + tau_a tau_b) + g_a'Sigma h_b g_b'Sigma h_a.
    /// The query itself adds v21'x (x'Q11 x + (q12 + q21)'x + q). With k = n/N and sums over heads,
    /// the mean of the residual y - f given x has
    ///
    ///     odd part   beta'x - 1/N sum v21'x x'Px,   beta = theta - k sum Q11'Sigma g - 1/N sum q v21,
    ///     even part  -(k sum g'Sigma q12 + 1/N sum v21'x p'x),   P = sym(Q11),   p = q12 + q21.
    ///
    /// The error is sigma2, plus the mean squares of both parts over x (Lemmas A.2 and A.3), plus
    /// n/N^2 times the covariances summed over pairs of heads.
    ///
    /// - Parameters:
    ///   - heads: of this problem's dimension
    ///   - context: n, from 0
    ///   - task: theta, `[dimension]`
    public func error(of heads: [AttentionHead], context: Int, task: Vector) -> Double {
        let model = WhitenedModel(heads, context: context, task: task, problem: self)
        return model.error(model.queryForms)
    }

    /// The mean of `error(of:context:task:)` over tasks from the prior: the pretraining loss (8).
    ///
    /// - Throws: `LinearAttentionError` if the prior does not fit the problem.
    public func meanError(
        of heads: [AttentionHead], context: Int, prior: TaskPrior = .standard
    ) throws -> Double {
        // The products of matrices, d³ each, do not depend on the task: they are computed once.
        let zero = Vector(zeros: dimension)
        var model = WhitenedModel(heads, context: context, task: zero, problem: self)
        let forms = model.queryForms
        var sum = 0.0
        try average(over: prior) { task, weight in
            model.move(to: task, of: self)
            sum += weight * model.error(forms)
        }
        return sum
    }
}

extension WhitenedModel {
    /// v21_a'M_ab v21_b by head a and head b, which is the same for every task.
    fileprivate var queryForms: [[Double]] {
        heads.indices.map { a in
            heads.indices.map { sixthMoment(a, $0).form(heads[a].v21, heads[$0].v21) }
        }
    }

    /// - Parameter forms: `queryForms`
    fileprivate func error(_ forms: [[Double]]) -> Double {
        noise + oddSquare(forms) + evenSquare + contextVariance
    }

    /// beta'beta - 2/N beta'M_a v21_a + 1/N^2 v21_a'M_ab v21_b, summed over heads a, b; M_a and M_ab
    /// are the fourth and sixth moments.
    private func oddSquare(_ forms: [[Double]]) -> Double {
        let beta = beta
        var sum = beta.dot(beta)
        for a in heads.indices {
            sum -= 2 * share * fourthMoment(a).form(beta, heads[a].v21)
            for b in heads.indices {
                sum += share * share * forms[a][b]
            }
        }
        return sum
    }

    /// The square of the mean, and 1/N^2 of the covariances of v21_a'x p_a'x and v21_b'x p_b'x.
    private var evenSquare: Double {
        var sum = 0.0
        for left in heads {
            let leftBias = left.q12 + left.q21
            for right in heads {
                let rightBias = right.q12 + right.q21
                sum += left.v21.dot(right.v21) * leftBias.dot(rightBias)
                sum += left.v21.dot(rightBias) * right.v21.dot(leftBias)
            }
        }
        return evenMean * evenMean + share * share * sum
    }

    /// n/N^2 times the covariances of what one pair adds, averaged over the query.
    private var contextVariance: Double {
        var sum = 0.0
        for a in heads.indices {
            for b in heads.indices {
                let across = heads[b].q11.transposed * g[a]
                let back = heads[a].q11.transposed * g[b]
                sum += valueProduct(a, b) * keyProduct(a, b) + across.dot(back)
                sum += g[a].dot(heads[b].q12) * g[b].dot(heads[a].q12)
            }
        }
        return contextShare * share * sum
    }
}
