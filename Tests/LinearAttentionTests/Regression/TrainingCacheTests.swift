import Synchronization
import TestSupport
import Testing

@testable import LinearAttention

/// What is trained once for several studies.
@Suite struct TrainingCacheTests {
    private func study(_ tunings: [FineTuning], seeds: [UInt64] = [0, 1]) throws
        -> RegressionExperiment
    {
        var study = RegressionExperiment(try RegressionSetup.paper())
        study.pretraining.iterationCount = 40
        study.pretraining.batchSize = 50
        study.seeds = seeds
        study.fineTunings = tunings
        for index in tunings.indices {
            study.fineTunings[index].recipe.iterationCount = 30
            study.fineTunings[index].recipe.batchSize = 50
        }
        return study
    }

    /// Without clipping, so that it can leave the finite numbers.
    private func plain(_ tunings: [FineTuning]) throws -> RegressionExperiment {
        var study = try study(tunings)
        let plain = RegressionExperiment.plain(try RegressionSetup.plain())
        (study.design, study.start) = (plain.design, plain.start)
        study.pretraining.clippingNorm = nil
        for index in tunings.indices { study.fineTunings[index].recipe.clippingNorm = nil }
        return study
    }

    /// The results, and the iterations that were made for them.
    private func trained(
        _ models: TrainingCache, _ studies: [RegressionExperiment]
    ) throws -> ([RegressionResults], iterations: Int) {
        var planned = 0
        let made = Mutex(0)
        let results = try models.results(of: studies) { plan in
            planned = plan.iterationCount
            try plan.run { done in made.withLock { $0 = done } }
        }
        #expect(made.withLock { $0 } == planned)
        return (try results.map { try $0.get() }, planned)
    }

    @Test func `a training is made once, and is the one made alone`() throws {
        let models = TrainingCache()
        let both = try study([FineTuning(.v, .zeroShot), FineTuning(.all, .withFewShot)])
        let one = try study([FineTuning(.all, .withFewShot)])
        let more = try study([FineTuning(.q, .zeroShot), FineTuning(.v, .zeroShot)])
        // Two seeds of 40 + 30, the second study among them.
        let (first, firstCount) = try trained(models, [both, one])
        #expect(firstCount == 140)
        // Only Q is new, from models that are there.
        let (second, secondCount) = try trained(models, [more])
        #expect(secondCount == 60)
        let (third, thirdCount) = try trained(models, [both, more, one])
        #expect(thirdCount == 0)
        #expect(third[0].models(.fineTuned(0)) == first[0].models(.fineTuned(0)))

        let (aloneBoth, aloneMore) = (try both.run(), try more.run())
        for index in 0..<2 {
            let stage = RegressionResults.Stage.fineTuned(index)
            #expect(first[0].models(stage) == aloneBoth.models(stage))
            #expect(second[0].models(stage) == aloneMore.models(stage))
        }
        #expect(first[1].models(.fineTuned(0)) == aloneBoth.models(.fineTuned(1)))
        #expect(first[0].models(.pretrained) == aloneBoth.models(.pretrained))
        #expect(second[0].iterations(0) == [30, 30])
    }

    @Test(arguments: 0..<12)
    func `whatever changes a training makes it another`(change: Int) throws {
        let models = TrainingCache()
        let first = try study([FineTuning(.all, .withFewShot)], seeds: [0])
        var other = first
        switch change {
        case 0: other.seeds = [1]
        case 1: other.start = .random(scale: 0.2)
        case 2: other.design = .twoHead
        case 3: other.pretraining.learningRate = 0.02
        case 4: other.setup.context = 19
        case 5: other.setup.shots = 19
        case 6: other.fineTunings[0].fewShotWeight = 2
        case 7: other.fineTunings[0].recipe.batchSize = 49
        case 8: other.setup.pairCount = 1_000
        case 9: other.fineTunings[0].recipe.momentum = 0
        case 10: other.fineTunings[0].recipe.clippingNorm = 0.1
        default:
            other.setup = try RegressionSetup(first.setup.problem, taskSeed: 1)
            other.setup.prior = first.setup.prior
            other.setup.pairCount = first.setup.pairCount
        }
        let before = try trained(models, [first]).0[0].models(.fineTuned(0))
        let (after, count) = try trained(models, [other])
        #expect(count == (change < 5 ? 70 : 30))
        #expect(after[0].models(.fineTuned(0)) != before)
        #expect(try after[0].models(.fineTuned(0)) == other.run().models(.fineTuned(0)))
    }

    @Test func `one that leaves the finite numbers fails by itself`() throws {
        var wild = try plain([FineTuning(.all, .zeroShot), FineTuning(.v, .zeroShot)])
        wild.fineTunings[0].recipe.learningRate = 1e6
        let tame = try plain([FineTuning(.v, .zeroShot)])
        let models = TrainingCache()
        let outcomes = try models.results(of: [wild, tame]) { try $0.run { _ in } }
        let words = try #require(refusal(of: { try outcomes[0].get() }))
        #expect(
            words.hasPrefix("training merged reached numbers that are not finite at iteration "))
        #expect(try outcomes[1].get().models(.fineTuned(0)).count == 2)
        // And is not tried again.
        let again = try models.results(of: [wild]) { _ in Issue.record("trained again") }
        #expect(refusal(of: { try again[0].get() }) == words)

        // A pretraining that fails has no fine-tuning.
        var lost = tame
        lost.pretraining.learningRate = 1e6
        let none = try models.results(of: [lost]) { try $0.run { _ in } }
        #expect(throws: LinearAttentionError.self) { try none[0].get() }
        #expect(try models.results(of: [lost]) { _ in Issue.record("trained again") }.count == 1)
    }
}
