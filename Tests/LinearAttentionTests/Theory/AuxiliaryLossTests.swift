import LinearAttention
import Testing

@Suite struct AuxiliaryLossTests {
    private let trained: Vector = [0.8, -0.5, 0.3]
    private let task: Vector = [-0.2, 0.9, 0.6]

    @Test(arguments: [1, 3, 20])
    func `Theorem 4_9 is the least error over w`(context: Int) throws {
        let problem = try RegressionProblem.random(3, seed: 100)
        for task in [task, trained, -trained] {
            let best = minimize(from: -3, to: 4) { weight in
                problem.error(
                    of: [problem.valueFineTunedHead(trained: trained, weight: weight)],
                    context: context, task: task)
            }
            let found = problem.bestValueWeight(trained: trained, context: context, task: task)
            expectEqual(found, best, relative: 1e-7)
            expectEqual(
                found,
                problem.valueFineTunedParabola(trained: trained, context: context, task: task)
                    .leastWeight)
        }
    }

    @Test func `with pairs without end w_star depends on the task`() throws {
        let problem = try RegressionProblem(dimension: 5, noise: 0.1)
        let trained = Vector(unit: 0, count: 5)
        let n = 1_000_000_000
        for (task, limit) in [(trained, 8.0 / 9), (-trained, 10.0 / 9)] {
            expectEqual(problem.bestValueWeightLimit(trained: trained, task: task), limit)
            expectEqual(
                problem.bestValueWeight(trained: trained, context: n, task: task), limit,
                relative: 1e-7)
        }
        let weights = (1...300).map {
            problem.bestValueWeight(trained: trained, context: $0, task: trained)
        }
        #expect(zip(weights, weights.dropFirst()).allSatisfy { $0 < $1 })
        // (n+1 - (n+13)/9) / (n+6+0.5) at n = 20.
        expectEqual(weights[19], (21 - 33.0 / 9) / 26.5)
    }

    @Test func `(32) at w_star only what lies beside theta0 is lost`() throws {
        let problem = try RegressionProblem.random(3, seed: 101)
        let n = 1_000_000_000
        for task in [task, trained, -trained] {
            let weight = problem.bestValueWeight(trained: trained, context: n, task: task)
            expectEqual(
                problem.valueFineTunedParabola(trained: trained, context: n, task: task)
                    .error(at: weight),
                problem.bestValueErrorLimit(trained: trained, task: task), relative: 1e-7)
        }
        expectEqual(problem.bestValueErrorLimit(trained: trained, task: trained), 0.2)
        let beside = try problem.task(atCosine: 0, to: trained)
        expectEqual(
            problem.bestValueErrorLimit(trained: trained, task: beside),
            0.2 + problem.squaredNorm(trained) / 49)
    }

    @Test(arguments: [1, 4, 20])
    func `Proposition 4_10 is the difference of two errors`(context: Int) throws {
        let problem = try RegressionProblem.random(3, seed: 102)
        let weight = problem.bestValueWeight(trained: trained, context: context, task: trained)
        for task in [task, trained, -trained] {
            let parabola = problem.valueFineTunedParabola(
                trained: trained, context: context, task: task)
            expectEqual(
                problem.excessOfTrainedWeight(trained: trained, context: context, task: task),
                parabola.error(at: weight) - parabola.error(at: parabola.leastWeight))
        }
    }

    @Test func `Proposition 4_10 has its closed form for tasks of equal length`() throws {
        let problem = try RegressionProblem.random(3, seed: 103)
        let (s, d) = (problem.squaredNorm(trained), 3.0)
        for cosine in [-1, -0.5, 0, 0.9] {
            let task = try problem.task(atCosine: cosine, to: trained)
            for n in [1.0, 4, 20] {
                let upper =
                    n * (n + 2 * d + 3) * (n + 2 * d + 3) * s * s * (1 - cosine) * (1 - cosine)
                let lower =
                    (d + 4) * (d + 4) * (n + 1) * (n + 1) * ((n + 1 + d) * s + d * problem.noise)
                expectEqual(
                    problem.excessOfTrainedWeight(
                        trained: trained, context: Int(n), task: task), upper / lower)
            }
            let limit = problem.excessOfTrainedWeightLimit(trained: trained, task: task)
            expectEqual(limit, s * (1 - cosine) * (1 - cosine) / 49)
            expectEqual(
                problem.excessOfTrainedWeight(
                    trained: trained, context: 1_000_000_000, task: task), limit, relative: 1e-7)
        }
    }
}

extension WeightParabola {
    /// Where the error is least; meant for c2 above 0.
    fileprivate var leastWeight: Double { -c1 / (2 * c2) }
}
