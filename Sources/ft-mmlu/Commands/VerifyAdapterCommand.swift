import ArgumentParser
import Benchmarks
import Studies

/// Compares an adapter beside the weights with the same added to them.
struct VerifyAdapterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-adapter",
        abstract: "Tells whether merging an adapter would change a model's answers.",
        discussion: """
            Asks the same questions with the adapter applied and added to the weights, in memory, \
            and scores by letter. Ends with status 1 when an answer differs by more than rounding \
            explains: 0.001 nats in float32, 0.25 nats in 16 bits.
            """)

    @OptionGroup(title: "Model") var model: ModelOptions

    @Option(help: ArgumentHelp("An adapter in PEFT's format.", valueName: "folder"))
    var adapter: String

    @Option(
        help: ArgumentHelp(
            "A folder with MMLU's dev, val and test. (default: the built-in world's)",
            valueName: "folder"))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "What is asked: all, or a list of categories. (default: all)", valueName: "list"))
    var categories: String?

    @Option(help: ArgumentHelp("Questions a category, or none for all.", valueName: "n"))
    var limit = "25"

    @Option(help: ArgumentHelp("Numbers of shots, joined by commas.", valueName: "list"))
    var shots = "0"

    @Option(
        help: ArgumentHelp("The wording: hendrycks, cot, plain-cot.", valueName: "preset"))
    var prompt = "hendrycks"

    @Flag(help: "Show no progress.")
    var quiet = false

    func run() throws {
        Signals.watch()
        let flags: [String: String?] = [
            "data": data, "categories": categories, "limit": limit, "shots": shots,
            "prompt": prompt, "scoring": "letter",
        ]
        let given = try GivenSettings(flags, model: model, config: nil)
        let evaluation = try EvaluationSettings(
            given.layers, model: given.model, world: given.world)
        let progress = StudyProgress(opening: given.announcement, isQuiet: quiet)
        let found = try AdapterVerification(
            model: given.model, adapter: adapter, evaluation: evaluation
        ) { try progress.show(.answered(.adapted(scale: 1), $0, of: $1)) }
        for difference in found.differences {
            print(
                "\(difference.question.subject) row \(difference.question.row), "
                    + "\(difference.shots) shots: \(letter(difference.applied)) applied, "
                    + "\(letter(difference.merged)) merged, margin \(difference.margin) nats")
        }
        print(
            "\(found.differences.count) of \(found.questionCount) answers differ, "
                + "\(found.failures.count) by more than rounding; largest difference of a letter's "
                + "log-probability \(found.largestDifference) nats in \(found.dtype.rawValue)")
        if !found.failures.isEmpty { throw ExitCode(1) }
    }

    private func letter(_ letter: Letter?) -> String { letter?.rawValue ?? "none" }
}
