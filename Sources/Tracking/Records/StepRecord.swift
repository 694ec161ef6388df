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

    package init(
        step: Int, epoch: Int, loss: Double?, zeroShotLoss: Double?, fewShotLoss: Double?,
        fewShotWeight: Double, learningRate: Double, gradientNorm: Double?, tokens: Int,
        tokensPerSecond: Double?
    ) {
        func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
        self.step = step
        self.epoch = epoch
        self.loss = finite(loss)
        self.zeroShotLoss = finite(zeroShotLoss)
        self.fewShotLoss = finite(fewShotLoss)
        self.fewShotWeight = fewShotWeight
        self.learningRate = learningRate
        self.gradientNorm = finite(gradientNorm)
        self.tokens = tokens
        self.tokensPerSecond = finite(tokensPerSecond)
    }

    /// A line of metrics.jsonl; nil where it is none.
    package init?(line: some Sequence<UInt8>) {
        guard let read = try? Self(json: Data(line)) else { return nil }
        self = read
    }

    package static func key(of property: String) -> String {
        property == "gradientNorm" ? "grad_norm" : OrderedJSON.snakeCase(property)
    }

    package static func property(of key: String) -> String {
        key == "grad_norm" ? "gradientNorm" : OrderedJSON.camelCase(key)
    }
}
