import Basics
import Benchmarks
import Experiments

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
