import LinearAttention
import Testing

@Suite struct FewShotStepTests {
    private let trained: Vector = [0.8, -0.5, 0.3]

    @Test(arguments: [1, 5, 20])
    func `Lemma A19 is the general error and its slope`(context: Int) throws {
        let problem = try RegressionProblem.random(3, seed: 110)
        let step = FewShotStep(problem, context: context, weight: 0.6, trained: trained)
        for alpha in [-0.3, 0, 1.0 / 7, 0.5] {
            let head = AttentionHead(v21: alpha * trained, v: 0.6, q11: problem.precision)
            expectEqual(
                step.zeroShotError(alpha: alpha),
                problem.error(of: [head], context: 0, task: trained))
            expectEqual(
                step.fewShotError(alpha: alpha),
                problem.error(of: [head], context: context, task: trained))
            let gradient = problem.gradient(of: [head], context: context, task: trained)[0]
            expectEqual(step.slope(alpha: alpha), gradient.v21.dot(trained))
        }
    }

    @Test func `only one w leaves the zero-shot optimum where it is`() throws {
        let problem = try RegressionProblem(dimension: 5, noise: 0.1)
        let trained = Vector(unit: 0, count: 5)
        let other = FewShotStep(problem, context: 20, weight: 0.66, trained: trained)
        // (28 - 40/9) / 33
        expectEqual(other.restingWeight, (28 - 40.0 / 9) / 33)
        #expect(abs(other.slope(alpha: other.bestAlpha)) > 1e-2)
        let resting = FewShotStep(
            problem, context: 20, weight: other.restingWeight, trained: trained)
        expectEqual(resting.slope(alpha: resting.bestAlpha), 0, relative: 1e-13)
        let best = minimize(from: -1, to: 1) { other.zeroShotError(alpha: $0) }
        expectEqual(best, other.bestAlpha, relative: 1e-7)
    }

    @Test func `Theorem A20 says which steps cost zero-shot accuracy`() throws {
        var numbers = NormalNumbers(seed: 111)
        var raised = 0
        for _ in 0..<400 {
            let problem = try RegressionProblem(
                dimension: 2 + Int(numbers.unit() * 5), noise: numbers.unit())
            let trained = numbers.vector(problem.dimension)
            let step = FewShotStep(
                problem, context: 1 + Int(numbers.unit() * 30), weight: numbers.next(),
                trained: trained)
            let (alpha, rate) = (0.3 * numbers.next(), 0.2 * numbers.unit())
            let next = alpha - rate * step.slope(alpha: alpha)
            let isWorse = step.zeroShotError(alpha: next) > step.zeroShotError(alpha: alpha)
            #expect(step.raisesZeroShotError(alpha: alpha, rate: rate) == isWorse)
            let near = abs(alpha - step.bestAlpha) < rate * abs(step.slope(alpha: alpha)) / 2
            #expect(!near || isWorse)
            if isWorse { raised += 1 }
        }
        #expect((50...350).contains(raised))
    }
}
