import ArgumentParser
import Foundation
import Pocket
import Experiments
import Tokenization
import Torch
import Training
import Transformer

/// Builds the built-in world and its model again.
struct PocketCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pocket",
        abstract: "Makes the built-in world, or its model, again from a seed.",
        subcommands: [World.self, Pretrain.self])

    struct World: FileConfigured {
        static let configuration = CommandConfiguration(
            abstract: "Writes the questions, rationales and tokenizer of the built-in world.",
            discussion: "The same seed gives the same bytes on any machine.")

        @Option(help: ArgumentHelp("What the facts and questions are drawn from.", valueName: "n"))
        var seed: UInt64 = 0

        @Option(
            help: ArgumentHelp("A new or empty folder to write.", valueName: "folder"),
            completion: .directory)
        var output: String

        @OptionGroup var settings: SettingsFileOption

        func run() throws {
            let files = try WorldFiles(Pocket.World(seed: seed))
            try files.write(to: URL(fileURLWithPath: output))
            Terminal.note("\(output): \(files.files.count) files written")
        }
    }

    struct Pretrain: FileConfigured {
        static let configuration = CommandConfiguration(
            abstract: "Trains the built-in model from random weights on prompts about the world.",
            discussion: """
                All weights are trained, in float32. The same seed gives the same bytes on the same \
                kind of CPU with the same number of threads.
                """)

        @Option(help: ArgumentHelp("What weights and prompts are drawn from.", valueName: "n"))
        var seed: UInt64 = 0

        @Option(help: ArgumentHelp("The world's seed, as given to `pocket world`.", valueName: "n"))
        var worldSeed: UInt64 = 0

        @Option(help: ArgumentHelp("Steps of 256 questions.", valueName: "n"))
        var steps = 2600

        @Option(help: ArgumentHelp("The rate after warm-up.", valueName: "rate"))
        var learningRate = 1.5e-3

        @Option(
            help: ArgumentHelp(
                "The folder that `pocket world` wrote; the model is written there.",
                valueName: "folder"), completion: .directory)
        var world: String

        @Option(help: ArgumentHelp("Threads to compute with.", valueName: "n"))
        var threads: Int?

        @Flag(help: "Show no progress.")
        var quiet = false

        @OptionGroup var settings: SettingsFileOption

        func validate() throws {
            guard steps > 0 else { throw ValidationError("--steps \(steps): at least 1 is needed") }
            guard learningRate.isFinite, learningRate > 0 else {
                throw ValidationError(
                    "--learning-rate \(learningRate): a finite number above 0 is needed")
            }
            guard learningRate <= TrainConfig.largestLearningRate else {
                throw ValidationError(
                    "--learning-rate \(learningRate): at most "
                        + "\(TrainConfig.largestLearningRate) is possible")
            }
            if let threads, threads < 1 {
                throw ValidationError("--threads \(threads): at least 1 is needed")
            }
        }

        func run() throws {
            Signals.watch()
            let steps = try atLeast(1, steps, "steps")
            if let threads {
                try Libtorch.setThreadCount(
                    atLeast(1, threads, "threads", atMost: Libtorch.mostThreads))
            }
            let recipe = PocketRecipe(
                seed: seed, worldSeed: worldSeed, stepCount: steps, learningRate: learningRate)
            try recipe.pretrain(into: world, isQuiet: quiet)
        }
    }
}
