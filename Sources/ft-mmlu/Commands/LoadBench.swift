import SpeedBench
import Basics
import ArgumentParser
import Experiments
import Torch
import Transformer

extension BenchCommand {
    struct LoadBench: FileConfigured {
        static let configuration = CommandConfiguration(
            commandName: "load",
            abstract: "Times loading a checkpoint beside reading its bytes.",
            discussion: """
                Reads the files and loads the model in turn, with the page cache warm for both, and \
                prints one JSON object: seconds of every round, the median of the ratios, and the \
                memory that loading took above what was held before.
                """)

        @OptionGroup var model: ModelOptions

        @Option(help: ArgumentHelp("Times that each is done.", valueName: "n"))
        var rounds = 5

        @OptionGroup var settings: SettingsFileOption

        func validate() throws {
            guard rounds > 0 else {
                throw ValidationError("--rounds: \(rounds) is too few; at least 1 is needed")
            }
        }

        func run() throws {
            let place = try CheckpointLoader(
                GivenSettings(CommandFlags.given(model), config: nil).model)
            let result = try LoadBenchmark.run(
                place.checkpoint, dtype: place.dtype, device: place.device,
                rounds: atLeast(1, rounds, "rounds"))
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
