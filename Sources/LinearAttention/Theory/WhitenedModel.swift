/// A model and a task in the coordinates in which Sigma is the identity.
///
/// With Sigma = L L' and x = L z: theta becomes L' theta, v21 becomes L' v21, Q11 becomes L' Q11 L,
/// q12 and q21 become L' q12 and L' q21; v and q stay. Predictions and errors are the same numbers.
struct WhitenedModel {
    let heads: [AttentionHead]
    private(set) var task: Vector
    /// g = v21 + v theta of each head: its coefficients of (x_i, y_i) without the noise.
    private(set) var g: [Vector]
    /// P = (Q11 + Q11') / 2 of each head.
    let p: [Matrix]
    /// n.
    let contextLength: Int
    let noise: Double

    init(_ heads: [AttentionHead], context: Int, task: Vector, problem: RegressionProblem) {
        precondition(context >= 0, "a context of \(context) pairs; 0 or more are needed")
        for head in heads {
            precondition(
                head.dimension == problem.dimension,
                "a head of dimension \(head.dimension) for a problem of dimension "
                    + "\(problem.dimension); the same is needed")
        }
        let toWhite = problem.factor.lower.transposed
        let white = toWhite * task
        self.heads = heads.map { head in
            AttentionHead(
                v21: toWhite * head.v21, v: head.v, q11: toWhite * head.q11 * problem.factor.lower,
                q12: toWhite * head.q12, q21: toWhite * head.q21, q: head.q)
        }
        self.task = white
        g = self.heads.map { $0.v21 + $0.v * white }
        p = self.heads.map(\.q11.symmetrized)
        contextLength = context
        noise = problem.noise
    }

    /// Switches to another task, given in the problem's own coordinates.
    mutating func move(to task: Vector, of problem: RegressionProblem) {
        let white = problem.factor.lower.transposed * task
        self.task = white
        g = heads.map { $0.v21 + $0.v * white }
    }

    /// 1 / (n + 1).
    var share: Double { 1 / Double(contextLength + 1) }

    /// n / (n + 1), the paper's k.
    var contextShare: Double { Double(contextLength) * share }

    /// beta: the coefficients of the residual's mean given x that are linear in x.
    var beta: Vector {
        var beta = task
        for (head, g) in zip(heads, g) {
            beta -= contextShare * (head.q11.transposed * g)
            beta -= share * head.q * head.v21
        }
        return beta
    }

    /// k sum of g'q12 + 1/N sum of v21'(q12 + q21): minus the mean over x of the residual's even part.
    var evenMean: Double {
        zip(heads, g).reduce(0) { sum, pair in
            let (head, g) = pair
            return sum + contextShare * g.dot(head.q12)
                + share * head.v21.dot(head.q12 + head.q21)
        }
    }

    /// E[x'Px x x'] for x ~ N(0, I).
    func fourthMoment(_ a: Int) -> Matrix {
        p[a].trace * Matrix(identity: task.count) + 2 * p[a]
    }

    /// E[x'Px x'Rx x x'] for x ~ N(0, I).
    func sixthMoment(_ a: Int, _ b: Int) -> Matrix {
        let (ta, tb) = (p[a].trace, p[b].trace)
        let product = p[a] * p[b]
        var moment = (ta * tb + 2 * p[a].dot(p[b])) * Matrix(identity: task.count)
        moment += 2 * tb * p[a]
        moment += 2 * ta * p[b]
        moment += 8 * product.symmetrized
        return moment
    }

    /// (g_a'g_b + v_a v_b sigma2): the covariance of what two heads take from one pair.
    func valueProduct(_ a: Int, _ b: Int) -> Double {
        g[a].dot(g[b]) + heads[a].v * heads[b].v * noise
    }

    /// The mean of the product of two heads' attention to one pair.
    func keyProduct(_ a: Int, _ b: Int) -> Double {
        let (left, right) = (heads[a], heads[b])
        return left.q11.dot(right.q11) + left.q12.dot(right.q12) + left.q21.dot(right.q21)
            + left.q * right.q
    }
}
