import SpeedBench
import Basics
import ArgumentParser
import Foundation
import Experiments
import Tokenization

/// Measures parts of the program.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures parts of the program.",
        subcommands: [LoadBench.self, TokenizerBench.self, TrainBench.self, EvalBench.self])

    struct TokenizerBench: FileConfigured {
        static let configuration = CommandConfiguration(
            commandName: "tokenizer",
            abstract: "Times loading a tokenizer and encoding texts, on one thread.",
            discussion: """
                Prints one JSON object. scripts/oracle/bench_tokenizer.py runs it beside Hugging \
                Face's tokenizers.
                """)

        @Option(
            help: ArgumentHelp("A folder with a tokenizer.json.", valueName: "folder"),
            completion: .directory)
        var model: String

        @Option(
            help: ArgumentHelp("Texts: a JSON string a line.", valueName: "file"),
            completion: .file())
        var input: String

        @OptionGroup var settings: SettingsFileOption

        func run() throws {
            let result = try TokenizerBenchmark.run(
                folder: URL(fileURLWithPath: model), input: URL(fileURLWithPath: input))
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
