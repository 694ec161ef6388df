import Transformer

/// The examples of one training step.
public struct StepInput: Sendable {
    /// Zero-shot examples; the mean over their targets is the zero-shot loss.
    public var zeroShot: [ExampleTree]
    /// Few-shot examples; the mean over their targets is the few-shot loss. Empty is none.
    public var fewShot: [ExampleTree]
    /// The weight of the zero-shot loss.
    public var zeroShotWeight = 1.0
    /// λ: the weight of the few-shot loss.
    public var fewShotWeight: Double

    public init(
        _ zeroShot: [Example], fewShot: [ExampleTree] = [], fewShotWeight: Double = 0
    ) {
        self.zeroShot = zeroShot.map { ExampleTree($0) }
        self.fewShot = fewShot
        self.fewShotWeight = fewShotWeight
    }
}

extension StepInput {
    /// A step in which zero-shot and few-shot prompts are rows of one batch; all of their targets
    /// have equal weight.
    public init(mixing zeroShot: [ExampleTree], _ fewShot: [ExampleTree]) {
        self.init([], fewShot: fewShot)
        self.zeroShot = zeroShot
        let targets = [zeroShot, fewShot].map { PackedForest.packing($0).1.totalWeight }
        let total = targets[0] + targets[1]
        guard total > 0 else { return }
        zeroShotWeight = targets[0] / total
        fewShotWeight = targets[1] / total
    }
}
