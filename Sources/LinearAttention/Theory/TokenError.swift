extension RegressionProblem {
    /// E_n(theta) = E (y - f)^2, the exact error after n pairs of a task, of heads that read whole tokens.
    ///
    /// It extends Lemma A.5 (`error(of: [AttentionHead], …)`) by v1, c and r. In coordinates in which
    /// Sigma = I, a pair adds (v1 + g'x_i + v eps_i)(tau + h'x_i + k eps_i) to N f, with g = v21 + v theta,
    /// k = c + r'x, h = (Q11 + theta r') x + q12 + c theta and tau = q + q21'x. Given the query its mean
    /// is v1 tau + g'h + v k sigma2; between heads a and b its covariance is
    ///
    ///     v1_a v1_b K_ab + v1_a tau_b X_ba + tau_a v1_b X_ab + tau_a tau_b G_ab + G_ab K_ab + X_ab X_ba,
    ///     G_ab = g_a'g_b + v_a v_b sigma2,   K_ab = h_a'h_b + k_a k_b sigma2,   X_ab = g_a'h_b + v_a k_b sigma2.
    ///
    /// The query's own term is a cubic of x. Means over x ~ N(0, I) follow by its moments up to the sixth.
    ///
    /// - Parameters:
    ///   - heads: of this problem's dimension
    ///   - context: n, from 0
    ///   - task: theta, `[dimension]`
    public func error(of heads: [TokenHead], context: Int, task: Vector) -> Double {
        TokenError(heads, context: context, task: task, problem: self).value
    }
}

/// A model's residual given the query, in the coordinates in which Sigma is the identity.
private struct TokenError {
    /// A head in these coordinates, with what it makes of a pair of the task.
    private struct Head {
        let v1: Double
        let v21: Vector
        let v: Double
        let q: Double
        let q21: Vector
        /// q12 + q21.
        let bias: Vector
        /// sym(Q11).
        let form: Matrix
        let c: Double
        let r: Vector
        /// v21 + v theta.
        let g: Vector
        /// h = keys x + offset.
        let keys: Matrix
        let offset: Vector

        init(_ head: TokenHead, _ lower: Matrix, task: Vector) {
            let white = lower.transposed
            let q11 = white * head.q11 * lower
            let q12 = white * head.q12
            v1 = head.v1
            v21 = white * head.v21
            v = head.v
            q = head.q
            q21 = white * head.q21
            bias = q12 + q21
            form = q11.symmetrized
            c = head.c
            r = white * head.r
            g = v21 + v * task
            keys = q11 + task.outer(r)
            offset = q12 + c * task
        }
    }

    private let heads: [Head]
    private let task: Vector
    private let noise: Double
    private let n: Double
    private var share: Double { 1 / (n + 1) }

    init(_ heads: [TokenHead], context: Int, task: Vector, problem: RegressionProblem) {
        let lower = problem.factor.lower
        let white = lower.transposed * task
        self.heads = heads.map { Head($0, lower, task: white) }
        self.task = white
        noise = problem.noise
        n = Double(context)
    }

    var value: Double { noise + oddSquare + evenSquare + n * share * share * covariances }

    /// The mean square of what is odd in x: beta'x - 1/N sum v21'x x'Px.
    private var oddSquare: Double {
        var beta = task
        for head in heads {
            let pairs = head.v1 * head.q21 + head.keys.transposed * head.g + head.v * noise * head.r
            beta -= n * share * pairs
            beta -= share * (head.q * head.v21 + head.v1 * head.bias)
        }
        var sum = beta.dot(beta)
        for a in heads {
            let fourth = a.form.trace * a.v21 + 2 * (a.form * a.v21)
            sum -= 2 * share * beta.dot(fourth)
            for b in heads { sum += share * share * sixthForm(a, b) }
        }
        return sum
    }

    /// E[v_a'x x'P_a x v_b'x x'P_b x].
    private func sixthForm(_ a: Head, _ b: Head) -> Double {
        let (left, right) = (a.form * a.v21, b.form * b.v21)
        let (across, back) = (b.form * a.v21, a.form * b.v21)
        let product = a.form.trace * b.form.trace + 2 * a.form.dot(b.form)
        return product * a.v21.dot(b.v21) + 2 * b.form.trace * a.v21.dot(back)
            + 2 * a.form.trace * across.dot(b.v21) + 4 * (left.dot(right) + across.dot(back))
    }

    /// The mean square of what is even in x: e + x'Bx.
    private var evenSquare: Double {
        var constant = 0.0
        var form = Matrix(zeros: task.count)
        for head in heads {
            let pairs = head.g.dot(head.offset) + head.v * head.c * noise
            constant += n * share * (head.v1 * head.q + pairs) + share * head.v1 * head.q
            form += share * (head.v21.outer(head.bias).symmetrized + head.v1 * head.form)
        }
        let mean = constant + form.trace
        return mean * mean + 2 * form.dot(form)
    }

    /// The covariances of what one pair adds, summed over pairs of heads, their mean over the query.
    private var covariances: Double {
        var sum = 0.0
        for a in heads {
            for b in heads {
                let values = a.g.dot(b.g) + a.v * b.v * noise
                let keys =
                    a.keys.dot(b.keys) + a.offset.dot(b.offset)
                    + noise * (a.r.dot(b.r) + a.c * b.c)
                let biases = a.q * b.q + a.q21.dot(b.q21)
                let (ab, ba) = (mixed(a, b), mixed(b, a))
                sum += a.v1 * b.v1 * keys + values * (biases + keys)
                sum += ab.constant * ba.constant + ab.linear.dot(ba.linear)
                // X_ab goes with the head whose tau it meets: that of a.
                sum += b.v1 * (a.q * ab.constant + a.q21.dot(ab.linear))
                sum += a.v1 * (b.q * ba.constant + b.q21.dot(ba.linear))
            }
        }
        return sum
    }

    /// X_ab = constant + linear'x.
    private func mixed(_ a: Head, _ b: Head) -> (constant: Double, linear: Vector) {
        (
            a.g.dot(b.offset) + a.v * b.c * noise,
            b.keys.transposed * a.g + (a.v * noise) * b.r
        )
    }
}
