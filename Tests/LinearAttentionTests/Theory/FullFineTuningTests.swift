import LinearAttention
import Testing

@Suite struct FullFineTuningTests {
    private let trained: Vector = [0.8, -0.5, 0.3]
    private let task: Vector = [-0.2, 0.9, 0.6]

    @Test(arguments: [0, 1, 4, 1000])
    func `Corollary 4_4 is the general error`(context: Int) throws {
        let problem = try RegressionProblem.random(3, seed: 60)
        for weight in [-1, 0.3, 0.52, 2] {
            let head = problem.fullFineTunedHead(trained: trained, weight: weight)
            for task in [task, trained, -trained] {
                expectEqual(
                    problem.fullFineTunedError(
                        trained: trained, weight: weight, context: context, task: task),
                    problem.error(of: [head], context: context, task: task))
            }
        }
    }

    @Test func `Corollary 4_4 is the error of sampled prompts`() throws {
        let problem = try RegressionProblem.random(3, seed: 61)
        let head = problem.fullFineTunedHead(trained: trained, weight: 0.52)
        let samples = try problem.sampledErrors(
            of: [head], context: 5, task: task, count: 12_000, seed: 62)
        expectMean(
            of: samples,
            problem.fullFineTunedError(trained: trained, weight: 0.52, context: 5, task: task))
    }

    /// Theorem 4.3: from anywhere the minimiser comes to q v21 = theta0, sym(Q11) = 0,
    /// q12 + q21 = 0, with only the noise left.
    @Test(arguments: [70, 71, 72] as [UInt64])
    func `Theorem 4_3 is the free minimum of the zero-shot loss`(seed: UInt64) throws {
        let problem = try RegressionProblem.random(3, noise: 0.2, seed: 63)
        var numbers = NormalNumbers(seed: seed)
        var start = problem.fullFineTunedHead(trained: trained, weight: 0.4)
        start.add(1, numbers.head(3, scale: 0.3))
        func head(_ x: [Double]) -> AttentionHead { AttentionHead(coordinates: x, dimension: 3) }
        let found = head(
            minimize(from: start.coordinates) {
                problem.gradient(of: [head($0)], context: 0, task: trained)[0].coordinates
            } value: {
                problem.error(of: [head($0)], context: 0, task: trained)
            })
        expectEqual(problem.error(of: [found], context: 0, task: trained), 0.2)
        expectEqual((found.q * found.v21).elements, trained.elements, relative: 1e-6)
        expectEqual(
            found.q11.symmetrized.elements, [Double](repeating: 0, count: 9), relative: 1e-6)
        expectEqual((found.q12 + found.q21).elements, [0, 0, 0], relative: 1e-6)
        let known = problem.fullFineTunedHead(trained: trained, weight: 7)
        expectEqual(problem.error(of: [known], context: 0, task: trained), 0.2)
    }

    @Test func `(16) every pair of theta0 hurts, whatever w`() throws {
        let problem = try RegressionProblem.random(3, noise: 0.2, seed: 64)
        for context in [1, 2, 5, 20, 1000] {
            // 1/w from -4 to 4, 0 for a w without end.
            for step in -40...40 {
                let error = problem.fullFineTunedError(
                    trained: trained, weight: 10 / Double(step), context: context, task: trained)
                #expect(error > 0.2)
            }
        }
    }

    @Test func `with pairs without end the pairs teach nothing`() throws {
        let problem = try RegressionProblem(dimension: 3, noise: 0.1)
        // |(-0.2, 0.9, 0.6)|^2 = 1.21
        expectEqual(problem.fullFineTunedErrorLimit(task: task), 1.31)
        for weight in [-1, 0.52, 2] {
            expectEqual(
                problem.fullFineTunedError(
                    trained: trained, weight: weight, context: 1_000_000_000, task: task), 1.31,
                relative: 1e-7)
        }
    }
}
