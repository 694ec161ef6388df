import Foundation
import LinearAttention
import Testing

@Suite struct ExactErrorTests {
    private func heads(_ count: Int, seed: UInt64) -> [AttentionHead] {
        var numbers = NormalNumbers(seed: seed)
        return (0..<count).map { _ in numbers.head(3, scale: 0.4) }
    }

    private let task: Vector = [0.7, -0.5, 1.1]

    @Test(arguments: [1, 2, 3], [0, 1, 6])
    func `the error is that of sampled prompts`(headCount: Int, context: Int) throws {
        let problem = try RegressionProblem.random(3, noise: 0.3, seed: 1)
        let heads = heads(headCount, seed: 2)
        let samples = try problem.sampledErrors(
            of: heads, context: context, task: task, count: 12_000,
            seed: UInt64(10 * headCount + context))
        expectMean(of: samples, problem.error(of: heads, context: context, task: task))
    }

    /// Section 5 of the specification, in the coordinates of Sigma and for one head.
    private func written(
        _ problem: RegressionProblem, _ head: AttentionHead, _ context: Int
    ) -> Double {
        let (sigma, n) = (problem.covariance, Double(context))
        let (count, k) = (n + 1, n / (n + 1))
        let g = head.v21 + head.v * task
        let bias = head.q12 + head.q21
        let p = head.q11.symmetrized
        let t = (p * sigma).trace
        let kp = (p * sigma * p * sigma).trace
        let kq = (head.q11 * sigma * head.q11.transposed * sigma).trace
        let beta =
            task - k * (head.q11.transposed * (sigma * g)) - head.q / count * head.v21
        let c0 = k * problem.inner(g, head.q12)
        let s1 = sigma * p * sigma
        let s2 = s1 * p * sigma
        let v21 = head.v21
        var sum = problem.noise + problem.squaredNorm(beta)
        sum -= 2 / count * (t * problem.inner(beta, v21) + 2 * s1.form(beta, v21))
        let sixth =
            (t * t + 2 * kp) * problem.squaredNorm(v21) + 4 * t * s1.form(v21, v21)
            + 8 * s2.form(v21, v21)
        sum += sixth / (count * count)
        let along = problem.inner(v21, bias)
        sum += c0 * c0 + 2 * c0 / count * along
        sum +=
            (problem.squaredNorm(v21) * problem.squaredNorm(bias) + 2 * along * along)
            / (count * count)
        let value = problem.squaredNorm(g) + head.v * head.v * problem.noise
        let key =
            kq + problem.squaredNorm(head.q12) + problem.squaredNorm(head.q21) + head.q * head.q
        let moved = head.q11.transposed * (sigma * g)
        let across = problem.squaredNorm(moved) + pow(problem.inner(g, head.q12), 2)
        return sum + n / (count * count) * (value * key + across)
    }

    @Test(arguments: [0, 1, 2, 19, 1000])
    func `the error is the written formula of one head`(context: Int) throws {
        let problem = try RegressionProblem.random(3, seed: 3)
        for seed in 4..<9 as Range<UInt64> {
            let head = heads(1, seed: seed)[0]
            expectEqual(
                problem.error(of: [head], context: context, task: task),
                written(problem, head, context), "seed \(seed)")
        }
    }

    @Test(arguments: [0, 1, 7])
    func `heads that share their keys or their values are one head`(context: Int) throws {
        let problem = try RegressionProblem.random(3, seed: 5)
        let (a, b) = (heads(2, seed: 6)[0], heads(2, seed: 6)[1])
        let sharedKeys = AttentionHead(
            v21: b.v21, v: b.v, q11: a.q11, q12: a.q12, q21: a.q21, q: a.q)
        let summedValues = AttentionHead(
            v21: a.v21 + b.v21, v: a.v + b.v, q11: a.q11, q12: a.q12, q21: a.q21, q: a.q)
        let sharedValues = AttentionHead(
            v21: a.v21, v: a.v, q11: b.q11, q12: b.q12, q21: b.q21, q: b.q)
        let summedKeys = AttentionHead(
            v21: a.v21, v: a.v, q11: a.q11 + b.q11, q12: a.q12 + b.q12, q21: a.q21 + b.q21,
            q: a.q + b.q)
        for (two, one) in [([a, sharedKeys], summedValues), ([a, sharedValues], summedKeys)] {
            expectEqual(
                problem.error(of: two, context: context, task: task),
                problem.error(of: [one], context: context, task: task))
        }
    }

    @Test func `moving a factor between V and Q changes nothing`() throws {
        let problem = try RegressionProblem.random(3, seed: 7)
        let head = heads(1, seed: 8)[0]
        let moved = AttentionHead(
            v21: -4 * head.v21, v: -4 * head.v, q11: -0.25 * head.q11, q12: -0.25 * head.q12,
            q21: -0.25 * head.q21, q: -0.25 * head.q)
        expectEqual(
            problem.error(of: [moved], context: 5, task: task),
            problem.error(of: [head], context: 5, task: task))
    }

    @Test func `a model without weights errs by the label's variance`() throws {
        let problem = try RegressionProblem(
            covariance: Matrix([[2, 0.5], [0.5, 1]]), noise: 0.25)
        // (1, 2) Sigma (1, 2)' = 2 + 2 + 4 = 8.
        #expect(
            problem.error(of: [AttentionHead(zeros: 2)], context: 3, task: [1, 2]) == 8.25)
        #expect(problem.error(of: [AttentionHead](), context: 0, task: [1, 2]) == 8.25)
    }

    @Test(arguments: [1, 2, 3], [0, 1, 6])
    func `the gradient is that of central differences`(headCount: Int, context: Int) throws {
        let problem = try RegressionProblem.random(3, seed: 9)
        let heads = heads(headCount, seed: 10)
        let found = problem.gradient(of: heads, context: context, task: task)
        for index in heads.indices {
            let coordinates = heads[index].coordinates
            let expected = coordinates.indices.map { place in
                let step = 1e-4
                let values = [step, -step].map { change in
                    var moved = coordinates
                    moved[place] += change
                    var other = heads
                    other[index] = AttentionHead(coordinates: moved, dimension: 3)
                    return problem.error(of: other, context: context, task: task)
                }
                return (values[0] - values[1]) / (2 * step)
            }
            expectEqual(found[index].coordinates, expected, relative: 1e-8, "head \(index)")
        }
    }

    @Test(arguments: [
        TaskPrior.standard, .inverseCovariance,
        .covariance(Matrix([[2, 0.3, 0], [0.3, 1, -0.2], [0, -0.2, 0.5]])),
    ])
    func `the mean over tasks is that of sampled tasks`(prior: TaskPrior) throws {
        let problem = try RegressionProblem.random(3, seed: 11)
        let heads = heads(2, seed: 12)
        var numbers = NormalNumbers(seed: 13)
        let lower = try #require(Cholesky(prior.covariance(for: problem))).lower
        let tasks = (0..<4000).map { _ in lower * numbers.vector(3) }
        expectMean(
            of: tasks.map { problem.error(of: heads, context: 4, task: $0) },
            try problem.meanError(of: heads, context: 4, prior: prior))
        let gradients = tasks.map { problem.gradient(of: heads, context: 4, task: $0)[1] }
        let mean = try problem.meanGradient(of: heads, context: 4, prior: prior)[1]
        expectMean(of: gradients.map(\.v), mean.v, "v")
        expectMean(of: gradients.map { $0.q11[0, 2] }, mean.q11[0, 2], "Q11")
    }
}
