import ArgumentParser
import Benchmarks
import Foundation
import Studies
import Torch
import Training
import Transformer

extension BenchCommand {
    struct TrainBench: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "train",
            abstract: "Times training steps beside their matrix products alone.",
            discussion: """
                In turn: the floor, which is the matrix products of a step by themselves at their \
                own shapes, and a step. Prints medians over the rounds. Tokens are real ones; there \
                is no padding. scripts/oracle/bench_train.py runs it beside Hugging Face's \
                transformers with PEFT on the same examples.
                """)

        @Option(
            help: ArgumentHelp(
                """
                qwen2.5-0.5b, -1.5b, -3b or -7b, with random weights, or a model folder. \
                (default: qwen2.5-0.5b)
                """, valueName: "shape"))
        var shape = "qwen2.5-0.5b"

        @Flag(help: "Random weights also for a folder, of which only config.json is read.")
        var randomWeights = false

        @Option(help: ArgumentHelp("Adapted projections. (default: V)", valueName: "set"))
        var target = "V"

        @Option(help: ArgumentHelp("Questions a step. (default: 8)", valueName: "n"))
        var batchSize = 8

        @Option(
            help: ArgumentHelp(
                "Tokens of a question, from and to. (default: 120-220)", valueName: "a-b"))
        var lengths = "120-220"

        @Option(
            help: ArgumentHelp(
                """
                Demonstrations: measures steps with the few-shot loss too; 0 does not. (default: 0)
                """, valueName: "n"))
        var shots = 0

        @Option(
            help: ArgumentHelp(
                "JSON lines of token ids to train on in place of random ones.", valueName: "file"))
        var examples: String?

        @Option(help: ArgumentHelp("Measured rounds. (default: 3)", valueName: "n"))
        var rounds = 3

        @Option(help: ArgumentHelp("Where to compute, as for train.", valueName: "device"))
        var device = "auto"

        @Option(help: ArgumentHelp("auto, bf16 or fp32, as for train.", valueName: "type"))
        var dtype = "auto"

        @Option(help: ArgumentHelp("Threads. (default: all cores)", valueName: "n"))
        var threads: Int?

        @Flag(help: "One JSON object in place of a table.")
        var json = false

        func run() throws {
            var settings = TrainBenchmark.Settings()
            settings.adapter = LoRASettings(targets: try Projection.parse(target))
            settings.batchSize = try atLeast(1, batchSize, "batch-size")
            settings.lengths = try range()
            settings.shotCount = try atLeast(0, shots, "shots")
            settings.rounds = try atLeast(1, rounds, "rounds")
            if let threads { try Libtorch.setThreadCount(atLeast(1, threads, "threads")) }
            let lines = try examples.map { path in
                try TokenFile.read(path).map(\.example)
            }
            let result = try TrainBenchmark.run(decoder(), settings, examples: lines)
            print(json ? record(result).line : table(result))
        }

        private func atLeast(_ least: Int, _ value: Int, _ name: String) throws -> Int {
            guard value >= least else {
                throw UsageError("--\(name): \(value) is too few; at least \(least) is needed")
            }
            return value
        }

        private func range() throws -> ClosedRange<Int> {
            let parts = lengths.split(separator: "-").compactMap { Int($0) }
            guard parts.count == 2, parts[0] > 1, parts[0] <= parts[1] else {
                throw UsageError("--lengths: '\(lengths)'; two numbers are needed, like 120-220")
            }
            return parts[0]...parts[1]
        }

        private func decoder() throws -> Decoder {
            let place: Device
            do { place = try Device(named: device) } catch { throw UsageError(error.description) }
            let known = ModelConfiguration.knownShapes
            let named = known.first { $0.name == shape || $0.name == "qwen2.5-" + shape }
            guard named != nil || FileManager.default.fileExists(atPath: shape) else {
                throw UsageError(
                    "--shape: '\(shape)' is no model folder; a folder or one of "
                        + known.map(\.name).joined(separator: ", ") + " is needed")
            }
            let checkpoint = named == nil ? try Checkpoint(folder: shape) : nil
            guard let configuration = named?.configuration ?? checkpoint?.configuration else {
                throw UsageError("--shape: '\(shape)' has no configuration")
            }
            let type: DType =
                switch dtype {
                case "bf16": .bfloat16
                case "fp32": .float32
                case "auto": configuration.automaticDtype(on: place)
                default: throw UsageError("--dtype: '\(dtype)' is not one of auto, bf16, fp32")
                }
            if let checkpoint, !randomWeights {
                return try checkpoint.load(dtype: type, device: place)
            }
            return try Decoder(
                configuration, weights: RandomWeights(using: Generator(seed: 0)), dtype: type,
                device: place)
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
