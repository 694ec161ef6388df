import Basics
import Benchmarks
import Torch
import Training
import Transformer

/// What single steps of a training take from its settings.
extension TrainSettings {
    /// The learning rate of each of the steps that will be made.
    ///
    /// A mixture's epochs have a schedule each; the first says how many steps of each warm up.
    func learningRates(_ plan: BatchSampler, stepCount: Int) -> LearningRateSchedule {
        let restarts = mixesRows ? plan.epochStarts.filter { $0 > 0 && $0 < stepCount } : []
        return LearningRateSchedule(
            shape: schedule, peak: learningRate,
            warmupStepCount: warmupSteps
                ?? LearningRateSchedule.warmupStepCount(
                    ratio: warmupRatio, of: restarts.first ?? stepCount),
            stepCount: stepCount, restarts: restarts)
    }

    /// Whether few-shot prompts are rows between the zero-shot ones.
    var mixesRows: Bool { objective == .zeroShotAndFewShot && fewShotAnneal == .epochs }

    /// What thins out the adapters' input at a step, with draws of that step's own, so that a run
    /// that is resumed draws the same; nil where nothing does.
    func dropout(at step: Int, on device: Device) throws -> LoRADropout? {
        guard adapter.dropout > 0 else { return nil }
        var seeds = SeededGenerator(
            seed: UInt64(bitPattern: Int64(seed)), for: ["dropout", "\(step)"])
        let generator = try Generator(seed: seeds.next(), device: device)
        return LoRADropout(rate: adapter.dropout, using: generator)
    }

    /// Which examples each step reads.
    func plan(exampleCount: Int) -> BatchSampler {
        BatchSampler(
            exampleCount: exampleCount, batchSize: batchSize, epochCount: epochs,
            shuffleSeed: shuffles ? seed : nil,
            fewShotShare: mixesRows ? FewShotAnneal.share(of: fewShot.weight) : nil)
    }
}
