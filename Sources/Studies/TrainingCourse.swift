import Training
import Transformer

/// The steps of a training: what each reads, and how its adapter changes.
struct TrainingCourse {
    let settings: TrainSettings
    let training: TrainingSet
    let plan: EpochPlan
    let stepCount: Int
    var trainer: Trainer

    init(_ settings: TrainSettings, _ training: TrainingSet, _ evaluation: EvaluationSettings) {
        self.settings = settings
        self.training = training
        plan = settings.plan(exampleCount: training.examples.count)
        stepCount = min(plan.stepCount, settings.largestStepCount ?? plan.stepCount)
        trainer = Trainer(schedule: settings.learningRates(stepCount: stepCount))
        trainer.optimizer.weightDecay = settings.weightDecay
        trainer.largestGradientNorm =
            settings.largestGradientNorm > 0 ? settings.largestGradientNorm : nil
        trainer.tokensPerPass = evaluation.batchTokens ?? trainer.tokensPerPass
        let plan = plan
        trainer.naming = { step, place in
            Self.name(of: place, in: plan.batch(at: step), of: training)
        }
    }

    /// What messages call an example of a step, or all of the step's.
    private static func name(
        of place: ExamplePlace?, in batch: [Int], of training: TrainingSet
    ) -> String {
        guard let place else {
            let first = batch.first.map { training.names[$0] } ?? "no example"
            return first + (batch.count > 1 ? " and \(batch.count - 1) more" : "")
        }
        return place.isFewShot
            ? training.fewShotName(
                tree: place.tree, continuation: place.continuation, batch: batch)
            : training.names[batch[place.tree]]
    }

    /// - Throws: `CollapsedModel` where the examples of the last step find all logits equal.
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
        var input = StepInput(batch.map { training.examples[$0] })
        if settings.objective == .zeroShotAndFewShot {
            input.fewShot = try training.fewShotTrees(step: step, batch: batch)
            input.fewShotWeight = settings.fewShotAnneal.weight(
                from: settings.fewShot.weight, at: step, stepsPerEpoch: plan.stepsPerEpoch)
        }
        return input
    }

    /// What a step needs beside the weights, by the sizes of the first sixteen.
    ///
    /// - Parameter decoder: with its adapters
    func memory(_ decoder: Decoder) throws -> StepMemory {
        let passes = try (0..<min(stepCount, 16)).map { trainer.largestPass(of: try input($0)) }
        return try StepMemory(
            decoder, tokens: passes.map(\.tokens).max() ?? 0,
            labels: passes.map(\.labels).max() ?? 0)
    }
}
