import Training
import Transformer

/// The steps of a training: their inputs, and the changes of the adapter.
struct TrainingCourse {
    let settings: TrainSettings
    let training: TrainingSet
    let plan: BatchSampler
    let stepCount: Int
    var trainer: Trainer

    init(_ settings: TrainSettings, _ training: TrainingSet, _ evaluation: EvaluationSettings) {
        self.settings = settings
        self.training = training
        plan = settings.plan(exampleCount: training.examples.count)
        stepCount = min(plan.stepCount, settings.maxSteps ?? plan.stepCount)
        trainer = Trainer(schedule: settings.learningRates(plan, stepCount: stepCount))
        trainer.optimizer.weightDecay = settings.weightDecay
        trainer.maxGradientNorm =
            settings.maxGradNorm > 0 ? settings.maxGradNorm : nil
        trainer.maxTokensPerMicroBatch = evaluation.batchTokens ?? trainer.maxTokensPerMicroBatch
        let plan = plan
        trainer.naming = { step, place in
            Self.name(of: place, at: step, plan, of: training)
        }
    }

    /// What messages call an example of a step, or all examples of the step.
    private static func name(
        of place: ExamplePlace?, at step: Int, _ plan: BatchSampler, of training: TrainingSet
    ) -> String {
        let batch = plan.batch(at: step)
        guard let place else {
            let batch = plan.mixture == nil ? batch : batch + plan.fewShotBatch(at: step)
            let first = batch.first.map { training.names[$0] } ?? "no example"
            return first + (batch.count > 1 ? " and \(batch.count - 1) more" : "")
        }
        guard place.isFewShot else { return training.names[batch[place.tree]] }
        return training.fewShotName(
            tree: place.tree, continuation: place.continuation, batch: plan.fewShotBatch(at: step),
            isMixed: plan.mixture != nil)
    }

    /// - Throws: `CollapsedModel` where all logits are equal for the examples of the last step.
    func checkLogits(_ decoder: Decoder) throws {
        guard stepCount > 0 else { return }
        let last = stepCount - 1
        let collapsed = try CollapsedModel(decoder, after: stepCount, input(last)) {
            trainer.naming?(last, nil) ?? ""
        }
        if let collapsed { throw collapsed }
    }

    func input(_ step: Int) throws -> StepInput {
        let batch = plan.batch(at: step)
        if plan.mixture != nil {
            return StepInput(
                mixing: batch.map { ExampleTree(training.examples[$0]) },
                try plan.fewShotBatch(at: step).compactMap(training.fewShotTree))
        }
        var input = StepInput(batch.map { training.examples[$0] })
        if settings.objective == .zeroShotAndFewShot {
            input.fewShot = try training.fewShotTrees(step: step, batch: batch)
            input.fewShotWeight = settings.fewShot.anneal.weight(
                from: settings.fewShot.weight, at: step - plan.epochStarts[plan.epoch(of: step)],
                stepsPerEpoch: plan.stepCount(of: plan.epoch(of: step)))
        }
        return input
    }

    /// The memory that a step needs besides the weights, from the sizes of the first sixteen steps.
    ///
    /// - Parameter decoder: the model with its adapters
    func memory(_ decoder: Decoder) throws -> StepMemory {
        let passes = try (0..<min(stepCount, 16)).map { trainer.largestPass(of: try input($0)) }
        return try StepMemory(
            decoder, tokens: passes.map(\.tokens).max() ?? 0,
            labels: passes.map(\.labels).max() ?? 0)
    }
}
