import ArgumentParser
import Basics
import Benchmarks
import Experiments
import Foundation
import Torch
import Tracking

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
    private(set) var layers: ConfigLayers
    let world: BuiltInWorld?
    let model: ModelSettings

    /// - Parameters:
    ///   - flags: by long name; those that are no settings are passed over
    ///   - config: a file of settings
    ///   - names: all that there may be in the file
    ///   - lists: those of them that may be lists
    ///   - calls: what may stand in the file too, though it is no setting
    ///   - defaults: the command's own, by the same names; they stand below the file
    init(
        _ flags: [String: JSONValue], config: String?, names: [String] = RunConfig.names,
        lists: [String] = RunConfig.lists, calls: [String] = [],
        defaults: [String: JSONValue] = [:]
    ) throws {
        world = BuiltInWorld.find()
        // What is no setting was read before.
        let (known, lists) = (names + calls, lists + calls)
        var layers = [ConfigLayers.Layer(flags.filter { names.contains($0.key) })]
        if let config {
            layers.append(
                try .init(file: config, givenBy: "--config ", known: known, lists: lists))
        }
        layers.append(.init(defaults))
        let isWorldUsed = !layers.contains {
            $0.values["model"] != nil || $0.values["shape"] != nil
        }
        if isWorldUsed, let file = world?.defaults {
            layers.append(try .init(file: file, known: known, lists: lists))
        }
        self.layers = ConfigLayers(layers)
        model = try ModelSettings(self.layers, world: world)
    }

    /// With the zero-shot loss among the weights of the few-shot loss, however those were given.
    var withZeroShotLoss: GivenSettings {
        get throws {
            var given = self
            let weights =
                try layers.value(
                    "few-shot-weights", default: [FewShotWeight]?.none) ?? []
            if !weights.isEmpty, !weights.contains(.none) {
                given.layers = layers.under(["few-shot-weights": ([.none] + weights).setting])
            }
            return given
        }
    }

    /// What the built-in world sets by itself, worth saying once.
    var announcement: String? {
        guard model.isBuiltIn, let world else { return nil }
        return "built-in world: defaults from \(world.defaults)"
    }
}

/// Whether an adapter that was trained on another model ends the command.
struct StrictOption: ParsableArguments {
    @Flag(
        help: """
            Stop where the adapter was trained on another model than this, which else is only told of.
            """)
    var strict = false
}
