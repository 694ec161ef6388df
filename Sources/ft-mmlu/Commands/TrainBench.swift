import ArgumentParser
import Basics
import Experiments
import Foundation
import SpeedBench
import Torch
import Training
import Transformer

extension BenchCommand {
    struct TrainBench: FileConfigured {
        static let configuration = CommandConfiguration(
            commandName: "train",
            abstract: "Times training steps, and their matrix products alone.",
            discussion: """
                Each round times the matrix products of a step alone, at their shapes, which are the \
                lower bound, and a step. It prints medians over the rounds. Tokens count without \
                padding. scripts/oracle/bench_train.py compares it with Hugging Face's transformers \
                and PEFT on the same examples.
                """)

        @OptionGroup var bench: BenchOptions
        @Option("set", "Projections with adapters.") var target = ProjectionSet([.v])
        @Option("n", "Questions of one step.") var batchSize = 8
        @Option("a-b", "Shortest and longest question, in tokens.") var lengths = "120-220"

        @Option("n", "Demonstrations; measures steps with the few-shot loss too, unless it is 0.")
        var shots = 0

        @Option("file", "JSON lines of token ids to train on, in place of random ones.")
        var examples: File?

        @OptionGroup var settings: SettingsFileOption

        func run() throws {
            var settings = TrainBenchmark.Settings()
            settings.adapter = LoRASettings(targets: target.projections)
            settings.batchSize = try atLeast(1, batchSize, "batch-size")
            settings.lengths = try BenchOptions.range(lengths, "lengths")
            settings.shotCount = try atLeast(0, shots, "shots")
            settings.rounds = try bench.roundCount()
            let decoder = try bench.decoder()
            let lines = try examples.map(\.path).map { path in
                try TokenFile.read(
                    path, contextLength: decoder.configuration.contextLength,
                    vocabularySize: decoder.configuration.vocabularySize
                )
            }
            let result = try TrainBenchmark.run(
                decoder, settings, examples: lines?.map(\.example),
                names: lines?.map { TokenFile.name($0.number, of: examples?.path ?? "") })
            bench.show(record(result), table(result))
        }

        private func record(_ result: TrainBenchmark) -> JSONValue {
            .object([
                ("tokens", .whole(result.tokenCount)),
                ("step_seconds", .array(result.rounds.map { .number($0.stepSeconds) })),
                ("floor_seconds", .array(result.rounds.map { .number($0.floorSeconds) })),
                (
                    "few_shot_step_seconds",
                    .array(result.rounds.compactMap(\.fewShotStepSeconds).map { .number($0) })
                ),
                (
                    "tokens_per_second",
                    .number(result.median { Double(result.tokenCount) / $0.stepSeconds })
                ),
                ("step_over_floor", .number(result.median { $0.stepSeconds / $0.floorSeconds })),
                ("floor_operations", .number(result.operationCount)),
                ("first_loss", .number(result.firstLoss)),
                ("parameters", .whole(result.parameterCount)),
                ("trainable", .whole(result.trainableCount)),
                ("peak_bytes", .whole(result.peakBytes)),
                ("threads", .whole(Libtorch.threadCount)),
            ])
        }

        private func table(_ result: TrainBenchmark) -> String {
            let step = result.median(\.stepSeconds)
            let floor = result.median(\.floorSeconds)
            var lines = [
                "step               \(fixed(step, 3)) s, \(result.tokenCount) tokens, "
                    + "\(fixed(result.median { Double(result.tokenCount) / $0.stepSeconds }, 0)) tokens/s",
                "matrix products    \(fixed(floor, 3)) s, "
                    + "\(fixed(result.operationCount / floor / 1e9, 0)) GFLOP/s",
                "step over products \(fixed(result.median { $0.stepSeconds / $0.floorSeconds }))",
            ]
            if result.rounds.allSatisfy({ $0.fewShotStepSeconds != nil }) {
                let ratio = result.median { ($0.fewShotStepSeconds ?? .nan) / $0.stepSeconds }
                lines.append(
                    "few-shot step      \(fixed(result.median { $0.fewShotStepSeconds ?? .nan }, 3)) s, "
                        + "\(fixed(ratio)) of a step")
            }
            lines.append(
                "peak memory        \(fixed(Double(result.peakBytes) / 1e9)) GB")
            return lines.joined(separator: "\n")
        }
    }
}
