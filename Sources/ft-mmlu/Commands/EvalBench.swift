import ArgumentParser
import Basics
import Evaluation
import Experiments
import Foundation
import SpeedBench
import Torch
import Training

extension BenchCommand {
    struct EvalBench: FileConfigured {
        static let configuration = CommandConfiguration(
            commandName: "eval",
            abstract: "Times evaluating questions, and the matrix products alone.",
            discussion: """
                Each round times the matrix products alone, at their shapes, which are the lower \
                bound, and all questions, scored by letter (prefill) or, with --new-tokens, answered \
                by generations of that length (prefill and decode). It prints medians over the \
                rounds. scripts/oracle/bench_eval.py compares it with lm-evaluation-harness and \
                Hugging Face's transformers on the same prompts.
                """)

        @OptionGroup var bench: BenchOptions
        @Option("n", "Subjects.") var subjects = 4
        @Option("n", "Questions of each subject.") var questions = 10

        @Option("n", "Tokens of the prefix that a subject's questions share; 0 is none.")
        var prefix = 810

        @Option("a-b", "Shortest and longest question, in tokens.") var lengths = "80-190"

        @Option(
            "file",
            """
            Prompts in place of random ones, as JSON lines of input_ids; consecutive prompts share \
            their common prefix.
            """)
        var prompts: File?

        @Option("list", "Token ids of the four letters, joined by commas.") var letters = "0,1,2,3"

        @Option("n", "Generate this many tokens per answer, in place of scoring letters.")
        var newTokens: Int?

        @Option("n", "Generations for each question.") var repeats = 1

        @Option(
            "n", "Tokens of a micro-batch (one forward pass) at most.",
            default: "planned from the free memory")
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
            let groups = try prompts.map(\.path).map { path in
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
            bench.show(record(result), table(result))
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
