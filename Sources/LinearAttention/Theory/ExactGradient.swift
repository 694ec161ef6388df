extension RegressionProblem {
    /// The exact gradient of `error(of:context:task:)`, written as heads: v21 of the first result is
    /// dE/dv21 of the first head, and so on.
    ///
    /// - Parameters:
    ///   - heads: of this problem's dimension
    ///   - context: n, from 0
    ///   - task: theta, `[dimension]`
    public func gradient(
        of heads: [AttentionHead], context: Int, task: Vector
    ) -> [AttentionHead] {
        let model = WhitenedModel(heads, context: context, task: task, problem: self)
        let lower = factor.lower
        return model.gradient().map { white in
            AttentionHead(
                v21: lower * white.v21, v: white.v, q11: lower * white.q11 * lower.transposed,
                q12: lower * white.q12, q21: lower * white.q21, q: white.q)
        }
    }

    /// The gradient of `meanError(of:context:prior:)`.
    ///
    /// - Throws: `LinearAttentionError` if the prior does not fit the problem.
    public func meanGradient(
        of heads: [AttentionHead], context: Int, prior: TaskPrior = .standard
    ) throws -> [AttentionHead] {
        var sum = heads.map { AttentionHead(zeros: $0.dimension) }
        try average(over: prior) { task, weight in
            let part = gradient(of: heads, context: context, task: task)
            for index in sum.indices { sum[index].add(weight, part[index]) }
        }
        return sum
    }
}

extension WhitenedModel {
    /// The gradient in the whitened coordinates: what each part of the error says of each number,
    /// with g = v21 + v theta passed on to v21 and v at the end.
    fileprivate func gradient() -> [AttentionHead] {
        var gradients = heads.map { AttentionHead(zeros: $0.dimension) }
        var byG = heads.map { Vector(zeros: $0.dimension) }
        for a in heads.indices {
            addOddSquare(a, to: &gradients[a], &byG[a])
            addEvenSquare(a, to: &gradients[a], &byG[a])
            addContextVariance(a, to: &gradients[a], &byG[a])
            gradients[a].v21 += byG[a]
            gradients[a].v += byG[a].dot(task)
        }
        return gradients
    }

    private func addOddSquare(_ a: Int, to gradient: inout AttentionHead, _ byG: inout Vector) {
        let (head, beta) = (heads[a], beta)
        var byBeta = 2 * beta
        for b in heads.indices { byBeta -= 2 * share * (fourthMoment(b) * heads[b].v21) }
        gradient.q11 += -contextShare * g[a].outer(byBeta)
        byG -= contextShare * (head.q11 * byBeta)
        gradient.q -= share * head.v21.dot(byBeta)
        gradient.v21 -= share * head.q * byBeta

        // By P, before it is made symmetric, and by its trace.
        gradient.v21 -= 2 * share * (fourthMoment(a) * beta)
        var byP = -4 * share * beta.outer(head.v21)
        var byTrace = -2 * share * beta.dot(head.v21)
        let scale = 2 * share * share
        for b in heads.indices {
            let other = heads[b].v21
            gradient.v21 += scale * (sixthMoment(a, b) * other)
            byTrace += scale * (p[b].trace * head.v21.dot(other) + 2 * p[b].form(head.v21, other))
            byP += 2 * scale * head.v21.dot(other) * p[b]
            byP += 2 * scale * p[b].trace * head.v21.outer(other)
            byP += 4 * scale * head.v21.outer(p[b] * other)
            byP += 4 * scale * (p[b] * head.v21).outer(other)
        }
        gradient.q11 += byP.symmetrized + byTrace * Matrix(identity: task.count)
    }

    private func addEvenSquare(_ a: Int, to gradient: inout AttentionHead, _ byG: inout Vector) {
        let (head, mean) = (heads[a], evenMean)
        let bias = head.q12 + head.q21
        byG += 2 * mean * contextShare * head.q12
        gradient.q12 += 2 * mean * contextShare * g[a]
        gradient.v21 += 2 * mean * share * bias
        var byBias = 2 * mean * share * head.v21
        let scale = 2 * share * share
        for other in heads {
            let otherBias = other.q12 + other.q21
            gradient.v21 += scale * bias.dot(otherBias) * other.v21
            gradient.v21 += scale * bias.dot(other.v21) * otherBias
            byBias += scale * head.v21.dot(other.v21) * otherBias
            byBias += scale * head.v21.dot(otherBias) * other.v21
        }
        gradient.q12 += byBias
        gradient.q21 += byBias
    }

    private func addContextVariance(
        _ a: Int, to gradient: inout AttentionHead, _ byG: inout Vector
    ) {
        let head = heads[a]
        let scale = 2 * contextShare * share
        for b in heads.indices {
            let (other, value, key) = (heads[b], valueProduct(a, b), keyProduct(a, b))
            byG += scale * key * g[b]
            byG += scale * (other.q11 * (head.q11.transposed * g[b]))
            byG += scale * g[b].dot(head.q12) * other.q12
            gradient.v += scale * noise * other.v * key
            gradient.q11 += scale * value * other.q11
            gradient.q11 += scale * g[b].outer(other.q11.transposed * g[a])
            gradient.q12 += scale * value * other.q12
            gradient.q12 += scale * g[a].dot(other.q12) * g[b]
            gradient.q21 += scale * value * other.q21
            gradient.q += scale * value * other.q
        }
    }
}
