import Testing

@testable import LinearAttention

/// Where trainings end, beside the theorems.
@Suite struct TrainedModelTests {
    private func study(
        _ tunings: [FineTuning], optimizer: TrainingRecipe.Optimizer, rate: Double, count: Int
    ) throws -> RegressionExperiment {
        let setup = try RegressionSetup.plain()
        var study = RegressionExperiment.plain(setup, tunings)
        study.start = .head(
            try setup.optimum(value: setup.balancedValue()), perturbation: 0)
        for index in tunings.indices {
            study.fineTunings[index].recipe.optimizer = optimizer
            study.fineTunings[index].recipe.learningRate = rate
            study.fineTunings[index].recipe.iterationCount = count
        }
        return study
    }

    @Test func `V on the zero-shot loss ends at theorem 4.6 and leaves v`() throws {
        let study = try study(
            [FineTuning(.v, .zeroShot)], optimizer: .population, rate: 0.02, count: 300)
        let results = try study.run()
        let before = results.models(.pretrained)[0].heads[0].plain
        let head = results.models(.fineTuned(0))[0].heads[0].plain
        let alpha = before.q11[0, 0]
        for i in 0..<5 {
            #expect(abs(head.v21[i] - study.setup.task[i] / (alpha * 9)) < 1e-6)
        }
        #expect(head.v == before.v)
        #expect(head.q11 == before.q11)
        // (m+1)/(m+1+d+sigma2) = 21/26.1.
        let weight = results.models(.fineTuned(0))[0].valueWeight(study.setup.problem)
        #expect(abs(weight - 21 / 26.1) < 1e-12)
    }

    @Test func `V with an annealed few-shot loss ends at the weight of theorem 4.9`() throws {
        let results = try study(
            [FineTuning(.v, .withFewShot)], optimizer: .population, rate: 0.02, count: 3_000
        ).run()
        let setup = results.study.setup
        let weight = results.models(.fineTuned(0))[0].valueWeight(setup.problem)
        // 0.6541 by the closed form; annealing ends a little above or below it.
        let best = setup.problem.bestValueWeight(
            trained: setup.task, context: 20, task: setup.task)
        #expect(abs(weight - best) < 1e-3)
        let predicted = try #require(
            try setup.predictedHead(FineTuning(.v, .withFewShot), weight: 0))
        #expect(abs(predicted.v * predicted.q11[0, 0] - best) < 1e-12)
    }

    @Test func `everything on the zero-shot loss ends at theorem 4.3`() throws {
        let results = try study(
            [FineTuning(.all, .zeroShot)], optimizer: .population, rate: 0.01, count: 5_000
        ).run()
        let setup = results.study.setup
        func conserved(_ head: AttentionHead) -> Double {
            head.v21.dot(head.v21) - head.q11.elements.reduce(0) { $0 + $1 * $1 } - head.q * head.q
        }
        let before = results.models(.pretrained)[0].heads[0].plain
        let head = results.models(.fineTuned(0))[0].heads[0].plain
        #expect(abs(setup.problem.error(of: [head], context: 0, task: setup.task) - 0.1) < 1e-4)
        // Steps of a finite size keep it up to a share of their size.
        #expect(abs(conserved(head) - conserved(before)) < 0.02 * abs(conserved(before)))
        #expect(head.v == before.v)
        #expect(head.q11.elements.allSatisfy { abs($0) < 0.01 })
        for i in 0..<5 { #expect(abs(head.q * head.v21[i] - setup.task[i]) < 0.01) }
        let flow = try setup.flowWeight(value: before.v)
        #expect(abs(results.models(.fineTuned(0))[0].fullWeight - flow) < 0.02 * flow)
    }

    @Test func `the flow's weight is never above 1 over the length of v Q11`() throws {
        let setup = try RegressionSetup.plain()
        for v in [0.1, 0.5, 0.8, 1.3, 3, 10] {
            // |A| = 21/26.1 · √5 = 1.7991.
            #expect(try setup.flowWeight(value: v) < 1 / 1.799)
        }
    }

    @Test func `first weights of some size move where the flows end`() throws {
        let setup = try RegressionSetup.plain()
        // (36 - 6) 0.01; |A|² = 5 (21/26.1)², |Q|⁴ - 0.3 |Q|² - |A|² = 0, v |Q| = |A|.
        #expect(abs(setup.conserved(scale: 0.1) - 0.3) < 1e-12)
        let (map, c) = ((21 / 26.1) * 5.0.squareRoot(), setup.conserved(scale: 0.1))
        let square = (c + (c * c + 4 * map * map).squareRoot()) / 2
        let v = try setup.balancedValue(conserved: c)
        #expect(abs(v - map / square.squareRoot()) < 1e-12)
        #expect(abs(square - v * v - c) < 1e-12)
        #expect(abs(1 / (try setup.flowWeight(value: v)) - 1.98331) < 1e-5)
        #expect(abs(1 / (try setup.flowWeight(value: setup.balancedValue())) - 2.00958) < 1e-5)
    }

    @Test func `pretraining keeps what the flow conserves`() throws {
        // On the exact gradient with small steps, from weights of deviation 0.3.
        var study = RegressionExperiment.plain(try RegressionSetup.plain())
        study.start = .random(scale: 0.3)
        study.pretraining.optimizer = .population
        study.pretraining.iterationCount = 1
        study.pretraining.learningRate = 0
        func conserved(_ study: RegressionExperiment) throws -> Double {
            let head = try study.run().models(.pretrained)[0].heads[0].plain
            let squares = head.coordinates.reduce(0) { $0 + $1 * $1 }
            return squares - 2 * (head.v21.dot(head.v21) + head.v * head.v)
        }
        let before = try conserved(study)
        study.pretraining.iterationCount = 300
        study.pretraining.learningRate = 0.002
        #expect(abs(try conserved(study) - before) < 1e-2 * abs(before))
    }

    @Test func `sampled descent ends where the theory says, within its noise`() throws {
        var study = try study(
            [FineTuning(.v, .zeroShot), FineTuning(.v, .withFewShot), FineTuning(.q, .zeroShot)],
            optimizer: .sgd, rate: 0.02, count: 1_500)
        for index in study.fineTunings.indices {
            study.fineTunings[index].recipe.batchSize = 600
        }
        study.seeds = [0, 1]
        let results = try study.run()
        let setup = study.setup
        for index in 0..<3 {
            let head = try #require(
                try setup.predictedHead(study.fineTunings[index], weight: 0))
            for n in [0, 5, 20] {
                let expected = setup.problem.error(of: [head], context: n, task: setup.task)
                let found = try results.error(.fineTuned(index), context: n)
                #expect(abs(found.mean - expected) < 0.015, "\(index), n = \(n): \(found)")
            }
        }
        // Q alone: from v21 = 0 every zero-shot prediction is 0, so nothing moves.
        #expect(results.models(.fineTuned(2)) == results.models(.pretrained))
    }

    @Test func `pretraining from small weights ends at corollary 4.1`() throws {
        var study = RegressionExperiment.plain(try RegressionSetup.plain())
        study.pretraining.iterationCount = 1_200
        study.pretraining.batchSize = 500
        study.pretraining.learningRate = 0.02
        let results = try study.run()
        let head = results.models(.pretrained)[0].heads[0].plain
        let map = try study.setup.problem.pretrainedMap(context: 20)
        for (found, expected) in zip((head.v * head.q11).elements, map.elements) {
            #expect(abs(found - expected) < 0.05)
        }
        #expect(head.v21.elements.allSatisfy { abs($0) < 0.05 })
    }
}

/// The ends of gradient flows, in closed form.
extension RegressionSetup {
    /// |Q|² - v² - |v21|² of first weights of this standard deviation, on average: the (d+1)² numbers
    /// of Q less the d + 1 of v21 and v.
    fileprivate func conserved(scale: Double) -> Double {
        let d = Double(problem.dimension)
        return scale * scale * (d + 1) * d
    }

    /// The v of the optimum that gradient flow reaches: it conserves c = |Q|² - v² - |v21|², and there
    /// v21 = 0 and v |Q| = |A|, so |Q|⁴ - c |Q|² - |A|² = 0, plain norms.
    ///
    /// - Parameter c: of the first weights; 0 for infinitely small ones
    fileprivate func balancedValue(conserved c: Double = 0) throws -> Double {
        let map = try problem.pretrainedMap(context: context, prior: prior)
        let square = map.elements.reduce(0) { $0 + $1 * $1 }
        return (square / ((c + (c * c + 4 * square).squareRoot()) / 2)).squareRoot()
    }

    /// w = 1/(v q) at which gradient flow on the zero-shot loss ends from `optimum(value: v)`.
    ///
    /// The loss has no v, and |v21|² - |Q|² is conserved, so with P = |Q11|² before and q v21 = theta0
    /// after: q⁴ - P q² - |theta0|² = 0, plain norms. Hence q² >= P and w <= 1/|v Q11|, whatever v.
    fileprivate func flowWeight(value v: Double) throws -> Double {
        let head = try optimum(value: v)
        let p = head.q11.elements.reduce(0) { $0 + $1 * $1 }
        return 1 / (v * ((p + (p * p + 4 * task.dot(task)).squareRoot()) / 2).squareRoot())
    }
}
