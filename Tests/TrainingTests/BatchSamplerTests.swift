import Testing
import Training

/// Which examples each step reads.
@Suite struct BatchSamplerTests {
    private func epochs(_ plan: BatchSampler) -> [[Int]] {
        (0..<plan.epochCount).map { epoch in
            (0..<plan.stepCount(of: epoch)).flatMap { plan.batch(at: plan.epochStarts[epoch] + $0) }
        }
    }

    @Test(arguments: [(10, 4, 3), (8, 4, 2), (1, 5, 3), (7, 1, 2), (3, 3, 4)])
    func `every example is read once an epoch`(count: Int, batch: Int, epochCount: Int) {
        for seed in [nil, 0, -1, 7] as [Int?] {
            let plan = BatchSampler(
                exampleCount: count, batchSize: batch, epochCount: epochCount, shuffleSeed: seed)
            #expect(plan.stepCount == plan.stepCount(of: 0) * epochCount)
            #expect((0..<plan.stepCount).map(plan.epoch).last == epochCount - 1)
            #expect(epochs(plan).count == epochCount)
            for epoch in epochs(plan) { #expect(epoch.sorted() == Array(0..<count)) }
        }
    }

    @Test func `the last batch of an epoch is short`() {
        let plan = BatchSampler(exampleCount: 10, batchSize: 4, epochCount: 2, shuffleSeed: 1)
        #expect(plan.stepCount(of: 0) == 3)
        #expect((0..<6).map(plan.epoch) == [0, 0, 0, 1, 1, 1])
        #expect((0..<6).map { plan.batch(at: $0).count } == [4, 4, 2, 4, 4, 2])
    }

    @Test func `without a seed the examples keep their order`() {
        let plan = BatchSampler(exampleCount: 5, batchSize: 2, epochCount: 2, shuffleSeed: nil)
        #expect((0..<6).map(plan.batch) == [[0, 1], [2, 3], [4], [0, 1], [2, 3], [4]])
    }

    @Test func `the order follows from the seed and the epoch`() {
        func plan(_ seed: Int) -> BatchSampler {
            BatchSampler(exampleCount: 40, batchSize: 7, epochCount: 3, shuffleSeed: seed)
        }
        #expect(epochs(plan(5)) == epochs(plan(5)))
        #expect(epochs(plan(5))[0] != epochs(plan(6))[0])
        #expect(Set(epochs(plan(5))).count == 3)
        #expect(!epochs(plan(5)).contains(Array(0..<40)))
    }

    @Test func `the size of a batch does not change the order`() {
        let orders = [1, 7, 40].map {
            epochs(BatchSampler(exampleCount: 40, batchSize: $0, epochCount: 2, shuffleSeed: 5))
        }
        #expect(orders[0] == orders[1])
        #expect(orders[0] == orders[2])
    }

    @Test func `an epoch of nothing is a mistake`() async {
        await #expect(processExitsWith: .failure) {
            _ = BatchSampler(exampleCount: 0, batchSize: 1, epochCount: 1, shuffleSeed: nil)
        }
        await #expect(processExitsWith: .failure) {
            _ = BatchSampler(exampleCount: 1, batchSize: 0, epochCount: 1, shuffleSeed: nil)
        }
    }
}
