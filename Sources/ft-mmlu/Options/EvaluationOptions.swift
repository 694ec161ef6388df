import ArgumentParser
import Basics
import Benchmarks
import Evaluation

/// What is evaluated and how answers are taken. The defaults are in `EvaluationConfig`.
struct EvaluationOptions: ParsableArguments {
    @OptionGroup var questions: QuestionOptions

    @Option(
        \EvaluationConfig.scoring, "rule",
        "letter (log-probability of A to D), choice (of each text, per byte) or generate.",
        default: "the prompt preset's")
    var scoring: Scoring?

    @Option(
        \EvaluationConfig.generation.repeats, "n",
        "Repeats: how often each question is evaluated with --scoring generate.")
    var repeats: Int?

    @Option(\EvaluationConfig.generation.samples, "n", "Generations in each repeat.")
    var samples: Int?

    @Option(
        \EvaluationConfig.generation.sampler.temperature, "t",
        "Sampling temperature; 0 decodes greedily.")
    var temperature: Double?

    @OptionGroup var sampler: SamplerOptions

    @Option(
        \EvaluationConfig.generation.sampler.repetitionPenalty, "x",
        "Repetition penalty on the tokens of the text so far; 1 is none.")
    var repetitionPenalty: Double?

    @Option(
        \EvaluationConfig.generation.maxNewTokens, "n", "Tokens of a generation at most.")
    var maxNewTokens: Int?

    @Option(\EvaluationConfig.answerSeed, "n", "Seed of generations.", default: "--seed")
    var answerSeed: Int?

    @OptionGroup var margin: MarginOption
}

/// Which tokens are sampled from.
struct SamplerOptions: ParsableArguments {
    @Option(
        \EvaluationConfig.generation.sampler.topP, "p",
        "Nucleus sampling: from the likeliest tokens that reach this probability.")
    var topP: Double?

    @Option(
        \EvaluationConfig.generation.sampler.topK, "n",
        "Sample from this many likeliest tokens; 0 is all.")
    var topK: Int?
}

/// The seed of a run's random numbers; a sweep has several.
struct SeedOption: ParsableArguments {
    @Option(
        \EvaluationConfig.seed, "n",
        "Seed of generations, initial adapter weights and order of training.")
    var seed: Int?
}

/// The loss of accuracy that differences are tested against.
struct MarginOption: ParsableArguments {
    @Option(
        \EvaluationConfig.margin, "points",
        "Test whether accuracy drops by more than this, in percentage points.")
    var margin: Double?

    /// In percentage points; nil where none was given.
    var points: Double? {
        get throws {
            try ConfigLayers([.init(["margin": margin.setting])])
                .value("margin", default: nil, within: .above(0, upTo: 50))
        }
    }
}

/// Numbers of shots.
struct ShotsOption: ParsableArguments {
    @Option(\EvaluationConfig.shots, "list", "Numbers of shots, joined by commas.")
    var shots: CommaList<Int>?
}

/// Shots of a training's evaluation.
struct TrainShotsOption: ParsableArguments {
    @Option(
        \EvaluationConfig.shots, "n",
        "Shots of few-shot prompts, in evaluation and in the few-shot loss; 0 is always evaluated.")
    var shots: CommaList<Int>?
}
