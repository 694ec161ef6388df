import Testing

@testable import Training

/// Epochs of zero-shot and few-shot rows.
@Suite struct EpochMixtureTests {
    private func plan(seed: Int? = 3, share: Double = 0.5) -> BatchSampler {
        BatchSampler(
            exampleCount: 1000, batchSize: 10, epochCount: 5, shuffleSeed: seed,
            fewShotShare: share)
    }

    private func rows(_ plan: BatchSampler, _ epoch: Int) -> (zeroShot: [Int], fewShot: [Int]) {
        let steps = (0..<plan.stepCount(of: epoch)).map { plan.epochStarts[epoch] + $0 }
        return (steps.flatMap(plan.batch), steps.flatMap(plan.fewShotBatch))
    }

    @Test func `the share falls to 0 and one kind of row is used up`() throws {
        let plan = plan()
        let mixture = try #require(plan.mixture)
        #expect(mixture.shares == [0.5, 0.375, 0.25, 0.125, 0])
        for (epoch, share) in mixture.shares.enumerated() {
            let (zeroShot, fewShot) = rows(plan, epoch)
            // Each kind from its first example on, none twice.
            #expect(zeroShot.sorted() == Array(0..<zeroShot.count))
            #expect(fewShot.sorted() == Array(0..<fewShot.count))
            #expect(max(zeroShot.count, fewShot.count) == 1000)
            let count = Double(zeroShot.count + fewShot.count)
            // Five standard deviations of a binomial share.
            let error = 5 * (share * (1 - share) / count).squareRoot()
            #expect(abs(Double(fewShot.count) / count - share) <= error, "epoch \(epoch)")
        }
        #expect(rows(plan, 4).zeroShot.count == 1000)
    }

    @Test func `every step has a batch of both kinds together`() {
        let plan = plan()
        for step in 0..<plan.stepCount {
            let count = plan.batch(at: step).count + plan.fewShotBatch(at: step).count
            let epoch = plan.epoch(of: step)
            let isLast = step + 1 == plan.epochStarts[epoch] + plan.stepCount(of: epoch)
            #expect(isLast ? (1...10).contains(count) : count == 10)
        }
    }

    @Test func `the seed draws kinds and order`() {
        #expect(rows(plan(seed: 1), 0) == rows(plan(seed: 1), 0))
        #expect(rows(plan(seed: 1), 0) != rows(plan(seed: 2), 0))
        let ordered = rows(plan(seed: nil), 0)
        #expect(ordered.zeroShot == ordered.zeroShot.sorted())
        #expect(ordered.fewShot == ordered.fewShot.sorted())
    }

    @Test func `one epoch alone keeps the first share`() {
        let mixture = EpochMixture(
            exampleCount: 10, epochCount: 1, initialShare: 0.25, shuffleSeed: 0)
        #expect(mixture.shares == [0.25])
        #expect(FewShotAnneal.share(of: 1) == 0.5)
    }

    @Test func `a schedule begins anew at each restart`() {
        let schedule = LearningRateSchedule(
            shape: .linear, peak: 1, warmupStepCount: 1, stepCount: 8, restarts: [3])
        #expect((0..<8).map { schedule.rate(at: $0) } == [0, 1, 0.5, 0, 1, 0.75, 0.5, 0.25])
    }
}
