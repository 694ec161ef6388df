import ArgumentParser
import Benchmarks
import Foundation
import Tracking
import Experiments
import Torch

/// Where settings come from besides the flags.
struct SettingsFileOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "YAML with the long flags' names as keys; flags win.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String?
}

/// Where results are kept beside a run's folder.
struct ResultsStoreOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            An SQLite file that keeps the results of all runs, or none. (default: \
            \(RunOptions.defaultStore))
            """, valueName: "file"), completion: .file())
    var store: String?
}

/// Where settings come from and results go.
struct RunOptions: ParsableArguments {
    @OptionGroup var settings: SettingsFileOption

    @Option(
        help: ArgumentHelp(
            "A new or empty folder for the run. (default: runs/<date>-<what>)",
            valueName: "folder"), completion: .directory)
    var output: String?

    @OptionGroup var results: ResultsStoreOption

    @Option(
        help: ArgumentHelp(
            """
            Go on with a stopped run; beside it only --device, --threads, --store and --quiet.
            """, valueName: "folder"), completion: .directory)
    var resume: String?

    @Flag(help: "Show no progress and no notices.")
    var quiet = false

    static let defaultStore = "runs/results.sqlite"

    /// Where results are kept; nil for nowhere. A run that goes on keeps to its store, if that is
    /// still there.
    ///
    /// - Parameters:
    ///   - store: as it was named
    ///   - run: the folder of a run that goes on, or that others of its study go by
    static func openStore(_ store: String?, former run: String?) throws -> Store? {
        let former = try run.flatMap { try RunManifest.read(from: $0) }
        if store == nil, let former, former.store == nil { return nil }
        let kept = former?.store.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }
        let path = store ?? kept ?? Self.defaultStore
        return path == "none" ? nil : try Store(whenUsed: path)
    }
}

/// The settings of a command, from its flags, a file, and the built-in world.
struct GivenSettings {
    private(set) var layers: SettingLayers
    let world: BuiltInWorld?
    let model: ModelSettings

    /// - Parameters:
    ///   - flags: by long names, those of the model left out
    ///   - config: a file of settings
    ///   - names: all that there may be in the file
    ///   - calls: what may stand there too, though it is no setting
    ///   - defaults: the command's own, by the same names; they stand below the file
    init(
        _ flags: [String: String?], model options: ModelOptions, config: String?,
        names: [String] = Self.names, calls: [String] = [], defaults: [String: String] = [:]
    ) throws {
        world = BuiltInWorld.find()
        layers = try SettingLayers(
            flags: flags.merging(options.given) { $1 }, configFile: config,
            commandDefaults: defaults, worldDefaults: world?.defaults, known: names + calls,
            // What is no setting was read before.
            lists: Self.listNames + calls + (names.contains("targets") ? SweepGrid.names : []))
        model = try ModelSettings(layers, world: world)
    }

    private static let common =
        ModelSettings.names + EvaluationSettings.names + TrainSettings.names
    /// Settings of one run: a file of what one command computes serves the others too.
    static let names =
        common + ["adapter", "adapter-scale", "show-sample", "target-category", "with-base"]
    /// Settings of a study of many runs.
    static let studyNames =
        common + SweepGrid.names + SweepSettings.names + ModelSettings.shapeNames
    /// Those that may be lists in a file, beside a study's own.
    private static let listNames = [
        "adapter-scale", "categories", "question-sets", "set", "shots",
    ]

    /// With the zero-shot loss among the weights of the few-shot loss, however those were given.
    var withZeroShotLoss: GivenSettings {
        var given = self
        given.layers = layers.prepending("none", to: "few-shot-weights")
        return given
    }

    /// What the built-in world sets by itself, worth saying once.
    var announcement: String? {
        guard model.isBuiltIn, let world else { return nil }
        return "built-in world: defaults from \(world.defaults)"
    }
}
