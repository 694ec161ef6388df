import Basics
import Foundation
import Pocket
import Tokenization
import Torch
import Training
import Transformer

/// The recipe of the built-in model: its sizes and its pretraining.
struct PocketRecipe {
    var seed: UInt64
    var worldSeed: UInt64
    var stepCount: Int
    var learningRate: Double

    /// The interval at which the model is written, so that it can be inspected during training.
    private static let stepsBetweenFiles = 500

    /// A Qwen2 of 4 layers.
    private func configuration(vocabularySize: Int) -> ModelConfiguration {
        ModelConfiguration(
            family: .qwen2, vocabularySize: vocabularySize, width: 128, layerCount: 4, headCount: 4,
            keyHeadCount: 2, headSize: 32, hiddenWidth: 384, normEpsilon: 1e-6, ropeTheta: 10_000,
            contextLength: 1024, tiesEmbeddings: true, hasQueryKeyValueBias: true,
            normalizesQueryAndKey: false, storedDtype: .float32)
    }

    private var trainer: Trainer {
        var trainer = Trainer(
            schedule: LearningRateSchedule(
                shape: .cosine, peak: learningRate, warmupStepCount: min(100, stepCount / 2),
                stepCount: stepCount))
        trainer.optimizer.beta2 = 0.98
        trainer.optimizer.weightDecay = 0.01
        return trainer
    }

    /// Trains from random weights. Writes config.json, generation_config.json and model.safetensors
    /// into the folder of the tokenizer that `pocket world` wrote.
    func pretrain(into folder: String, isQuiet: Bool) throws {
        let world = World(seed: worldSeed)
        let tokenizer = try TokenizerFile.loadTokenizer(folder: URL(fileURLWithPath: folder))
        var stream = try PretrainingStream(world: world, tokenizer: tokenizer, seed: seed)
        try writeGenerationConfig(tokenizer, into: folder)
        let weights = RandomWeights(using: try Generator(seed: seed))
        let decoder = try Decoder(
            configuration(vocabularySize: tokenizer.vocabularySize), weights: weights,
            dtype: .float32, device: .cpu)
        var progress = Progress("pretraining", total: stepCount, isQuiet: isQuiet)
        var last = StepInput([])
        try trainer.train(
            decoder, parameters: decoder.weights.map { $0.tensor },
            input: { _ in
                last = StepInput(
                    stream.nextStep().map { Example(tokens: $0.tokens, weights: $0.weights) })
                return last
            },
            callbacks: [
                StepCallback { step in
                    let report = step.report
                    try Signals.check()
                    let rate = Int(nearest: Double(report.tokenCount) / report.seconds)
                    progress.show(
                        report.step + 1,
                        String(format: "loss %.4f  norm %.2f", report.loss, report.gradientNorm)
                            + "  \(rate) tokens/s")
                    if step.isLast,
                        let collapsed = try CollapsedModel(
                            decoder, after: stepCount, last, naming: { "the last step" })
                    {
                        throw collapsed
                    }
                    if (report.step + 1) % Self.stepsBetweenFiles == 0 || step.isLast {
                        try decoder.writeCheckpoint(to: folder)
                    }
                }
            ])
    }

    /// A generation ends with the end token, or where the next question of a prompt would begin.
    private func writeGenerationConfig(_ tokenizer: any Tokenizer, into folder: String) throws {
        let ends = try [tokenizer.endToken, tokenizer.id(ofPiece: "\n\n")].compactMap { $0 }
        let list = ends.map { "\($0)" }.joined(separator: ", ")
        try AtomicFile.write(
            "{\n  \"do_sample\": true,\n  \"eos_token_id\": [\(list)]\n}\n",
            to: folder + "/generation_config.json")
    }
}
