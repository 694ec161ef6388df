import ArgumentParser
import Basics
import Benchmarks
import Evaluation
import Experiments

/// Compares a model with a separate adapter to the model with the adapter merged into its weights.
struct VerifyAdapterCommand: FileConfigured {
    static let settingNames = RunConfig.names
    static var kin: [any FileConfigured.Type] { [TrainCommand.self, EvalCommand.self] }
    static let configuration = CommandConfiguration(
        commandName: "verify-adapter",
        abstract: "Checks that merging an adapter changes no answer of the model.",
        discussion: """
            Evaluates the same questions by letter with the adapter applied and with it merged into \
            the weights, in memory. The exit status is 1 if an answer differs by more than rounding: \
            0.001 nats in float32, 0.25 nats in 16 bits.
            """)

    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Model") var adapter: AdapterOption
    @Option("list", "Numbers of shots, joined by commas.", default: "0") var shots: CommaList<Int>?
    @OptionGroup(title: "Questions") var questions: QuestionOptions
    @OptionGroup var settings: SettingsFileOption
    @Flag(help: "Show no progress and no notices.") var quiet = false

    /// Questions per category.
    static let usualLimit = 25

    func run() throws {
        Signals.watch()
        let given = try GivenSettings(
            CommandFlags.given(self), config: settings.path, calls: Self.callNames(),
            defaults: [
                "limit": .whole(Self.usualLimit), "shots": .string("0"),
                "prompt": .string("hendrycks"),
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
