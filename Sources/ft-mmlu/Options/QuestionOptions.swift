import Basics
import ArgumentParser
import Benchmarks
import Evaluation
import Tokenization

/// Which questions are evaluated. The defaults are in `EvaluationSettings`.
struct QuestionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A folder with MMLU's dev, val and test. (default: the built-in world's)",
            valueName: "folder"), completion: .directory)
    var data: String?

    @Option(
        help: ArgumentHelp(
            """
            What is asked: all, or a list of humanities, social_sciences, stem, other. \
            (default: all)
            """, valueName: "list"), completion: .categoryLists)
    var categories: CategoryList?

    @Option(
        help: .setting(
            \EvaluationConfig.categoryMap,
            """
            Who sorts subjects into categories: hendrycks, or lm-eval, where anatomy is in stem.
            """, valueName: "name"))
    var categoryMap: CategoryMap?

    @Option(
        help: .setting(
            \EvaluationConfig.split,
            "Where questions come from: test, or val to choose settings by.",
            valueName: "name"), completion: .list(["test", "val"]))
    var split: Split?

    @Option(
        help: ArgumentHelp(
            """
            Questions a category, or none for all. (default: 250; verify-adapter: 25)
            """, valueName: "n"))
    var limit: QuestionLimit?

    @Option(
        help: .setting(
            \EvaluationConfig.sample,
            """
            How many of a sample each subject gives: proportional to its rows; or balanced, one after \
            the other, of rows with the same right choice only the first.
            """, valueName: "rule"))
    var sample: SampleRule?

    @Option(
        help: ArgumentHelp(
            """
            Ask the rows that a CSV file names (subject, split, row, and perhaps set) in place of a \
            sample.
            """, valueName: "file"), completion: .file(extensions: ["csv"]))
    var questions: String?

    @Option(
        help: ArgumentHelp(
            "Of --questions the sets to ask, joined by commas. (default: all)", valueName: "list"))
    var questionSets: CommaList<String>?

    @Option(
        help: .setting(
            \EvaluationConfig.sampleSeed,
            "Draws holdout and evaluation sample, the same for every --seed.",
            valueName: "n"))
    var sampleSeed: Int?

    @Option(
        help: ArgumentHelp(
            """
            Test questions a category kept for training and never asked. (default: 1000; none in a \
            category that has no more)
            """, valueName: "n"))
    var holdout: Int?

    @Option(
        help: ArgumentHelp(
            """
            Where shots come from: dev+val, dev, val, train-pool, rationales (the questions of \
            --shot-rationales). (default: dev+val; rationales under --shot-draw question)
            """, valueName: "source"))
    var shotSource: ShotSource?

    @Option(
        help: ArgumentHelp(
            """
            Which of them: the first, or for each subject a seeded choice in seeded order. (default: \
            first)
            """, valueName: "first|seeded"), completion: .list(["first", "seeded"]))
    var shotOrder: ShotOrderRule?

    @Option(
        help: ArgumentHelp(
            "Draws the shots under --shot-order seeded. (default: 0)", valueName: "n"))
    var shotSeed: Int?

    @Option(
        help: .setting(
            \EvaluationConfig.shotDraw,
            """
            Shots are drawn for each subject, whose questions share them, or for each question and \
            repeat.
            """, valueName: "subject|question"))
    var shotDraw: ShotDraw?

    @Option(
        help: ArgumentHelp(
            """
            Rationales that shots show: JSON lines, or an object with solved questions for each \
            subject as mmlu-cot.json is. (default: the built-in world's)
            """, valueName: "file"), completion: .file())
    var shotRationales: String?

    @Option(
        help: ArgumentHelp(
            """
            The wording: hendrycks, lm-eval, llama-factory, llama-factory-0.9.2, chat, cot, \
            plain-cot, continuation, and authors or authors-published, the layouts of the paper's \
            authors, with --prompt-file. (default: cot for a model with a chat template, plain-cot for \
            the built-in one, else hendrycks; verify-adapter: hendrycks)
            """, valueName: "preset"), completion: .prompts)
    var prompt: String?

    @Option(
        help: ArgumentHelp(
            "A text file with the instructions that authors and authors-published show.",
            valueName: "file"), completion: .file())
    var promptFile: String?

    @Option(
        help: ArgumentHelp(
            """
            The chat template of chat and cot: a file in Jinja, chatml or none. (default: the model's \
            own)
            """, valueName: "file|name"), completion: .list(ChatFormat.names))
    var chatTemplate: String?

    @OptionGroup var tokens: TokenOptions

    @Option(
        help: .setting(
            \EvaluationConfig.tooLong,
            """
            A prompt that the model has no room for is refused, shows fewer shots and is counted, or \
            its question is left out and named, a training question too.
            """, valueName: "refuse|drop-shots|skip"),
        completion: .cases(of: PromptBuilder.TooLong.self))
    var tooLong: PromptBuilder.TooLong?

    @Option(
        help: .setting(
            \EvaluationConfig.batchTokens,
            """
            Tokens of one forward pass at most; auto plans it from the memory that is left, and how \
            many texts grow at one time too.
            """, valueName: "n"), completion: .list(["auto"]))
    var batchTokens: TokenLimit?
}
