import Torch
import Transformer

/// The metrics of one training step.
public struct StepReport: Sendable {
    /// The step's number, from 0.
    public var step: Int
    /// Zero-shot plus λ times few-shot loss, in nats; in a mixture the mean over all targets.
    public var loss: Double
    /// Mean over the zero-shot targets, by their weights, in nats; nil where there are none.
    public var zeroShotLoss: Double?
    /// Mean over the few-shot targets, by their weights, in nats; nil where there are none.
    public var fewShotLoss: Double?
    /// λ
    public var fewShotWeight: Double
    public var learningRate: Double
    /// Global norm of all gradients, before clipping.
    public var gradientNorm: Double
    /// Real tokens read; there is no padding.
    public var tokenCount: Int
    public var seconds: Double

    public var tokensPerSecond: Double { Double(tokenCount) / seconds }
}

/// Trains weights on examples.
public struct Trainer {
    public var schedule: LearningRateSchedule
    public var optimizer = AdamWSettings()
    /// The norm that gradients are clipped to; nil does not clip.
    public var maxGradientNorm: Double? = 1
    /// The maximum number of tokens in a micro-batch.
    ///
    /// A step with more is cut into several micro-batches whose gradients are accumulated; the
    /// gradient is the same.
    public var maxTokensPerMicroBatch = 16_384
    /// Whether activation checkpointing is on: each layer is recomputed in place of keeping its
    /// activations.
    public var usesActivationCheckpointing = false
    /// What messages call an example of a step, or all of the step's examples where the location is
    /// nil.
    public var naming: ((_ step: Int, _ place: ExamplePlace?) -> String)?

    /// The LoRA dropout of a step; nil is none.
    public var dropout: ((_ step: Int, _ device: Device) throws -> LoRADropout)?

    public init(schedule: LearningRateSchedule) { self.schedule = schedule }

    /// Makes all steps of the schedule, or those that a resumed state has not made.
    ///
    /// Every target counts by its weight over the sum of its loss's weights in the step. This does
    /// not depend on how the step is cut into micro-batches.
    ///
    /// - Parameters:
    ///   - parameters: the trainable parameters, everything else stays as it is; nil is the
    ///     adapters'
    ///   - start: the state to resume from, bit-exactly; nil starts with the parameters as they are
    ///   - input: the examples of each step, counted from 0
    ///   - callbacks: run after each step, in their order
    public func train(
        _ decoder: Decoder, parameters: [Tensor]? = nil, from start: TrainingState? = nil,
        input: (Int) throws -> StepInput, callbacks: [any TrainingCallback]
    ) throws {
        let parameters = parameters ?? decoder.trainableParameters.map(\.tensor)
        let adamW = try AdamW(parameters, settings: optimizer)
        if let start { try restore(start, to: parameters, adamW) }
        for parameter in parameters { try parameter.setRequiresGradient(true) }
        defer {
            for parameter in parameters {
                try? parameter.clearGradient()
                try? parameter.setRequiresGradient(false)
            }
        }
        defer {
            decoder.finishGradients()
            decoder.setAdapterDropout(nil)
        }
        try decoder.prepareForGradients()
        let clock = ContinuousClock()
        for step in (start?.stepCount ?? 0)..<schedule.stepCount {
            let began = clock.now
            let input = try input(step)
            decoder.setAdapterDropout(try dropout?(step, decoder.device))
            if schedule.restarts.contains(step) { try adamW.reset() }
            guard !input.zeroShot.isEmpty || !input.fewShot.isEmpty else {
                throw TrainingRefusal.noTargets(step: step)
            }
            let zeroShot =
                input.zeroShot.isEmpty
                ? nil
                : try accumulateGradients(
                    decoder, input.zeroShot, times: input.zeroShotWeight, step: step,
                    isFewShot: false)
            let weight = input.fewShot.isEmpty ? 0 : input.fewShotWeight
            let fewShot =
                input.fewShot.isEmpty
                ? nil
                : try accumulateGradients(
                    decoder, input.fewShot, times: weight, step: step, isFewShot: true)
            let rate = schedule.rate(at: step)
            let norm: Double
            do {
                norm = try adamW.update(learningRate: rate, largestNorm: maxGradientNorm)
            } catch let refusal as GradientRefusal {
                throw TrainingRefusal.gradients(refusal, step: step, of: naming?(step, nil))
            }
            decoder.setAdapterDropout(nil)
            var finished = FinishedStep(
                report: StepReport(
                    step: step,
                    loss: input.zeroShotWeight * (zeroShot ?? 0) + weight * (fewShot ?? 0),
                    zeroShotLoss: zeroShot,
                    fewShotLoss: fewShot, fewShotWeight: weight, learningRate: rate,
                    gradientNorm: norm,
                    tokenCount: (input.zeroShot + input.fewShot).reduce(0) { $0 + $1.tokenCount },
                    seconds: (clock.now - began) / .seconds(1)),
                state: TrainingState(
                    stepCount: step + 1, parameters: parameters, optimizer: adamW.state),
                isLast: step + 1 == schedule.stepCount)
            for callback in callbacks {
                do {
                    try callback.didFinish(finished)
                } catch let stop as TrainingStop {
                    finished.end(by: stop)
                }
            }
            if let stop = finished.stop { throw stop.cause }
        }
    }

    private func restore(
        _ state: TrainingState, to parameters: [Tensor], _ adamW: AdamW
    ) throws {
        precondition(
            state.stepCount <= schedule.stepCount, "a state is one of the schedule's steps")
        try assign(state.parameters, to: parameters)
        try adamW.restore(state.optimizer)
    }

    /// Adds `factor` times the gradient of the examples' mean loss to the parameters.
    ///
    /// - Returns: the mean loss, in nats
    private func accumulateGradients(
        _ decoder: Decoder, _ trees: [ExampleTree], times factor: Double, step: Int,
        isFewShot: Bool
    ) throws -> Double {
        let passes = passes(of: trees).map { PackedForest.packing($0) }
        let total = passes.reduce(0) { $0 + $1.1.totalWeight }
        guard total > 0 else { throw TrainingRefusal.noTargets(step: step) }
        var loss = 0.0
        for (forest, targets) in passes where !targets.rows.isEmpty {
            loss +=
                try decoder.addGradients(
                    of: forest, targets, times: factor / total,
                    recomputing: usesActivationCheckpointing)
                / total
            guard loss.isFinite else {
                let place = try naming.flatMap { _ in
                    try decoder.firstLossNotFinite(trees).map { tree, continuation in
                        ExamplePlace(
                            isFewShot: isFewShot, tree: tree, continuation: continuation)
                    }
                }
                throw TrainingRefusal.loss(loss, step: step, of: naming?(step, place))
            }
        }
        return loss
    }

    /// The largest micro-batch of a step: its tokens, and its rows with a target.
    public func largestPass(of input: StepInput) -> (tokens: Int, labels: Int) {
        let passes = (passes(of: input.zeroShot) + passes(of: input.fewShot))
            .map { PackedForest.packing($0) }
        return (
            passes.map(\.0.tokens.count).max() ?? 0, passes.map { Set($0.1.rows).count }.max() ?? 0
        )
    }

    /// Cuts trees into micro-batches, in order: as many in each as the tokens allow; at least one.
    private func passes(of trees: [ExampleTree]) -> [[ExampleTree]] {
        var result: [[ExampleTree]] = []
        var count = 0
        for tree in trees {
            if result.isEmpty || count + tree.tokenCount > maxTokensPerMicroBatch {
                result.append([])
                count = 0
            }
            result[result.count - 1].append(tree)
            count += tree.tokenCount
        }
        return result
    }
}

/// The location of an example within a step.
public struct ExamplePlace: Sendable, Equatable {
    /// Whether the example belongs to the few-shot loss.
    public let isFewShot: Bool
    /// The tree's index among the loss's trees.
    public let tree: Int
    /// The continuation's index in the tree.
    public let continuation: Int
}

/// An error that stops a training.
public enum TrainingRefusal: Error, CustomStringConvertible {
    case noTargets(step: Int)
    /// A loss that is not finite, with the name of the first example that has one, where names are
    /// known.
    case loss(Double, step: Int, of: String?)
    /// Gradients that are not finite, with the names of the step's examples, where they are known.
    case gradients(GradientRefusal, step: Int, of: String?)

    public var description: String {
        switch self {
        case .noTargets(let step):
            "step \(step): its examples have no target token; at least one is needed"
        case .loss(let loss, let step, let name):
            Self.beginning(step, name) + "the loss is \(loss.isNaN ? .nan : loss); a finite one is "
                + "needed: try a lower learning rate, or --dtype fp32"
        case .gradients(let refusal, let step, let name): Self.beginning(step, name) + "\(refusal)"
        }
    }

    private static func beginning(_ step: Int, _ name: String?) -> String {
        "step \(step)\(name.map { " (\($0))" } ?? ""): "
    }
}
