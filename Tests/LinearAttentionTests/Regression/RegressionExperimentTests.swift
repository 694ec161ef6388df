import Synchronization
import TestSupport
import Testing

@testable import LinearAttention

@Suite struct RegressionExperimentTests {
    private func small(_ seeds: [UInt64], _ tunings: [FineTuning]) throws -> RegressionExperiment {
        var study = RegressionExperiment(try RegressionSetup.paper())
        study.pretraining.iterationCount = 40
        study.pretraining.batchSize = 50
        study.seeds = seeds
        study.fineTunings = tunings
        for index in tunings.indices {
            study.fineTunings[index].recipe.iterationCount = 40
            study.fineTunings[index].recipe.batchSize = 50
        }
        return study
    }

    @Test func `the same settings give the same numbers`() throws {
        let study = try small([0, 1], [FineTuning(.all, .withFewShot)])
        let (first, second) = (try study.run(), try study.run())
        #expect(first.models(.fineTuned(0)) == second.models(.fineTuned(0)))
        #expect(first.models(.fineTuned(0))[0] != first.models(.fineTuned(0))[1])
    }

    @Test func `a seed does not know what runs beside it`() throws {
        let together = try small(
            [0, 1], [FineTuning(.v, .zeroShot), FineTuning(.all, .withFewShot)]
        ).run()
        let alone = try small([1], [FineTuning(.all, .withFewShot)]).run()
        #expect(together.models(.pretrained)[1] == alone.models(.pretrained)[0])
        #expect(together.models(.fineTuned(1))[1] == alone.models(.fineTuned(0))[0])
    }

    @Test func `every iteration is reported once, the last one always`() throws {
        let study = try small([0, 1, 2], [FineTuning(.v, .zeroShot)])
        let reports = Mutex<[Int]>([])
        _ = try study.run { done in reports.withLock { $0.append(done) } }
        #expect(study.iterationCount == 240)
        #expect(reports.withLock { $0 } == Array(stride(from: 20, through: 240, by: 20)))
    }

    @Test func `a report that throws stops it`() throws {
        struct Stop: Error {}
        let study = try small([0, 1], [FineTuning(.v, .zeroShot)])
        #expect(throws: Stop.self) {
            try study.run { if $0 >= 40 { throw Stop() } }
        }
    }

    @Test func `a settled loss stops a training, an annealed one never`() throws {
        let setup = try RegressionSetup.plain()
        var study = RegressionExperiment.plain(
            setup,
            [FineTuning(.v, .zeroShot), FineTuning(.v, .withFewShot), FineTuning(.v, .withFewShot)])
        study.start = .head(try setup.optimum(value: 1), perturbation: 0)
        study.fineTunings[2].annealing = .constant
        for index in 0..<3 {
            study.fineTunings[index].recipe.optimizer = .population
            study.fineTunings[index].recipe.learningRate = 0.02
            study.fineTunings[index].recipe.iterationCount = 3_000
            study.fineTunings[index].recipe.stopTolerance = 1e-6
        }
        let results = try study.run()
        #expect(results.iterations(1) == [3_000])
        for index in [0, 2] {
            let made = results.iterations(index)[0]
            #expect(made >= 1_250 && made < 3_000 && made % 250 == 0, "\(made)")
        }
        let reached = try results.error(.fineTuned(0), context: 0).mean
        #expect(abs(reached - (0.1 + 2.0 / 9)) < 1e-4)
    }

    @Test func `errors on new prompts are the exact ones within their noise`() throws {
        var study = try small([0], [FineTuning(.all, .withFewShot)])
        study.seeds = Array(0..<12)
        let results = try study.run()
        let differences = try (0..<12).map { seed -> Double in
            var one = study
            one.seeds = [UInt64(seed)]
            let single = RegressionResults(study: one, models: [results.models[seed]])
            return try single.sampledError(.fineTuned(0), context: 9, promptCount: 20_000).mean
                - single.error(.fineTuned(0), context: 9).mean
        }
        let estimate = try Estimate(differences)
        #expect(abs(estimate.mean) < 4 * (try #require(estimate.standardError)))
    }

    @Test func `tasks at a cosine have it, and theta0's length`() throws {
        let problem = try RegressionProblem(
            covariance: Matrix([[2, 0.5, 0], [0.5, 1, 0.2], [0, 0.2, 0.5]]), noise: 0)
        let setup = try RegressionSetup(problem, direction: [1, -2, 0.5])
        #expect(abs(problem.squaredNorm(setup.task) - 1) < 1e-12)
        for cosine in [-1, -0.5, 0, 0.25, 1] {
            let task = try setup.task(cosine: cosine)
            #expect(abs(problem.squaredNorm(task) - 1) < 1e-12)
            #expect(abs(problem.inner(task, setup.task) - cosine) < 1e-12)
        }
    }
}

@Suite struct RegressionRefusalTests {
    @Test func `a model that is none`() {
        for name in ["three-head", "9-head", "0-head", "Merged"] {
            expectRefusal(
                "there is no model '\(name)'; paper, paper-separate, merged, separate, two-head or "
                    + "1-head to 8-head is needed"
            ) { try AttentionDesign(named: name) }
        }
        #expect(
            (try? AttentionDesign(named: "4-head"))
                == AttentionDesign(.merged, headCount: 4, reading: .plain))
        #expect((try? AttentionDesign(named: "separate"))?.description == "separate")
    }

    @Test func `a task that does not fit`() throws {
        let problem = try RegressionProblem(dimension: 3, noise: 0)
        expectRefusal("the task has 2 elements; the problem's dimension is 3") {
            try RegressionSetup(problem, direction: [1, 2])
        }
        expectRefusal("the task has length 0.0; a finite length above 0 is needed") {
            try RegressionSetup(problem, direction: [0, 0, 0])
        }
    }

    @Test func `prompts that cannot be drawn`() throws {
        let wide = try RegressionProblem(dimension: 33, noise: 0)
        expectRefusal("the prompts' dimension: is 33; at most 32 is possible") {
            try PromptSampler(wide, context: 2, prior: .standard)
        }
        let problem = try RegressionProblem(dimension: 2, noise: 0)
        expectRefusal("a prompt's examples: their number is -1; 0 or more is needed") {
            try PromptSampler(problem, context: -1, prior: .standard)
        }
    }

    @Test func `separate keys of a Q without a root`() {
        let head = AttentionHead(
            v21: [0, 0], v: 1, q11: Matrix([[1, 0.5], [0, 1]]))
        expectRefusal(
            "separate keys: Q is not diagonal with numbers from 0; such a Q is needed"
        ) { try AttentionModel(.separate, head: head) }
    }

    @Test func `a learning rate that leaves the finite numbers`() throws {
        var study = RegressionExperiment.plain(try RegressionSetup.plain())
        study.pretraining.learningRate = 1e6
        study.pretraining.batchSize = 16
        let words = try #require(refusal(of: { try study.run() }))
        #expect(
            words.hasPrefix("training merged reached numbers that are not finite at iteration "))
        #expect(words.hasSuffix("; a learning rate below 1000000.0 is needed"))
    }
}
