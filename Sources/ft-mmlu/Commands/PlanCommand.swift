import ArgumentParser
import Basics
import Experiments

/// Estimates what a sweep does and costs, before any of it runs.
struct PlanCommand: FileConfigured {
    static let settingNames = SweepSettings.names
    static var kin: [any FileConfigured.Type] { [SweepCommand.self] }
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Estimates a sweep's trials, steps, tokens, memory, disk and time.",
        discussion: """
            Example: ft-mmlu plan table2, or ft-mmlu plan with the flags of ft-mmlu sweep

            Tokens are counted in the actual prompts. Time is scaled from three steps of each loss \
            and the evaluation of a few questions, measured here. The times for an RTX 4090 and an \
            H200 are estimates: operations and bytes over an assumed share of the data sheet's \
            peaks. With --shape and --tokenizer, random weights replace a checkpoint, and the time \
            of long generations is extrapolated from their first tokens. Nothing is written.
            """)

    @Argument(
        help: .value("study", "table2: the sweep of ft-mmlu reproduce table2; flags change it."))
    var study: String?

    @OptionGroup var options: SweepOptions
    @OptionGroup var settings: SettingsFileOption

    @Flag(help: "Only count; measure no steps and no questions, and omit the time here.")
    var noMeasure = false

    @Flag(help: "Show no progress and no notices.") var quiet = false

    func run() throws {
        Signals.watch()
        if let study, study != "table2" {
            throw UsageError("plan \(study): there is no such study; table2, or none, is needed")
        }
        let isBuiltIn = options.model.model == nil && options.shape.shape == nil
        let defaults =
            study == nil ? [:] : Reproduction.table2Defaults(isBuiltIn: isBuiltIn, isQuick: false)
        var given = try GivenSettings(
            CommandFlags.given(options), config: settings.path, names: SweepSettings.names,
            lists: SweepSettings.lists, calls: Self.callNames(),
            defaults: SweepSettings.defaults.merging(defaults) { $1 })
        if study != nil { given = try given.withZeroShotLoss }
        let sweep = try SweepSettings(given.layers, model: given.model, world: given.world)
        let progress = RunProgress(opening: given.announcement, isQuiet: quiet)
        let (plan, measurement) = try Sweep.plan(
            sweep, measures: !noMeasure, interruption: Signals.check, report: progress.show)
        try Signals.check()
        for line in PlanText(plan: plan, measurement: measurement).lines { print(line) }
    }
}
