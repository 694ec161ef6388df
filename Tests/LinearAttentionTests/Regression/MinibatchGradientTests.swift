import Testing

@testable import LinearAttention

@Suite struct MinibatchGradientTests {
    /// The loss on a batch by (2), in float64, from its statistics.
    private func loss(_ heads: [AttentionHead], _ batch: PromptBatch) -> Double {
        var sum = 0.0
        for index in 0..<batch.count {
            let s = batch.statistics(of: index)
            let x = Vector(s.x)
            var prediction = 0.0
            for head in heads {
                let query = head.v21.dot(x)
                let pairs = s.gram * head.v21 + head.v * Vector(s.xy) + query * x
                let sums = head.v21.dot(Vector(s.sumX)) + head.v * s.sumY + query
                prediction += pairs.dot(head.q11 * x + head.q12)
                prediction += sums * (head.q21.dot(x) + head.q)
            }
            let residual = s.y - prediction / Double(batch.context + 1)
            sum += residual * residual
        }
        return sum / Double(batch.count)
    }

    // d = 5 with one head and two have loops of their own; 37 prompts end in the middle of a block.
    @Test(arguments: [(5, 1), (5, 2), (3, 3), (8, 1)], [0, 3, 20])
    func `the gradient is the slope of the loss`(shape: (Int, Int), n: Int) throws {
        let (d, headCount) = shape
        let setup = try RegressionSetup(RegressionProblem(dimension: d, noise: 0.2))
        let batch = try PromptSampler(setup.problem, context: n, prior: .standard)
            .draw(count: 37, seed: 8)
        let model = AttentionModel(
            AttentionDesign(.merged, headCount: headCount), dimension: d, scale: 0.4, seed: 2)
        var gradient = [Double](repeating: 0, count: model.parameters.count)
        let found = batch.addGradient(
            of: model.headNumbers.map { Float($0) }, headCount: headCount, promptCount: 37,
            weight: 0.5, to: &gradient)
        let expected = loss(model.heads, batch)
        #expect(abs(found - expected) < 1e-5 * expected)
        var slopes: [Double] = []
        for index in model.parameters.indices {
            func shifted(_ step: Double) -> Double {
                var moved = model
                moved.parameters[index] += step
                return loss(moved.heads, batch)
            }
            slopes.append((shifted(1e-4) - shifted(-1e-4)) / 2e-4)
        }
        let largest = slopes.map(abs).max() ?? 0
        for (index, slope) in slopes.enumerated() {
            #expect(
                abs(2 * gradient[index] - slope) < 2e-5 * largest, "parameter \(index): \(slope)")
        }
    }

    @Test(arguments: [0, 4, 20])
    func `minibatches have the exact loss and gradient on average`(n: Int) throws {
        let problem = try RegressionProblem(
            covariance: Matrix(diagonal: [1.5, 0.5, 1]), noise: 0.2)
        let setup = try RegressionSetup(problem)
        let model = AttentionModel(.twoHead, dimension: 3, scale: 0.5, seed: 4)
        let sampler = try PromptSampler(problem, context: n, task: setup.task)
        let heads = model.headNumbers.map { Float($0) }
        let rows = (0..<100).map { round -> [Double] in
            let batch = sampler.draw(count: 1_000, seed: UInt64(round))
            var gradient = [Double](repeating: 0, count: heads.count)
            let loss = batch.addGradient(
                of: heads, headCount: 2, promptCount: 1_000, weight: 1, to: &gradient)
            return [loss] + gradient
        }
        let exact =
            [problem.error(of: model.heads, context: n, task: setup.task)]
            + AttentionModel.numbers(
                of: problem.gradient(of: model.heads, context: n, task: setup.task))
        for (index, expected) in exact.enumerated() {
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
            AttentionDesign(.separate, headCount: 2), dimension: 3, scale: 0.5, seed: 6)
        func error(_ model: AttentionModel) -> Double {
            problem.error(of: model.heads, context: 7, task: setup.task)
        }
        let gradient = model.pulledBack(
            AttentionModel.numbers(
                of: problem.gradient(of: model.heads, context: 7, task: setup.task)))
        #expect(gradient.count == 2 * (4 + 2 * 16))
        for index in model.parameters.indices {
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
        let heads = model.headNumbers.map { Float($0) }
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
