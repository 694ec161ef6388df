import Testing

@testable import LinearAttention

@Suite struct MinibatchGradientTests {
    @Test(arguments: [0, 4, 20])
    func `minibatches have the exact loss and gradient on average`(n: Int) throws {
        let problem = try RegressionProblem(
            covariance: Matrix(diagonal: [1.5, 0.5, 1]), noise: 0.2)
        let setup = try RegressionSetup(problem)
        let model = AttentionModel(.twoHead, dimension: 3, scale: 0.5, seed: 4)
        let sampler = try PromptSampler(problem, context: n, task: setup.task)
        let heads = model.headNumbers
        let rows = (0..<100).map { round -> [Double] in
            let batch = sampler.draw(count: 1_000, seed: UInt64(round))
            var gradient = [Double](repeating: 0, count: heads.count)
            let loss = batch.addGradient(
                of: heads, headCount: 2, promptCount: 1_000, weight: 1, to: &gradient)
            return [loss] + gradient
        }
        // The loops have slopes by what a plain model does not read; it stays 0 all the same.
        let isLive = model.isTrained(.all)
        let exact =
            [problem.error(of: model.plainHeads, context: n, task: setup.task)]
            + AttentionModel.numbers(
                of: problem.gradient(of: model.plainHeads, context: n, task: setup.task))
        for (index, expected) in exact.enumerated() where index == 0 || isLive[index - 1] {
            let estimate = try Estimate(rows.map { $0[index] })
            let error = try #require(estimate.standardError)
            #expect(
                abs(estimate.mean - expected) <= 4 * error + 1e-12,
                "number \(index): \(estimate), expected \(expected)")
        }
    }

    @Test func `separate keys pass the gradient on to both`() throws {
        let problem = try RegressionProblem(dimension: 3, noise: 0.2)
        let setup = try RegressionSetup(problem)
        let model = AttentionModel(
            AttentionDesign(.separate, headCount: 2, reading: .plain), dimension: 3, scale: 0.5,
            seed: 6)
        func error(_ model: AttentionModel) -> Double {
            problem.error(of: model.plainHeads, context: 7, task: setup.task)
        }
        let gradient = model.pulledBack(
            AttentionModel.numbers(
                of: problem.gradient(of: model.plainHeads, context: 7, task: setup.task)))
        #expect(gradient.count == 2 * (5 + 2 * 25))
        let isLive = model.isTrained(.all)
        for index in model.parameters.indices where isLive[index] {
            func shifted(_ step: Double) -> Double {
                var moved = model
                moved.parameters[index] += step
                return error(moved)
            }
            let slope = (shifted(1e-5) - shifted(-1e-5)) / 2e-5
            #expect(abs(gradient[index] - slope) < 1e-7 * max(1, abs(slope)), "\(index)")
        }
    }

    @Test func `weights add up, and prompts past the count do not matter`() throws {
        let setup = try RegressionSetup.paper()
        let sampler = try PromptSampler(setup.problem, context: 20, task: setup.task)
        let model = AttentionModel(.merged, dimension: 5, scale: 0.3, seed: 1)
        let heads = model.headNumbers
        func gradient(_ batch: PromptBatch, _ count: Int, _ weights: [Double]) -> [Double] {
            var sum = [Double](repeating: 0, count: heads.count)
            for weight in weights {
                _ = batch.addGradient(
                    of: heads, headCount: 1, promptCount: count, weight: weight, to: &sum)
            }
            return sum
        }
        let (short, long) = (sampler.draw(count: 20, seed: 3), sampler.draw(count: 64, seed: 3))
        #expect(gradient(short, 20, [1]) == gradient(long, 20, [1]))
        #expect(gradient(short, 20, [0.25, 0.25]) == gradient(short, 20, [0.5]))
    }
}
