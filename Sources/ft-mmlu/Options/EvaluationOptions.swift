import ArgumentParser
import Benchmarks
import Evaluation
import Experiments

/// What is asked and how answers are taken. The defaults live in `EvaluationSettings`.
struct EvaluationOptions: ParsableArguments {
    @OptionGroup var questions: QuestionOptions

    @Option(
        help: ArgumentHelp(
            """
            How answers are taken: letter, choice (each choice's text by log-probability a byte) or \
            generate. (default: the prompt's own)
            """, valueName: "rule"), completion: .cases(of: Scoring.self))
    var scoring: String?

    @Option(
        help: ArgumentHelp(
            "Times that each question is asked where texts are generated. (default: 3)",
            valueName: "n"))
    var repeats: String?

    @Option(
        help: ArgumentHelp("Texts generated each time. (default: 1)", valueName: "n"))
    var samples: String?

    @Option(help: ArgumentHelp("0 takes the likeliest token. (default: 0.7)", valueName: "t"))
    var temperature: String?

    @Option(
        help: ArgumentHelp(
            "Draw from the likeliest tokens that reach this probability. (default: 0.8)",
            valueName: "p"))
    var topP: String?

    @Option(
        help: ArgumentHelp(
            "Draw from that many likeliest tokens; 0 is all. (default: 20)", valueName: "n"))
    var topK: String?

    @Option(
        help: ArgumentHelp(
            "Makes tokens of the text so far less likely; 1 is off. (default: 1)", valueName: "x"))
    var repetitionPenalty: String?

    @Option(
        help: ArgumentHelp("Tokens of a generated answer at most. (default: 512)", valueName: "n"))
    var maxNewTokens: String?

    @Option(
        help: ArgumentHelp(
            "Draws generated texts. (default: --seed)", valueName: "n"))
    var answerSeed: String?

    @OptionGroup var margin: MarginOption

    var given: [String: String?] {
        questions.given.merging([
            "scoring": scoring, "repeats": repeats, "samples": samples, "temperature": temperature,
            "top-p": topP,
            "top-k": topK, "repetition-penalty": repetitionPenalty,
            "max-new-tokens": maxNewTokens, "answer-seed": answerSeed, "margin": margin.margin,
        ]) { $1 }
    }
}

/// What a run's random numbers come from; a sweep has several.
struct SeedOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Draws adapters, the order of training, and generated texts. (default: 0)",
            valueName: "n"))
    var seed: String?

    var given: [String: String?] { ["seed": seed] }
}

/// The loss that differences are tested against.
struct MarginOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Percentage points: tests whether accuracy drops by more than this. (default: 2)
            """, valueName: "points"))
    var margin: String?

    /// In percentage points; nil where none was given.
    var points: Double? {
        get throws {
            guard let margin else { return nil }
            guard let points = Double(margin) else {
                throw UsageError("--margin \(margin): percentage points are needed")
            }
            return try EvaluationSettings.marginPoints(points)
        }
    }
}
