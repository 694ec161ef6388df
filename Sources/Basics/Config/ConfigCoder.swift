/// Reads and writes configs as flat lists of settings.
///
/// A config is a `ConfigGroup` whose properties are settings or further groups. The name of a setting
/// is that of its property in kebab case, after the prefix of its group: `warmupRatio` is
/// "warmup-ratio".
public enum ConfigCoder {
    /// All settings of a config in the order of their properties; nil values are null.
    public static func settings(of config: some ConfigGroup) -> [(String, JSONValue)] {
        entries(of: config).map { ($0.name, $0.value) }
    }

    /// The names of all settings of a config.
    public static func names(of type: (some ConfigGroup).Type) -> [String] {
        entries(of: type.init()).map(\.name)
    }

    /// A config in which the values of layers replace its own.
    ///
    /// - Throws: `UsageError` with the origin, the name and what is expected; those of `validate()`
    public static func decode<Config: ConfigGroup>(
        _ base: Config, over layers: ConfigLayers
    ) throws -> Config {
        let config = try check(base, over: layers)
        try config.validate()
        return config
    }

    /// The same without `validate()`: each setting by itself.
    @discardableResult
    public static func check<Config: ConfigGroup>(
        _ base: Config, over layers: ConfigLayers
    ) throws -> Config {
        var entries: [String: Entry] = [:]
        for entry in Self.entries(of: base) {
            entries[entry.name] = entry
            guard let found = layers.found(entry.name) else { continue }
            entries[entry.name]?.value = found.value
            entries[entry.name]?.origin = found.origin
        }
        return try Config(from: ConfigDecoder(entries: entries, prefix: Config.prefix))
    }

    /// - Parameter prefix: of the groups that the config is in
    private static func entries(of config: any ConfigGroup, in prefix: String = "") -> [Entry] {
        let prefix = prefix + type(of: config).prefix
        return Mirror(reflecting: config).children.flatMap { label, value -> [Entry] in
            if let group = value as? any ConfigGroup { return entries(of: group, in: prefix) }
            guard let setting = value as? any SettingValue, let label else {
                preconditionFailure("\(type(of: config)): '\(label ?? "")' is no setting")
            }
            // The storage of a property with a wrapper has an underscore before its name.
            let property = label.hasPrefix("_") ? String(label.dropFirst()) : label
            return [
                Entry(
                    name: prefix + name(of: property), value: setting.setting,
                    bounds: (value as? any BoundedSetting)?.bounds ?? .usual)
            ]
        }
    }

    /// "warmupRatio" as "warmup-ratio".
    public static func name(of property: String) -> String {
        property.reduce(into: "") { name, letter in
            name += letter.isUppercase ? "-" + letter.lowercased() : String(letter)
        }
    }
}

/// A setting while it is written or read.
struct Entry {
    let name: String
    var value: JSONValue
    let bounds: Bounds
    var origin = ""
}
