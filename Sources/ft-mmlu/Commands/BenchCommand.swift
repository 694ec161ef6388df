import ArgumentParser
import Basics
import Experiments
import Foundation
import SpeedBench
import Torch
import Transformer

/// Measures parts of the program.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Benchmarks parts of the program.",
        subcommands: [LoadBench.self, TokenizerBench.self, TrainBench.self, EvalBench.self])

    struct TokenizerBench: FileConfigured {
        static let configuration = CommandConfiguration(
            commandName: "tokenizer",
            abstract: "Times loading a tokenizer and encoding texts, on one thread.",
            discussion: """
                Prints one JSON object. scripts/oracle/bench_tokenizer.py compares it with \
                Hugging Face's tokenizers.
                """)

        @Option("folder", "A folder with a tokenizer.json.") var model: Folder
        @Option("file", "Texts, one JSON string per line.") var input: File
        @OptionGroup var settings: SettingsFileOption

        func run() throws {
            let result = try TokenizerBenchmark.run(
                folder: URL(fileURLWithPath: model.path), input: URL(fileURLWithPath: input.path))
            print(
                JSONValue.object([
                    ("load_seconds", .number(result.loadSeconds)),
                    ("encode_seconds", .number(result.encodeSeconds)),
                    ("texts", .whole(result.textCount)), ("bytes", .whole(result.byteCount)),
                    ("tokens", .whole(result.tokenCount)),
                ]).line)
        }
    }
}

extension BenchCommand {
    struct LoadBench: FileConfigured {
        static let configuration = CommandConfiguration(
            commandName: "load",
            abstract: "Times loading a checkpoint, and reading its bytes alone.",
            discussion: """
                Each round reads the files and loads the model, with a warm page cache for both. It \
                prints one JSON object: the seconds of every round, the median ratio, and the peak \
                memory of loading.
                """)

        @OptionGroup var model: ModelOptions
        @Option("n", "Measured rounds.") var rounds = 5
        @OptionGroup var settings: SettingsFileOption

        func run() throws {
            let rounds = try atLeast(1, rounds, "rounds")
            let place = try CheckpointLoader(
                GivenSettings(CommandFlags.given(model), config: nil).model)
            let result = try LoadBenchmark.run(
                place.checkpoint, dtype: place.dtype, device: place.device,
                rounds: rounds)
            print(
                JSONValue.object([
                    ("bytes", .whole(result.byteCount)),
                    ("dtype", .string(place.dtype.rawValue)),
                    ("device", .string(place.device.description)),
                    ("load_seconds", .array(result.loadSeconds.map { .number($0) })),
                    ("read_seconds", .array(result.readSeconds.map { .number($0) })),
                    ("ratio", .number(result.ratio)),
                    ("peak_bytes", .whole(result.peakBytes)),
                    (
                        "peak_over_bytes",
                        .number(Double(result.peakBytes) / Double(result.byteCount))
                    ),
                ]).line)
        }
    }
}
