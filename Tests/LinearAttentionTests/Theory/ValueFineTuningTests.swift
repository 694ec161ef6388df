import LinearAttention
import TestSupport
import Testing

@Suite struct ValueFineTuningTests {
    private let trained: Vector = [0.8, -0.5, 0.3]
    private let task: Vector = [-0.2, 0.9, 0.6]

    @Test func `Theorem 4_6 is the free minimum over v21`() throws {
        let problem = try RegressionProblem.random(3, seed: 90)
        for (index, q11) in [
            problem.precision, Matrix([[0.5, 0.3, 0], [-0.1, 0.4, 0.2], [0, 0.1, 0.9]]),
        ]
        .enumerated() {
            func head(_ x: [Double]) -> AttentionHead {
                AttentionHead(v21: Vector(x), v: 0.3, q11: q11, q: index == 0 ? 0 : 0.4)
            }
            let found = minimize(from: [0.1, 0.2, -0.3]) {
                problem.gradient(of: [head($0)], context: 0, task: trained)[0].v21.elements
            } value: {
                problem.error(of: [head($0)], context: 0, task: trained)
            }
            let q = index == 0 ? 0 : 0.4
            let best = try problem.bestValueVector(q11: q11, q: q, trained: trained)
            expectEqual(found, best.elements, relative: 1e-7)
            if index == 0 { expectEqual(best.elements, ((1.0 / 7) * trained).elements) }
        }
        let scaled = try problem.bestValueVector(q11: 2.5 * problem.precision, trained: trained)
        expectEqual(scaled.elements, ((1 / 17.5) * trained).elements)
        expectRefusal(
            "the second moment of what v21 multiplies has an eigenvalue that is not above 0; a "
                + "positive definite matrix is needed"
        ) { try problem.bestValueVector(q11: Matrix(zeros: 3), trained: trained) }
    }

    /// Without q nothing does better, whatever Q11.
    @Test func `Theorem 4_6 is the least zero-shot error with q = 0`() throws {
        let problem = try RegressionProblem.random(2, seed: 91)
        let trained: Vector = [0.9, -0.4]
        func head(_ x: [Double]) -> AttentionHead {
            AttentionHead(v21: [x[0], x[1]], v: 0, q11: Matrix([[x[2], x[3]], [x[4], x[5]]]))
        }
        let found = minimize(from: [0.2, 0.1, 1, 0.2, -0.1, 1.5]) {
            let gradient = problem.gradient(of: [head($0)], context: 0, task: trained)[0]
            return gradient.v21.elements + gradient.q11.elements
        } value: {
            problem.error(of: [head($0)], context: 0, task: trained)
        }
        let least = problem.leastValueZeroShotError(trained: trained)
        expectEqual(problem.error(of: [head(found)], context: 0, task: trained), least)
        expectEqual(
            least, problem.noise + problem.squaredNorm(trained) / 3)
        expectEqual(
            problem.error(
                of: [problem.valueFineTunedHead(trained: trained, weight: 5)], context: 0,
                task: trained), least)
    }

    @Test(arguments: [0, 1, 4, 1000])
    func `the parabola of w is the general error`(context: Int) throws {
        let problem = try RegressionProblem.random(3, seed: 92)
        for task in [task, trained, -trained] {
            let parabola = problem.valueFineTunedParabola(
                trained: trained, context: context, task: task)
            for weight in [-1, 0, 0.66, 2] {
                let head = problem.valueFineTunedHead(trained: trained, weight: weight)
                expectEqual(
                    parabola.error(at: weight),
                    problem.error(of: [head], context: context, task: task))
            }
        }
    }

    @Test func `the parabola of w is the error of sampled prompts`() throws {
        let problem = try RegressionProblem.random(3, seed: 93)
        let head = problem.valueFineTunedHead(trained: trained, weight: 0.66)
        let samples = try problem.sampledErrors(
            of: [head], context: 5, task: task, count: 12_000, seed: 94)
        let parabola = problem.valueFineTunedParabola(trained: trained, context: 5, task: task)
        expectMean(of: samples, parabola.error(at: 0.66))
    }

    @Test func `Proposition 4_7 the w nearest to the pretrained V is its v`() throws {
        let problem = try RegressionProblem(dimension: 5, noise: 0.1)
        let weight = problem.paperPretrainedWeight(context: 20)
        let head = AttentionHead(
            v21: Vector(zeros: 5), v: weight, q11: Matrix(identity: 5))
        let trained = Vector(unit: 1, count: 5)
        let nearest = minimize(from: -2, to: 3) {
            problem.valueDistance(trained: trained, weight: $0, to: head)
        }
        expectEqual(nearest, 20.0 / 26, relative: 1e-7)
        expectEqual(
            problem.valueDistance(trained: trained, weight: weight, to: head), 1.0 / 81)
    }

    @Test(arguments: [TaskPrior.standard, .inverseCovariance])
    func `Corollary 4_8 is the least mean error over w`(prior: TaskPrior) throws {
        let problem = try RegressionProblem.random(3, seed: 95)
        let best = try minimize(from: -1, to: 2) { weight in
            try problem.meanError(
                of: [problem.valueFineTunedHead(trained: trained, weight: weight)], context: 6,
                prior: prior)
        }
        expectEqual(
            try problem.meanBestValueWeight(context: 6, prior: prior), best, relative: 1e-7)
        // The trace of Sigma^-1 Sigma is d.
        if prior == .inverseCovariance {
            expectEqual(
                try problem.meanBestValueWeight(context: 6, prior: prior), 7 / (7 + 3 + 0.2))
        }
    }

    @Test func `(29) with w_bar every task comes to the same error`() throws {
        let problem = try RegressionProblem.random(3, seed: 96)
        let n = 1_000_000_000
        let weight = try problem.meanBestValueWeight(context: n)
        expectEqual(weight, 1, relative: 1e-7)
        for task in [task, trained, -trained] {
            let parabola = problem.valueFineTunedParabola(trained: trained, context: n, task: task)
            expectEqual(
                parabola.error(at: weight), problem.meanBestErrorLimit(trained: trained),
                relative: 1e-7)
        }
        expectEqual(
            problem.meanBestErrorLimit(trained: trained),
            0.2 + problem.squaredNorm(trained) / 49)
    }
}
