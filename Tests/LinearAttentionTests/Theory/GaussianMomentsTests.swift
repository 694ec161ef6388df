import LinearAttention
import Testing

@Suite struct GaussianMomentsTests {
    private let left = Matrix([[0.5, -0.3, 0.2], [0.1, 0.8, 0.4], [-0.6, 0.3, -0.2]])
    private let right = Matrix([[0.3, 0.2, -0.4], [0.7, -0.5, 0.1], [0.2, 0.6, 0.9]])

    /// Compares each element of a moment with samples of it.
    private func expectMoment(_ found: Matrix, _ samples: [Matrix]) {
        for i in 0..<found.rowCount {
            for j in 0..<found.columnCount {
                expectMean(of: samples.map { $0[i, j] }, found[i, j], "element \(i), \(j)")
            }
        }
    }

    private func inputs(_ problem: RegressionProblem, _ count: Int, seed: UInt64) throws -> [Vector]
    {
        var numbers = NormalNumbers(seed: seed)
        let lower = try #require(Cholesky(problem.covariance)).lower
        return (0..<count).map { _ in problem.input(&numbers, lower) }
    }

    @Test func `Lemma A1 is the moment of sampled Wishart matrices`() throws {
        let problem = try RegressionProblem.random(3, seed: 30)
        let x = try inputs(problem, 3 * 15_000, seed: 31)
        let a = left.symmetrized
        let samples = (0..<15_000).map { draw in
            let w = (0..<3).reduce(Matrix(zeros: 3)) {
                $0 + x[3 * draw + $1].outer(x[3 * draw + $1])
            }
            return w * a * w
        }
        expectMoment(problem.wishartMoment(of: a, count: 3), samples)
    }

    @Test func `Lemmas A2 and A3 are moments of sampled inputs`() throws {
        let problem = try RegressionProblem.random(3, seed: 32)
        let x = try inputs(problem, 30_000, seed: 33)
        expectMoment(problem.fourthMoment(left), x.map { left.form($0, $0) * $0.outer($0) })
        expectMoment(
            problem.sixthMoment(left, right),
            x.map { left.form($0, $0) * right.form($0, $0) * $0.outer($0) })
    }

    @Test func `Lemma A4 is the moment of what the query adds`() throws {
        let problem = try RegressionProblem.random(3, seed: 34)
        let head = AttentionHead(v21: [0.5, -0.4, 0.9], v: 0, q11: left, q: 0.7)
        let x = try inputs(problem, 30_000, seed: 35)
        let samples = x.map { x in
            let added = head.prediction(context: [], labels: [], query: x)
            return added * added
        }
        expectMean(of: samples, problem.queryMoment(of: head))
    }

    @Test(arguments: [0, 1, 6, 200])
    func `Lemma A6 is the general error`(context: Int) throws {
        let problem = try RegressionProblem.random(4, seed: 36)
        let (v21, task): (Vector, Vector) = ([0.3, -0.2, 0.1, 0.4], [1, 0.5, -0.7, 0.2])
        let head = AttentionHead(v21: v21, v: 0.6, q11: problem.precision)
        expectEqual(
            problem.errorWithPrecision(v21: v21, weight: 0.6, context: context, task: task),
            problem.error(of: [head], context: context, task: task))
    }

    /// In one dimension E x^4 = 3 and E x^6 = 15.
    @Test func `moments of one dimension are those of a normal number`() throws {
        let problem = try RegressionProblem(dimension: 1, noise: 0)
        #expect(problem.fourthMoment(Matrix([[1]])) == Matrix([[3]]))
        #expect(problem.sixthMoment(Matrix([[1]]), Matrix([[2]])) == Matrix([[30]]))
        // A sum of n squares has the second moment n (n + 2).
        #expect(problem.wishartMoment(of: Matrix([[1]]), count: 4) == Matrix([[24]]))
    }
}
