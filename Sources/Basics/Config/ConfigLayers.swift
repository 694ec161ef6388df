/// Settings by name, from the flags, a configuration file, a command and the built-in world.
///
/// The first layer that has a value decides; where none has, the default of the property does.
public struct ConfigLayers: Sendable {
    public struct Layer: Sendable {
        /// Begins messages about the layer's values: "--" or "runs/x/config.yaml: ".
        public let origin: String
        public var values: [String: JSONValue]

        public init(origin: String = "--", _ values: [String: JSONValue]) {
            self.origin = origin
            self.values = values.filter { if case .null = $0.value { false } else { true } }
        }
    }

    public private(set) var layers: [Layer]

    public init(_ layers: [Layer]) { self.layers = layers }

    /// The value of a setting with the origin of its layer; nil where no layer has one.
    public func found(_ name: String) -> (value: JSONValue, origin: String)? {
        layers.lazy.compactMap { layer in layer.values[name].map { ($0, layer.origin) } }.first
    }

    /// The same with a layer above all others.
    public func under(_ values: [String: JSONValue]) -> ConfigLayers {
        ConfigLayers([Layer(values)] + layers)
    }

    /// The same without some settings.
    public func without(_ names: some Sequence<String>) -> ConfigLayers {
        let names = Set(names)
        return ConfigLayers(
            layers.map { Layer(origin: $0.origin, $0.values.filter { !names.contains($0.key) }) })
    }

    /// Those of some settings that the first layer, the flags, has.
    public func flags(among names: some Sequence<String>) -> [String] {
        names.filter { layers.first?.values[$0] != nil }
    }

    /// One setting that is no property of a config.
    ///
    /// - Throws: `UsageError` with the origin and the name
    public func value<Value: SettingValue>(
        _ name: String, default value: Value, within bounds: Bounds = .usual
    ) throws -> Value {
        guard let found = found(name) else { return value }
        do {
            return try Value.read(found.value, within: bounds)
        } catch {
            throw UsageError(origin: found.origin, name, found.value.messageText, error)
        }
    }
}
