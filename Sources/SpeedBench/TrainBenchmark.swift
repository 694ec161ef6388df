import Basics
import Benchmarks
import Foundation
import Statistics
import Torch
import Training
import Transformer

/// Measures the speed of training, and of its matrix products alone.
public struct TrainBenchmark: Sendable {
    /// The settings of the measurement.
    public struct Settings: Sendable {
        public var adapter = LoRASettings(targets: [.v])
        /// Questions in a step.
        public var batchSize = 8
        /// Tokens of a question, drawn uniformly.
        public var lengths = 120...220
        /// Demonstrations before the questions of a few-shot step, each as long as a question; 0
        /// measures no such step.
        public var shotCount = 0
        /// Measured rounds, after one warm-up round.
        public var rounds = 3
        public var seed = 0

        public init() {}
    }

    /// One round: the floor, a zero-shot step, and a step that adds the few-shot loss.
    public struct Round: Sendable {
        public let floorSeconds: Double
        public let stepSeconds: Double
        /// Seconds of a few-shot step; nil without few-shot steps.
        public let fewShotStepSeconds: Double?
    }

    public let rounds: [Round]
    /// The loss of the first zero-shot step, in nats.
    public let firstLoss: Double
    /// Real tokens of a zero-shot step; there is no padding.
    public let tokenCount: Int
    /// Floating-point operations of the floor's products.
    public let operationCount: Double
    public let parameterCount: Int
    public let trainableCount: Int
    /// Peak bytes during training, weights included: of the process, or of tensors on a CUDA
    /// device.
    public let peakBytes: Int

    /// - Parameters:
    ///   - examples: examples to train on, in place of drawn questions
    ///   - names: what messages call them; nil numbers them
    public static func run(
        _ decoder: Decoder, _ settings: Settings, examples: [Example]? = nil,
        names: [String]? = nil
    ) throws -> TrainBenchmark {
        let generator = try Generator(seed: UInt64(bitPattern: Int64(settings.seed)))
        try decoder.attachAdapters(settings.adapter, using: generator)
        var random = SeededGenerator(seed: settings.seed, for: ["bench", "train"])
        let draw = { Self.question(settings, decoder.configuration.vocabularySize, &random) }
        let questions = examples ?? (0..<settings.batchSize).map { _ in draw() }
        let shots = (0..<settings.shotCount).flatMap { _ in draw().tokens }
        let floor = try MatmulRoofline(
            decoder, tokens: questions.reduce(0) { $0 + $1.tokens.count },
            outputRows: questions.reduce(0) { $0 + $1.targetCount }, learns: true)
        let zeroShot = StepInput(questions)
        let tree = ExampleTree(prefix: shots, continuations: questions)
        let fewShot = StepInput(questions, fewShot: [tree], fewShotWeight: 0.5)

        let isFewShotMeasured = settings.shotCount > 0
        let parameters = decoder.trainableParameters.map(\.tensor)
        let stepCount = (settings.rounds + 1) * (isFewShotMeasured ? 2 : 1)
        var rounds: [Round] = []
        // Measured outside the steps, whose time includes preparing their input.
        var floorSeconds = try floor.seconds()
        var stepSeconds = 0.0
        var firstLoss = Double.nan
        let device = decoder.device
        if device == .cpu { try ProcessMemory.resetPeak() } else { try device.resetPeakMemory() }
        let schedule = LearningRateSchedule(
            shape: .constant, peak: 1e-4, warmupStepCount: 0, stepCount: stepCount)
        var trainer = Trainer(schedule: schedule)
        trainer.naming = { _, place in
            guard let place else { return "all examples" }
            let index = place.isFewShot ? place.continuation : place.tree
            return names?[index] ?? "example \(index + 1)"
        }
        try trainer.train(
            decoder,
            input: { step in
                isFewShotMeasured && step % 2 == 1 ? fewShot : zeroShot
            },
            callbacks: [
                StepCallback { finished in
                    let step = finished.report
                    if step.step == 0 { firstLoss = step.loss }
                    if !isFewShotMeasured || step.step % 2 == 0 { stepSeconds = step.seconds }
                    if isFewShotMeasured && step.step % 2 == 0 { return }
                    rounds.append(
                        Round(
                            floorSeconds: floorSeconds, stepSeconds: stepSeconds,
                            fewShotStepSeconds: isFewShotMeasured ? step.seconds : nil))
                    floorSeconds = try floor.seconds()
                }
            ])
        return TrainBenchmark(
            rounds: Array(rounds.dropFirst()), firstLoss: firstLoss,
            tokenCount: questions.reduce(0) { $0 + $1.tokens.count },
            operationCount: floor.operationCount,
            parameterCount: decoder.weights.reduce(0) { $0 + $1.tensor.elementCount },
            trainableCount: parameters.reduce(0) { $0 + $1.elementCount },
            peakBytes: device == .cpu
                ? try ProcessMemory.peakResidentBytes() : try device.memory().peakBytes)
    }

    /// A question of random tokens; only the last one is a target, as a letter is.
    private static func question(
        _ settings: Settings, _ vocabulary: Int, _ random: inout SeededGenerator
    ) -> Example {
        let count = Int.random(in: settings.lengths, using: &random)
        let tokens = (0..<count).map { _ in Int32.random(in: 0..<Int32(vocabulary), using: &random)
        }
        return Example(prompt: Array(tokens.dropLast()), answer: Array(tokens.suffix(1)))
    }

    /// The median over the rounds.
    public func median(_ value: (Round) -> Double) -> Double { rounds.map(value).median }
}
