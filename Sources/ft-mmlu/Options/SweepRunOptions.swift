import ArgumentParser

/// The source of a study's settings, its destination, and which part of it is computed.
struct SweepRunOptions: ParsableArguments {
    @OptionGroup var settings: SettingsFileOption

    @Option(
        help: ArgumentHelp(
            "A new or empty folder for the study. (default: runs/<date>-<what>)",
            valueName: "folder"), completion: .directory)
    var output: String?

    @OptionGroup var results: ResultsStoreOption

    @Option(
        help: ArgumentHelp(
            """
            Go on with a study, or help another process with it; beside it only --device, \
            --threads, --store, --cell, --retry-failed, --quiet and what says who does the cells.
            """, valueName: "folder"), completion: .directory)
    var resume: String?

    @Option(
        help: ArgumentHelp(
            "Do only this cell, by its number from 0, and gather no results.", valueName: "n"))
    var cell: Int?

    @Flag(help: "Do cells that failed again.")
    var retryFailed = false

    @Flag(help: "Show no progress and no notices.")
    var quiet = false

    @OptionGroup var launch: LaunchOptions

    @Option(
        help: ArgumentHelp(
            "Only gather the results of a study whose cells others have done.",
            valueName: "folder"), completion: .directory)
    var gather: String?

    /// The number of this process among those that share the cells.
    @Option(help: .hidden)
    var worker: Int?

    /// The options when no flag is given.
    static var plain: SweepRunOptions {
        get throws { try SweepRunOptions.parse([]) }
    }
}
