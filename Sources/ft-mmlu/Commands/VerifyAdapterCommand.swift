import Evaluation
import Basics
import ArgumentParser
import Benchmarks
import Experiments

/// Compares a model with a separate adapter to the model with the adapter merged into its weights.
struct VerifyAdapterCommand: FileConfigured {
    static let settingNames = RunConfig.names
    static var kin: [any FileConfigured.Type] { [TrainCommand.self, EvalCommand.self] }
    static let configuration = CommandConfiguration(
        commandName: "verify-adapter",
        abstract: "Tells whether merging an adapter would change a model's answers.",
        discussion: """
            Asks the same questions with the adapter applied and added to the weights, in memory, \
            and scores by letter. Ends with status 1 when an answer differs by more than rounding \
            explains: 0.001 nats in float32, 0.25 nats in 16 bits.
            """)

    @OptionGroup(title: "Model") var model: ModelOptions

    @Option(
        help: ArgumentHelp("An adapter in PEFT's format.", valueName: "folder"),
        completion: .directory)
    var adapter: String?

    @Option(
        help: ArgumentHelp(
            "Numbers of shots, joined by commas. (default: 0)", valueName: "list"))
    var shots: CommaList<Int>?

    @OptionGroup(title: "Questions") var questions: QuestionOptions
    @OptionGroup(title: "Model") var strict: StrictOption
    @OptionGroup var settings: SettingsFileOption

    @Flag(help: "Show no progress and no notices.")
    var quiet = false

    func run() throws {
        Signals.watch()
        let given = try GivenSettings(
            CommandFlags.given(self), config: settings.config, calls: Self.callNames(),
            defaults: [
                "limit": .whole(25), "shots": .string("0"), "prompt": .string("hendrycks"),
            ])
        let evaluation = try EvaluationSettings(
            given.layers.under(["scoring": .string("letter")]), model: given.model,
            world: given.world)
        let config = try ConfigCoder.decode(AdapterEvaluationConfig(), over: given.layers)
        guard let adapter = config.adapter else {
            throw UsageError("--adapter: not given; an adapter's folder is needed")
        }
        let progress = RunProgress(
            opening: given.announcement, isQuiet: quiet)
        let found = try AdapterVerification(
            model: given.model, adapter: adapter, evaluation: evaluation,
            isStrict: config.strict,
            notice: { try progress.show(.notice($0)) },
            report: { try progress.show(.answered(.adapted(scale: 1), $0, of: $1)) })
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
