import LinearAttention
import TestSupport
import Testing

@Suite struct PretrainingTests {
    private static let priors: [TaskPrior] = [
        .standard, .inverseCovariance, .covariance(Matrix([[1.5, -0.4], [-0.4, 0.6]])),
    ]

    @Test(arguments: priors)
    func `Corollary 4_1 is the free minimum of the pretraining loss`(prior: TaskPrior) throws {
        let problem = try RegressionProblem.random(2, seed: 40)
        var numbers = NormalNumbers(seed: 41)
        let best = try problem.pretrainedHead(context: 4, prior: prior)
        var start = best
        start.add(1, numbers.head(2, scale: 0.2))
        func head(_ x: [Double]) -> AttentionHead { AttentionHead(coordinates: x, dimension: 2) }
        let found = head(
            try minimize(from: start.coordinates) {
                try problem.meanGradient(of: [head($0)], context: 4, prior: prior)[0].coordinates
            } value: {
                try problem.meanError(of: [head($0)], context: 4, prior: prior)
            })
        expectEqual(
            try problem.meanError(of: [found], context: 4, prior: prior),
            try problem.meanError(of: [best], context: 4, prior: prior))
        expectEqual((found.v * found.q11).elements, best.q11.elements, relative: 1e-6)
        expectEqual(found.v21.elements, [0, 0], relative: 1e-6)
        expectEqual(
            found.q12.elements + found.q21.elements + [found.q], [0, 0, 0, 0, 0], relative: 1e-6)
    }

    @Test func `Corollary 4_1 has the eigenvalues of both priors`() throws {
        let (m, noise, lambda) = (8.0, 0.2, [0.5, 1.5, 2])
        let problem = try RegressionProblem(covariance: Matrix(diagonal: lambda), noise: noise)
        expectEqual(
            try problem.pretrainedMap(context: 8).elements,
            Matrix(diagonal: lambda.map { (m + 1) / ((m + 1) * $0 + 4 + noise) }).elements)
        expectEqual(
            try problem.pretrainedMap(context: 8, prior: .inverseCovariance).elements,
            Matrix(diagonal: lambda.map { (m + 1) / (m + 1 + 3 + noise) / $0 }).elements)
        let endless = try problem.pretrainedMap(context: 1_000_000_000)
        expectEqual(endless.elements, problem.precision.elements, relative: 1e-7)
    }

    @Test func `the paper's scale is 20 of 26 and the exact one 21 of 26_1`() throws {
        let problem = try RegressionProblem(dimension: 5, noise: 0.1)
        #expect(problem.paperPretrainedWeight(context: 20) == 20.0 / 26)
        expectEqual(try problem.pretrainedMap(context: 20)[3, 3], 21 / 26.1)
    }

    @Test(arguments: priors, [0, 1, 5, 300])
    func `(11) is the general error`(prior: TaskPrior, context: Int) throws {
        let problem = try RegressionProblem.random(2, seed: 42)
        let head = try problem.pretrainedHead(context: 6, prior: prior)
        let task: Vector = [1.2, -0.3]
        expectEqual(
            problem.pretrainedError(map: head.q11, context: context, task: task),
            problem.error(of: [head], context: context, task: task))
        if context == 0 {
            expectEqual(
                problem.pretrainedError(map: head.q11, context: 0, task: task),
                problem.noise + problem.squaredNorm(task))
        }
    }

    @Test func `(11) is the error of sampled prompts`() throws {
        let problem = try RegressionProblem.random(3, seed: 43)
        let head = try problem.pretrainedHead(context: 6)
        let task: Vector = [1.2, -0.3, 0.4]
        let samples = try problem.sampledErrors(
            of: [head], context: 5, task: task, count: 12_000, seed: 44)
        expectMean(
            of: samples, problem.pretrainedError(map: head.q11, context: 5, task: task))
    }

    @Test func `the error falls with every pair to its limit`() throws {
        let problem = try RegressionProblem.random(3, seed: 45)
        let map = try problem.pretrainedMap(context: 20)
        let task: Vector = [0.5, -0.3, 1]
        let errors = (1...300).map {
            problem.pretrainedError(map: map, context: $0, task: task)
        }
        #expect(zip(errors, errors.dropFirst()).allSatisfy { $0 > $1 })
        expectEqual(
            problem.pretrainedError(map: map, context: 1_000_000_000, task: task),
            problem.noise + problem.squaredNorm(task - map * (problem.covariance * task)),
            relative: 1e-7)
    }

    @Test func `the exact threshold parts better from worse`() throws {
        for seed in 50..<80 as Range<UInt64> {
            let problem = try RegressionProblem.random(6, noise: 0.5, seed: seed)
            var numbers = NormalNumbers(seed: seed + 100)
            let task = numbers.vector(6)
            let map = try problem.pretrainedMap(context: 3 + Int(seed % 30))
            let threshold = try #require(problem.contextThreshold(map: map, task: task))
            let zeroShot = problem.pretrainedError(map: map, context: 0, task: task)
            for context in 1...40 {
                let error = problem.pretrainedError(map: map, context: context, task: task)
                #expect((error < zeroShot) == (Double(context) > threshold))
            }
        }
        let problem = try RegressionProblem(dimension: 2, noise: 0.1)
        #expect(problem.contextThreshold(map: 3 * Matrix(identity: 2), task: [1, 0]) == nil)
    }

    @Test func `condition (12) is enough for every task of a length`() throws {
        for seed in 50..<80 as Range<UInt64> {
            let problem = try RegressionProblem.random(4, noise: 0.5, seed: seed)
            var numbers = NormalNumbers(seed: seed + 200)
            let map = try problem.pretrainedMap(context: 12)
            let task = numbers.vector(4)
            let enough = try problem.sufficientContext(pretrainedOn: 12, task: task)
            let length = problem.squaredNorm(task)
            for _ in 0..<20 {
                let other = numbers.vector(4)
                let scale = (length / problem.squaredNorm(other)).squareRoot()
                let exact = try #require(
                    problem.contextThreshold(map: map, task: scale * other))
                #expect(exact <= enough + 1e-9)
            }
        }
    }

    @Test func `conditions (12) and (14) are exact where all directions are alike`() throws {
        let problem = try RegressionProblem(
            covariance: 1.7 * Matrix(identity: 4), noise: 0.3)
        let task: Vector = [0.5, 1, -0.2, 0.1]
        let map = try problem.pretrainedMap(context: 9)
        let exact = try #require(problem.contextThreshold(map: map, task: task))
        expectEqual(try problem.isotropicThreshold(pretrainedOn: 9, task: task), exact)
        expectEqual(try problem.sufficientContext(pretrainedOn: 9, task: task), exact)
        let noiseless = try RegressionProblem(dimension: 7, noise: 0)
        expectEqual(
            try noiseless.isotropicThreshold(
                pretrainedOn: 1_000_000_000, task: Vector(unit: 2, count: 7)), 6, relative: 1e-7)
        expectRefusal(
            "condition (14): the inputs have unequal variances or correlations; Sigma = lambda I is "
                + "needed"
        ) {
            try RegressionProblem(covariance: Matrix(diagonal: [1, 2]), noise: 0)
                .isotropicThreshold(pretrainedOn: 9, task: [1, 0])
        }
    }
}
