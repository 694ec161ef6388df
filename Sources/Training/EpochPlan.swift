import Benchmarks

/// Which examples each step reads: all of them once an epoch, in an order drawn by seed.
public struct EpochPlan: Sendable {
    public let exampleCount: Int
    public let batchSize: Int
    public let epochCount: Int
    /// nil keeps the order of the examples.
    public let shuffleSeed: Int?

    public init(exampleCount: Int, batchSize: Int, epochCount: Int, shuffleSeed: Int?) {
        precondition(
            exampleCount > 0 && batchSize > 0 && epochCount > 0,
            "an epoch needs examples and a step needs a batch")
        self.exampleCount = exampleCount
        self.batchSize = batchSize
        self.epochCount = epochCount
        self.shuffleSeed = shuffleSeed
    }

    /// The last step of an epoch may have fewer examples.
    public var stepsPerEpoch: Int { (exampleCount + batchSize - 1) / batchSize }

    public var stepCount: Int { stepsPerEpoch * epochCount }

    /// The examples, by index, of a step from 0.
    public func batch(at step: Int) -> [Int] {
        let epoch = step / stepsPerEpoch
        var order = Array(0..<exampleCount)
        if let shuffleSeed {
            var generator = SeededGenerator(
                seed: UInt64(bitPattern: Int64(shuffleSeed)), for: ["epoch", "\(epoch)"])
            order = generator.shuffled(order)
        }
        let start = step % stepsPerEpoch * batchSize
        return Array(order[start..<min(start + batchSize, exampleCount)])
    }
}
