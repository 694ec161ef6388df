/// The end of a training according to the theory, as a head whose exact error can be computed.
extension RegressionSetup {
    /// The pretraining optimum (Corollary 4.1).
    public func predictedPretrainedHead() throws -> AttentionHead {
        try problem.pretrainedHead(context: context, prior: prior)
    }

    /// The pretraining optimum with its product v Q11 split so that v is this number.
    ///
    /// Descent from small numbers ends where v = |Q|, which is `balancedValue`.
    public func optimum(value v: Double) throws -> AttentionHead {
        var head = try predictedPretrainedHead()
        head.q11 = (head.v / v) * head.q11
        head.v = v
        return head
    }

    /// |Q|² - v² - |v21|² of first weights of this standard deviation, on average: the (d+1)² numbers
    /// of Q less the d + 1 of v21 and v.
    public func conserved(scale: Double) -> Double {
        let d = Double(problem.dimension)
        return scale * scale * (d + 1) * d
    }

    /// The v of the optimum that gradient flow reaches: it conserves c = |Q|² - v² - |v21|², and there
    /// v21 = 0 and v |Q| = |A|, so |Q|⁴ - c |Q|² - |A|² = 0, plain norms.
    ///
    /// - Parameter c: of the first weights; 0 for infinitely small ones
    public func balancedValue(conserved c: Double = 0) throws -> Double {
        let map = try problem.pretrainedMap(context: context, prior: prior)
        let square = map.elements.reduce(0) { $0 + $1 * $1 }
        return (square / ((c + (c * c + 4 * square).squareRoot()) / 2)).squareRoot()
    }

    /// w = 1/(v q) at which gradient flow on the zero-shot loss ends from `optimum(value: v)`.
    ///
    /// The loss has no v, and |v21|² - |Q|² is conserved, so with P = |Q11|² before and q v21 = theta0
    /// after: q⁴ - P q² - |theta0|² = 0, plain norms. Hence q² >= P and w <= 1/|v Q11|, whatever v.
    public func flowWeight(value v: Double) throws -> Double {
        let head = try optimum(value: v)
        let p = head.q11.elements.reduce(0) { $0 + $1 * $1 }
        return 1 / (v * ((p + (p * p + 4 * task.dot(task)).squareRoot()) / 2).squareRoot())
    }

    /// Where a fine-tuning from the pretraining optimum ends, for the four cases that have a theorem:
    /// all parameters on the zero-shot loss (Theorem 4.3), whose weight the loss leaves free; V on it
    /// (Theorem 4.6 with the frozen Q, v as pretrained); V with an annealed few-shot loss, by whose end
    /// v21 is the zero-shot optimum and v best on few-shot prompts (Theorem 4.9); and Q or K alone on
    /// it, where nothing moves, for v21 = 0 makes every zero-shot prediction 0. Nil for the others.
    ///
    /// - Parameter weight: w of the full fine-tuning
    /// - Throws: `LinearAttentionError` if the prior does not fit the problem.
    public func predictedHead(_ tuning: FineTuning, weight: Double) throws -> AttentionHead? {
        var head = try predictedPretrainedHead()
        switch (tuning.target, tuning.objective, tuning.annealing) {
        case (.all, .zeroShot, _):
            return problem.fullFineTunedHead(trained: task, weight: weight)
        case (.q, .zeroShot, _), (.k, .zeroShot, _):
            return head
        case (.v, .zeroShot, _):
            head.v21 = try problem.bestValueVector(q11: head.q11, trained: task)
            return head
        case (.v, .withFewShot, .linear):
            head.v21 = try problem.bestValueVector(q11: head.q11, trained: task)
            head.v = bestValue(head)
            return head
        default:
            return nil
        }
    }

    /// The v that is best on few-shot prompts, all else fixed: the error is a parabola in v.
    ///
    /// Without examples v has no effect and is unchanged.
    private func bestValue(_ head: AttentionHead) -> Double {
        guard shots > 0 else { return head.v }
        func slope(_ v: Double) -> Double {
            var moved = head
            moved.v = v
            return problem.gradient(of: [moved], context: shots, task: task)[0].v
        }
        let (atZero, atOne) = (slope(0), slope(1))
        return -atZero / (atOne - atZero)
    }
}

extension AttentionModel {
    /// w = 1/(v q), the number that full fine-tuning on zero-shot prompts leaves free (15): of the only head;
    /// for several, 1 over the coefficient of sum y_i in N f where all of Q but q is 0.
    public var fullWeight: Double { 1 / heads.reduce(0) { $0 + $1.v * $1.q } }

    /// w of (21): v on the scale where Q11 is Sigma^-1, tr(Q11 Sigma)/d · v; summed over heads.
    public func valueWeight(_ problem: RegressionProblem) -> Double {
        heads.reduce(0) { $0 + $1.v * ($1.q11 * problem.covariance).trace }
            / Double(dimension)
    }
}
