import Training
import SpeedBench
import Basics
import ArgumentParser
import Evaluation
import Foundation
import Experiments
import Torch

extension BenchCommand {
    struct EvalBench: FileConfigured {
        static let configuration = CommandConfiguration(
            commandName: "eval",
            abstract: "Times asking questions beside the matrix products alone.",
            discussion: """
                In turn: the floor, which is the matrix products by themselves at their own shapes, \
                and all questions, scored by letter or, with --new-tokens, answered by texts of that \
                length. Prints medians over the rounds. scripts/oracle/bench_eval.py runs it beside \
                lm-evaluation-harness and Hugging Face's transformers on the same prompts.
                """)

        @OptionGroup var bench: BenchOptions

        @Option(help: ArgumentHelp("Subjects.", valueName: "n"))
        var subjects = 4

        @Option(help: ArgumentHelp("Questions of each subject.", valueName: "n"))
        var questions = 10

        @Option(
            help: ArgumentHelp(
                "Tokens that a subject's questions share, its shots; 0 is none.",
                valueName: "n"))
        var prefix = 810

        @Option(
            help: ArgumentHelp(
                "Tokens of a question, from and to.", valueName: "a-b"))
        var lengths = "80-190"

        @Option(
            help: ArgumentHelp(
                """
                JSON lines of input_ids, prompts to ask in place of random ones; neighbours that \
                begin alike share what they begin with.
                """, valueName: "file"), completion: .file())
        var prompts: String?

        @Option(
            help: ArgumentHelp(
                "Tokens of the four letters, joined by commas.",
                valueName: "list"))
        var letters = "0,1,2,3"

        @Option(
            help: ArgumentHelp(
                "Generates texts of so many tokens in place of scoring letters.", valueName: "n"))
        var newTokens: Int?

        @Option(help: ArgumentHelp("Texts of each question.", valueName: "n"))
        var repeats = 1

        @Option(
            help: ArgumentHelp(
                "Tokens of one forward pass at most. (default: planned)", valueName: "n"))
        var batchTokens: Int?

        @OptionGroup var settings: SettingsFileOption

        func run() throws {
            var settings = EvaluationBenchmark.Settings()
            settings.subjectCount = try atLeast(1, subjects, "subjects")
            settings.questionCount = try atLeast(1, questions, "questions")
            settings.prefixLength = try atLeast(0, prefix, "prefix")
            settings.lengths = try BenchOptions.range(lengths, "lengths")
            settings.newTokens = try newTokens.map { try atLeast(1, $0, "new-tokens") }
            settings.repeats = try atLeast(1, repeats, "repeats")
            settings.rounds = try bench.roundCount()
            settings.passTokens = try batchTokens.map {
                try atLeast(1, $0, "batch-tokens")
            }
            let words = letters.split(separator: ",", omittingEmptySubsequences: false)
            let scored = words.compactMap { Int32($0) }
            guard scored.count == 4, words.count == 4, scored.allSatisfy({ $0 >= 0 }) else {
                throw UsageError("--letters: '\(letters)'; four token ids are needed, like 1,2,3,4")
            }
            let decoder = try bench.decoder()
            let vocabulary = decoder.configuration.vocabularySize
            let groups = try prompts.map { path in
                let lines = try TokenFile.read(
                    path, contextLength: decoder.configuration.contextLength,
                    vocabularySize: vocabulary)
                return PromptGroup.sharing(lines.map(\.tokens))
            }
            if let letter = scored.first(where: { $0 >= vocabulary }) {
                throw UsageError(
                    "--letters: token \(letter) is outside the vocabulary of \(vocabulary)")
            }
            let result = try EvaluationBenchmark.run(
                decoder, settings, groups: groups, letters: scored)
            if bench.json {
                print(document: record(result).line + "\n")
            } else {
                print(lines: table(result))
            }
        }

        private func record(_ result: EvaluationBenchmark) -> JSONValue {
            .object([
                ("questions", .whole(result.questionCount)),
                ("prompt_tokens", .whole(result.promptTokenCount)),
                ("computed_tokens", .whole(result.computedTokenCount)),
                ("new_tokens", .whole(result.newTokenCount)),
                ("leaf_limit", .whole(result.leafLimit)),
                ("seconds", .array(result.rounds.map { .number($0.seconds) })),
                ("floor_seconds", .array(result.rounds.map { .number($0.floorSeconds) })),
                ("over_floor", .number(result.median { $0.seconds / $0.floorSeconds })),
                ("floor_operations", .number(result.operationCount)),
                ("weight_bytes", .whole(result.weightBytes)),
                ("cache_bytes", .whole(result.cacheBytes)),
                ("peak_bytes", .whole(result.peakBytes)),
                ("threads", .whole(Libtorch.threadCount)),
                (
                    "logprobs",
                    .array(
                        result.logprobs.map { .array($0.map { .number(Double($0)) }) })
                ),
            ])
        }

        private func table(_ result: EvaluationBenchmark) -> String {
            func fixed(_ value: Double, _ digits: Int = 2) -> String {
                String(format: "%.\(digits)f", value)
            }
            let seconds = result.median(\.seconds)
            let floor = result.median(\.floorSeconds)
            var lines = [
                "all questions      \(fixed(seconds, 3)) s, \(result.questionCount) questions, "
                    + "\(fixed(seconds / Double(result.questionCount), 4)) s each",
                "prompts            \(result.promptTokenCount) tokens, "
                    + "\(result.computedTokenCount) computed",
                "matrix products    \(fixed(floor, 3)) s, "
                    + "\(fixed(result.operationCount / floor / 1e9, 0)) GFLOP/s",
                "over products      \(fixed(result.median { $0.seconds / $0.floorSeconds }))",
                "peak memory        \(fixed(Double(result.peakBytes) / 1e9)) GB: weights "
                    + "\(fixed(Double(result.weightBytes) / 1e9)) GB, room for keys and values "
                    + "\(fixed(Double(result.cacheBytes) / 1e9)) GB",
            ]
            if result.newTokenCount > 0 {
                lines.insert(
                    "texts              \(result.newTokenCount) tokens, "
                        + "\(fixed(Double(result.newTokenCount) / seconds, 1)) tokens/s, "
                        + "\(result.leafLimit) at one time", at: 1)
            }
            return lines.joined(separator: "\n")
        }
    }
}
