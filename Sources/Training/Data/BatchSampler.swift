import Basics
import Benchmarks

/// Which examples each step reads: all of them once per epoch, in an order drawn by seed, or those
/// of a mixture.
public struct BatchSampler: Sendable {
    public let exampleCount: Int
    public let batchSize: Int
    public let epochCount: Int
    /// The seed of the order; nil keeps the order of the examples.
    public let shuffleSeed: Int?
    /// The mixture; nil where a step's few-shot prompts are of the same examples as its zero-shot
    /// prompts.
    public let mixture: EpochMixture?
    /// The first step of each epoch.
    public let epochStarts: [Int]
    public let stepCount: Int

    /// - Parameter fewShotShare: share of few-shot rows in the first epoch of a mixture; nil is no
    ///   mixture
    public init(
        exampleCount: Int, batchSize: Int, epochCount: Int, shuffleSeed: Int?,
        fewShotShare: Double? = nil
    ) {
        precondition(
            exampleCount > 0 && batchSize > 0 && epochCount > 0,
            "an epoch needs examples and a step needs a batch")
        self.exampleCount = exampleCount
        self.batchSize = batchSize
        self.epochCount = epochCount
        self.shuffleSeed = shuffleSeed
        mixture = fewShotShare.map {
            EpochMixture(
                exampleCount: exampleCount, epochCount: epochCount, initialShare: $0,
                shuffleSeed: shuffleSeed)
        }
        let counts =
            mixture?.counts ?? Array(repeating: exampleCount, count: epochCount)
        var starts: [Int] = []
        var count = 0
        for examples in counts {
            starts.append(count)
            count += (examples + batchSize - 1) / batchSize
        }
        epochStarts = starts
        stepCount = count
    }

    /// The epoch, from 0, of a step.
    public func epoch(of step: Int) -> Int {
        max(0, (epochStarts.firstIndex { $0 > step } ?? epochStarts.count) - 1)
    }

    /// Steps of an epoch; the last step may have fewer examples.
    public func stepCount(of epoch: Int) -> Int {
        (epochStarts.indices.contains(epoch + 1) ? epochStarts[epoch + 1] : stepCount)
            - epochStarts[epoch]
    }

    /// The examples, by index, that a step (counted from 0) reads as zero-shot prompts; a mixture's
    /// step may have none.
    public func batch(at step: Int) -> [Int] {
        let epoch = epoch(of: step)
        if let mixture {
            return mixture.examples(of: epoch, in: rows(step, epoch, mixture), fewShot: false)
        }
        let start = (step - epochStarts[epoch]) * batchSize
        var order = Array(0..<exampleCount)
        if let shuffleSeed {
            var generator = SeededGenerator(
                seed: UInt64(bitPattern: Int64(shuffleSeed)), for: ["epoch", "\(epoch)"])
            order = generator.shuffled(order)
        }
        return Array(order[start..<min(start + batchSize, exampleCount)])
    }

    /// The examples, by index, that a step reads as few-shot prompts.
    public func fewShotBatch(at step: Int) -> [Int] {
        guard let mixture else { return batch(at: step) }
        let epoch = epoch(of: step)
        return mixture.examples(of: epoch, in: rows(step, epoch, mixture), fewShot: true)
    }

    private func rows(_ step: Int, _ epoch: Int, _ mixture: EpochMixture) -> Range<Int> {
        let start = (step - epochStarts[epoch]) * batchSize
        return start..<min(start + batchSize, mixture.counts[epoch])
    }
}
