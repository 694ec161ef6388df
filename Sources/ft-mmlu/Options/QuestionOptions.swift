import ArgumentParser
import Basics
import Benchmarks
import Evaluation

/// The folder of questions.
struct DataOption: ParsableArguments {
    @Option(
        \EvaluationConfig.data, "folder",
        "A folder with MMLU's dev, val and test.", default: "the built-in world's")
    var data: Folder?
}

/// The questions, their categories, and which of them are reserved for training.
struct DataOptions: ParsableArguments {
    @OptionGroup var files: DataOption

    @Option(
        \EvaluationConfig.categoryMap, "name",
        "How subjects are sorted into categories: hendrycks, or lm-eval (anatomy is in stem).")
    var categoryMap: CategoryMap?

    @Option(
        \EvaluationConfig.sampleSeed, "n",
        "Seed that draws the holdout and the evaluated sample; independent of --seed.")
    var sampleSeed: Int?

    @Option(
        \EvaluationConfig.holdout, "n",
        "Test questions per category that are reserved for training and never evaluated.",
        default: "256 for the built-in questions; none in a category that has no more")
    var holdout: Int?
}

/// Shots, the prompt around them, and the size of a forward pass.
struct PromptOptions: ParsableArguments {
    @Option(
        \EvaluationConfig.shotSource, "source",
        "Source of shots: dev+val, dev, val, train-pool or rationales (of --shot-rationales).",
        default: "dev+val; rationales with --shot-draw question")
    var shotSource: ShotSource?

    @Option(
        \EvaluationConfig.shotRationales, "file",
        "Rationales shown in shots: JSON lines, or questions by subject as in mmlu-cot.json.",
        default: "the built-in world's")
    var shotRationales: File?

    @Option(
        \EvaluationConfig.prompt, "preset",
        """
        Prompt preset: hendrycks, lm-eval, llama-factory, llama-factory-0.9.2, chat, cot, \
        plain-cot, continuation; or, with --prompt-file, authors or authors-published (the paper's \
        authors).
        """,
        default: """
            cot for a model with a chat template, plain-cot for the built-in model, else hendrycks; \
            verify-adapter: hendrycks
            """)
    var prompt: PromptName?

    @OptionGroup var tokens: TokenOptions

    @Option(
        \EvaluationConfig.batchTokens, "n",
        """
        Tokens of a micro-batch (one forward pass) at most; auto plans them, and how many \
        generations decode together, from the free memory.
        """)
    var batchTokens: TokenLimit?
}

/// Which questions are evaluated, and with which prompts. The defaults are in `EvaluationConfig`.
struct QuestionOptions: ParsableArguments {
    @OptionGroup var data: DataOptions

    @Option(
        \EvaluationConfig.categories, "list",
        "Evaluated categories: all, or a list of humanities, social_sciences, stem, other.")
    var categories: CategoryList?

    @Option(
        \EvaluationConfig.split, "name",
        "Split of the questions: test, or val to select settings.",
        completion: .list(Split.choices.map(\.rawValue)))
    var split: Split?

    @Option(
        \EvaluationConfig.limit, "n", "Questions per category; none is all.",
        default: "\(Sampling.paperLimit); verify-adapter: \(VerifyAdapterCommand.usualLimit)")
    var limit: QuestionLimit?

    @Option(
        \EvaluationConfig.sample, "rule",
        """
        How the sample is spread over subjects: proportional to their rows; or balanced, equally, \
        where of rows with the same correct choice only the first counts.
        """)
    var sample: SampleRule?

    @Option(
        \EvaluationConfig.questions, "file",
        "Evaluate the rows of a CSV file (subject, split, row, perhaps set), not a sample.",
        completion: .file(extensions: ["csv"]))
    var questions: File?

    @Option(
        \EvaluationConfig.questionSets, "list", "Sets of --questions to evaluate.", default: "all")
    var questionSets: CommaList<String>?

    @OptionGroup var prompt: PromptOptions

    @Option(
        \EvaluationConfig.shotOrder, "first|seeded",
        "Shots of the source: the first ones, or a seeded choice in seeded order.",
        default: "first")
    var shotOrder: ShotOrderRule?

    @Option(
        \EvaluationConfig.shotSeed, "n", "Seed of --shot-order seeded.", default: "0")
    var shotSeed: Int?

    @Option(
        \EvaluationConfig.shotDraw, "subject|question",
        "Draw shots once per subject, for all its questions, or for each question and repeat.")
    var shotDraw: ShotDraw?

    @Option(
        \EvaluationConfig.promptFile, "file",
        "A text file with the instructions of the presets authors and authors-published.")
    var promptFile: File?

    @Option(
        \EvaluationConfig.tooLong, "refuse|drop-shots|skip",
        """
        What is done with a prompt longer than the model's context: fail; show fewer shots and \
        count it; or leave its question out and list it, also in training.
        """)
    var tooLong: PromptBuilder.TooLong?
}
