import ArgumentParser
import Basics
import Foundation
import Pocket
import Torch
import Training

/// Builds the built-in world and its model again.
struct PocketCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pocket",
        abstract: "Generates the built-in world, or trains its model, from a seed.",
        subcommands: [World.self, Pretrain.self])

    struct World: FileConfigured {
        static let configuration = CommandConfiguration(
            abstract: "Writes the questions, rationales and tokenizer of the built-in world.",
            discussion: "The same seed gives the same bytes on any machine.")

        @Option("n", "Seed of the facts and questions.") var seed: UInt64 = 0
        @Option("folder", "A new or empty folder to write.") var output: Folder
        @OptionGroup var settings: SettingsFileOption

        func run() throws {
            let files = try WorldFiles(Pocket.World(seed: seed))
            try files.write(to: URL(fileURLWithPath: output.path))
            Terminal.note("\(output.path): \(files.files.count) files written")
        }
    }

    struct Pretrain: FileConfigured {
        static let configuration = CommandConfiguration(
            abstract: "Trains the built-in model from random weights on prompts about the world.",
            discussion: """
                All weights are trained, in float32. The same seed gives the same bytes on the same \
                kind of CPU with the same number of threads.
                """)

        @Option("n", "Seed of initial weights and prompts.") var seed: UInt64 = 0
        @Option("n", "The world's seed, as given to pocket world.") var worldSeed: UInt64 = 0
        @Option("n", "Training steps of 256 questions.") var steps = 2600
        @Option("rate", "Learning rate after warm-up.") var learningRate = 1.5e-3

        @Option("folder", "The folder that pocket world wrote; the model is written there.")
        var world: Folder

        @Option("n", "CPU threads.", default: "all cores") var threads: Int?
        @Flag(help: "Show no progress.") var quiet = false
        @OptionGroup var settings: SettingsFileOption

        func run() throws {
            guard steps > 0 else { throw UsageError("--steps \(steps): at least 1 is needed") }
            guard learningRate.isFinite, learningRate > 0 else {
                throw UsageError(
                    "--learning-rate \(learningRate): a finite number above 0 is needed")
            }
            guard learningRate <= TrainConfig.largestLearningRate else {
                throw UsageError(
                    "--learning-rate \(learningRate): at most "
                        + "\(TrainConfig.largestLearningRate) is possible")
            }
            if let threads, threads < 1 {
                throw UsageError("--threads \(threads): at least 1 is needed")
            }
            Signals.watch()
            let steps = try atLeast(1, steps, "steps")
            if let threads {
                try Libtorch.setThreadCount(
                    atLeast(1, threads, "threads", atMost: Libtorch.mostThreads))
            }
            let recipe = PocketRecipe(
                seed: seed, worldSeed: worldSeed, stepCount: steps, learningRate: learningRate)
            try recipe.pretrain(into: world.path, isQuiet: quiet)
        }
    }
}
