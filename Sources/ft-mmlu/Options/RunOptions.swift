import ArgumentParser
import Basics
import Benchmarks
import Experiments
import Foundation
import Torch
import Tracking

/// The file of settings, besides the flags.
struct SettingsFileOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "YAML with the long flags' names as keys; flags win.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String?
}

/// The store that results are kept in, besides a run's folder.
struct ResultsStoreOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            An SQLite file that keeps the results of all runs, or none. (default: \
            \(RunOptions.defaultStore))
            """, valueName: "file"), completion: .file())
    var store: String?
}

/// The source of settings, and the destination of results.
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

    /// The store that keeps results; nil for none. A run that resumes keeps its store, if that
    /// still exists.
    ///
    /// - Parameters:
    ///   - store: as the user named it
    ///   - run: the folder of a run that resumes, or of the run whose store the rest of its study
    ///     uses
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
    ///   - flags: by long name; those that are no settings are skipped
    ///   - config: a file of settings
    ///   - names: all settings that the file may have
    ///   - lists: those of them that may be lists
    ///   - calls: flags that the file may have too, though they are no settings
    ///   - defaults: the command's own, by the same names; the file takes precedence over them
    init(
        _ flags: [String: JSONValue], config: String?, names: [String] = RunConfig.names,
        lists: [String] = RunConfig.lists, calls: [String] = [],
        defaults: [String: JSONValue] = [:]
    ) throws {
        world = BuiltInWorld.find()
        // Flags that are no settings were read before.
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

    /// The settings with the zero-shot loss among the weights of the few-shot loss, however those
    /// were given.
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

    /// A message about what the built-in world sets by itself.
    var announcement: String? {
        guard model.isBuiltIn, let world else { return nil }
        return "built-in world: defaults from \(world.defaults)"
    }
}

/// Whether the command fails when an adapter was trained on another model.
struct StrictOption: ParsableArguments {
    @Flag(
        help: """
            Stop where the adapter was trained on another model than this, which else is only told of.
            """)
    var strict = false
}
