/// The end of a training according to the theory, as a head whose exact error can be computed.
extension RegressionSetup {
    /// The pretraining optimum (Corollary 4.1).
    public func predictedPretrainedHead() throws -> AttentionHead {
        try problem.pretrainedHead(context: context, prior: prior)
    }

    /// The pretraining optimum with its product v Q11 split so that v is this number.
    ///
    /// Descent from small numbers ends where v = |Q|.
    public func optimum(value v: Double) throws -> AttentionHead {
        var head = try predictedPretrainedHead()
        head.q11 = (head.v / v) * head.q11
        head.v = v
        return head
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
