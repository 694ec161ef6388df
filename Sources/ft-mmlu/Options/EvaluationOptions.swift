import Basics
import ArgumentParser
import Benchmarks
import Evaluation
import Experiments

/// What is evaluated and how answers are taken. The defaults are in `EvaluationSettings`.
struct EvaluationOptions: ParsableArguments {
    @OptionGroup var questions: QuestionOptions

    @Option(
        help: ArgumentHelp(
            """
            How answers are taken: letter, choice (each choice's text by log-probability a byte) or \
            generate. (default: the prompt's own)
            """, valueName: "rule"))
    var scoring: Scoring?

    @Option(
        help: .setting(
            \EvaluationConfig.generation.repeats,
            "Times that each question is asked where texts are generated.",
            valueName: "n"))
    var repeats: Int?

    @Option(
        help: .setting(
            \EvaluationConfig.generation.samples, "Texts generated each time.", valueName: "n"))
    var samples: Int?

    @Option(
        help: .setting(
            \EvaluationConfig.generation.sampler.temperature, "0 takes the likeliest token.",
            valueName: "t"))
    var temperature: Double?

    @Option(
        help: .setting(
            \EvaluationConfig.generation.sampler.topP,
            "Draw from the likeliest tokens that reach this probability.",
            valueName: "p"))
    var topP: Double?

    @Option(
        help: .setting(
            \EvaluationConfig.generation.sampler.topK,
            "Draw from that many likeliest tokens; 0 is all.", valueName: "n"))
    var topK: Int?

    @Option(
        help: .setting(
            \EvaluationConfig.generation.sampler.repetitionPenalty,
            "Makes tokens of the text so far less likely; 1 is off.", valueName: "x"))
    var repetitionPenalty: Double?

    @Option(
        help: .setting(
            \EvaluationConfig.generation.maxNewTokens, "Tokens of a generated answer at most.",
            valueName: "n"))
    var maxNewTokens: Int?

    @Option(
        help: ArgumentHelp(
            "Draws generated texts. (default: --seed)", valueName: "n"))
    var answerSeed: Int?

    @OptionGroup var margin: MarginOption
}

/// The seed of a run's random numbers; a sweep has several.
struct SeedOption: ParsableArguments {
    @Option(
        help: .setting(
            \EvaluationConfig.seed,
            "Draws adapters, the order of training, and generated texts.",
            valueName: "n"))
    var seed: Int?
}

/// The loss of accuracy that differences are tested against.
struct MarginOption: ParsableArguments {
    @Option(
        help: .setting(
            \EvaluationConfig.margin,
            """
            Percentage points: tests whether accuracy drops by more than this.
            """, valueName: "points"))
    var margin: Double?

    /// In percentage points; nil where none was given.
    var points: Double? {
        get throws {
            try ConfigLayers([.init(["margin": margin.setting])])
                .value("margin", default: nil, within: .above(0, upTo: 50))
        }
    }
}
