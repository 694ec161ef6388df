import Basics
import Torch
import Transformer

/// The steps of a training: which examples each reads, and the trainer that makes them.
package struct TrainingSteps {
    package let settings: TrainSettings
    package let training: TrainingSet
    package let plan: BatchSampler
    package let stepCount: Int
    package var trainer: Trainer

    /// - Parameter maxTokensPerMicroBatch: nil is the trainer's default
    package init(
        _ settings: TrainSettings, _ training: TrainingSet, maxTokensPerMicroBatch: Int?
    ) {
        self.settings = settings
        self.training = training
        plan = settings.plan(exampleCount: training.examples.count)
        stepCount = min(plan.stepCount, settings.maxSteps ?? plan.stepCount)
        trainer = Trainer(schedule: settings.learningRates(plan, stepCount: stepCount))
        trainer.optimizer.weightDecay = settings.weightDecay
        trainer.maxGradientNorm = settings.maxGradNorm > 0 ? settings.maxGradNorm : nil
        trainer.maxTokensPerMicroBatch = maxTokensPerMicroBatch ?? trainer.maxTokensPerMicroBatch
        if settings.adapter.dropout > 0 { trainer.dropout = settings.dropout }
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

    /// The examples of a step, from 0.
    package func input(_ step: Int) throws -> StepInput {
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
    package func memory(_ decoder: Decoder) throws -> StepMemory {
        let passes = try (0..<min(stepCount, 16)).map { trainer.largestPass(of: try input($0)) }
        return try StepMemory(
            decoder, tokens: passes.map(\.tokens).max() ?? 0,
            labels: passes.map(\.labels).max() ?? 0)
    }

    /// Where a step's activations do not fit in memory, cuts its micro-batches until they do; that
    /// costs nothing on a GPU, and activation checkpointing half as much work again.
    ///
    /// Nothing changes where an example alone does not fit. On the CPU micro-batches stay as they
    /// are, since sums of gradients over others round differently.
    ///
    /// - Returns: the memory of a step as it is now
    package mutating func fitMicroBatches(to decoder: Decoder) throws -> StepMemory {
        let whole = try memory(decoder)
        let limit = trainer.maxTokensPerMicroBatch
        guard decoder.device != .cpu, settings.activationCheckpointing.recomputes(whole) else {
            return whole
        }
        trainer.maxTokensPerMicroBatch = 1
        let least =
            try (0..<min(stepCount, 16)).map {
                trainer.largestPass(of: try input($0)).tokens
            }.max() ?? 1
        var tokens = limit
        while tokens > least {
            tokens = max(tokens / 2, least)
            trainer.maxTokensPerMicroBatch = tokens
            let memory = try memory(decoder)
            if !settings.activationCheckpointing.recomputes(memory) { return memory }
        }
        trainer.maxTokensPerMicroBatch = limit
        return whole
    }
}

extension TrainSettings {
    /// The learning rate schedule of all steps.
    ///
    /// Each epoch of a mixture has its own schedule; the first epoch determines how many steps of
    /// each warm up.
    func learningRates(_ plan: BatchSampler, stepCount: Int) -> LearningRateSchedule {
        let restarts = mixesRows ? plan.epochStarts.filter { $0 > 0 && $0 < stepCount } : []
        return LearningRateSchedule(
            shape: config.schedule, peak: config.learningRate,
            warmupStepCount: config.warmupSteps
                ?? LearningRateSchedule.warmupStepCount(
                    ratio: config.warmupRatio, of: restarts.first ?? stepCount),
            stepCount: stepCount, restarts: restarts)
    }

    /// The LoRA dropout of a step.
    ///
    /// Its random numbers depend only on seed and step, so that a resumed run draws the same.
    fileprivate func dropout(at step: Int, on device: Device) throws -> LoRADropout {
        var seeds = SeededGenerator(
            seed: UInt64(bitPattern: Int64(config.seed)), for: ["dropout", "\(step)"])
        let generator = try Generator(seed: seeds.next(), device: device)
        return LoRADropout(rate: adapter.dropout, using: generator)
    }

    /// Which examples each step reads.
    package func plan(exampleCount: Int) -> BatchSampler {
        BatchSampler(
            exampleCount: exampleCount, batchSize: config.batchSize, epochCount: config.epochs,
            shuffleSeed: config.noShuffle ? nil : config.seed,
            fewShotShare: mixesRows ? FewShotAnneal.share(of: config.fewShot.weight) : nil)
    }
}
