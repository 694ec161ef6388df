import Basics
import ArgumentParser
import Experiments

/// Estimates what a sweep does and costs, before any of it runs.
struct PlanCommand: FileConfigured {
    static let settingNames = SweepSettings.names
    static var kin: [any FileConfigured.Type] { [SweepCommand.self] }
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Says what a sweep takes: cells, steps, tokens, memory, disk and time.",
        discussion: """
            Example: ft-mmlu plan table2, or ft-mmlu plan with what ft-mmlu sweep would be given

            Tokens are those of the questions that would be read, counted. Time is that of three \
            steps of each loss and of a few questions, made here and scaled. What an RTX 4090 and an \
            H200 would take is an estimate: operations and bytes over the data sheet's peaks, of \
            which a share is assumed. With --shape and --tokenizer random weights stand in for a \
            checkpoint, and long answers are reckoned from their beginnings. Nothing is written.
            """)

    @Argument(
        help: ArgumentHelp(
            "table2: the study of ft-mmlu reproduce table2; flags change it.", valueName: "study"))
    var study: String?

    @OptionGroup var options: SweepOptions
    @OptionGroup var settings: SettingsFileOption

    @Flag(help: "Count only: make no steps and ask nothing, so that the time here stays open.")
    var noMeasure = false

    @Flag(help: "Show no progress and no notices.")
    var quiet = false

    func run() throws {
        Signals.watch()
        if let study, study != "table2" {
            throw UsageError("plan \(study): there is no such study; table2, or none, is needed")
        }
        let isBuiltIn = options.model.model == nil && options.shape.shape == nil
        let defaults =
            study == nil ? [:] : Reproduction.table2Defaults(isBuiltIn: isBuiltIn, isQuick: false)
        var given = try GivenSettings(
            CommandFlags.given(options), config: settings.config, names: SweepSettings.names,
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
