import SpeedBench
import Basics
import ArgumentParser
import Benchmarks
import Foundation
import Experiments
import Torch
import Training
import Transformer

extension BenchCommand {
    struct TrainBench: FileConfigured {
        static let configuration = CommandConfiguration(
            commandName: "train",
            abstract: "Times training steps beside their matrix products alone.",
            discussion: """
                In turn: the floor, which is the matrix products of a step by themselves at their \
                own shapes, and a step. Prints medians over the rounds. Tokens are real ones; there \
                is no padding. scripts/oracle/bench_train.py runs it beside Hugging Face's \
                transformers with PEFT on the same examples.
                """)

        @OptionGroup var bench: BenchOptions

        @Option(help: ArgumentHelp("Adapted projections.", valueName: "set"), completion: .targets)
        var target = ProjectionSet([.v])

        @Option(help: ArgumentHelp("Questions a step.", valueName: "n"))
        var batchSize = 8

        @Option(
            help: ArgumentHelp(
                "Tokens of a question, from and to.", valueName: "a-b"))
        var lengths = "120-220"

        @Option(
            help: ArgumentHelp(
                """
                Demonstrations: measures steps with the few-shot loss too; 0 does not.
                """, valueName: "n"))
        var shots = 0

        @Option(
            help: ArgumentHelp(
                "JSON lines of token ids to train on in place of random ones.", valueName: "file"),
            completion: .file())
        var examples: String?

        @OptionGroup var settings: SettingsFileOption

        func run() throws {
            var settings = TrainBenchmark.Settings()
            settings.adapter = LoRASettings(targets: target.projections)
            settings.batchSize = try atLeast(1, batchSize, "batch-size")
            settings.lengths = try BenchOptions.range(lengths, "lengths")
            settings.shotCount = try atLeast(0, shots, "shots")
            settings.rounds = try bench.roundCount()
            let decoder = try bench.decoder()
            let lines = try examples.map { path in
                try TokenFile.read(
                    path, contextLength: decoder.configuration.contextLength,
                    vocabularySize: decoder.configuration.vocabularySize
                )
            }
            let result = try TrainBenchmark.run(
                decoder, settings, examples: lines?.map(\.example),
                names: lines?.map { TokenFile.name($0.number, of: examples ?? "") })
            if bench.json {
                print(document: record(result).line + "\n")
            } else {
                print(lines: table(result))
            }
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
            func fixed(_ value: Double, _ digits: Int = 2) -> String {
                String(format: "%.\(digits)f", value)
            }
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
            lines.append("peak memory        \(fixed(Double(result.peakBytes) / 1e9)) GB")
            return lines.joined(separator: "\n")
        }
    }
}
