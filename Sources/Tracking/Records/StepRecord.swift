import Basics
import Foundation

/// An optimiser step: a line of metrics.jsonl, and a row of the store's table `step`.
public struct StepRecord: Hashable, Sendable, FileRecord {
    /// From 0.
    public var step: Int
    public var epoch: Int
    /// In nats a target token, like the two after it; nil where it is no number.
    public var loss: Double?
    public var zeroShotLoss: Double?
    public var fewShotLoss: Double?
    /// λ at this step.
    public var fewShotWeight: Double
    public var learningRate: Double
    /// nil where it is no number.
    public var gradientNorm: Double?
    public var tokens: Int
    public var tokensPerSecond: Double?

    private enum CodingKeys: String, CodingKey {
        case step, epoch, loss, zeroShotLoss, fewShotLoss, fewShotWeight, learningRate
        case gradientNorm = "gradNorm"
        case tokens, tokensPerSecond
    }
}

extension StepRecord {
    package init(step: Int, epoch: Int, fewShotWeight: Double, learningRate: Double, tokens: Int) {
        self.step = step
        self.epoch = epoch
        self.fewShotWeight = fewShotWeight
        self.learningRate = learningRate
        self.tokens = tokens
    }

    /// A line of metrics.jsonl; nil where it is none.
    package init?(line: some Sequence<UInt8>) {
        guard let read = try? Self(json: Data(line)) else { return nil }
        self = read
    }
}
