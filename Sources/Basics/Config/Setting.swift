/// A setting with bounds: `@Setting(.from(1)) var batchSize = 8`.
@propertyWrapper
public struct Setting<Value: SettingValue>: SettingValue {
    public var wrappedValue: Value
    let bounds: Bounds

    public init(wrappedValue: Value, _ bounds: Bounds) {
        self.wrappedValue = wrappedValue
        self.bounds = bounds
    }

    /// A setting without a default.
    public init(_ bounds: Bounds) where Value: ExpressibleByNilLiteral {
        self.init(wrappedValue: nil, bounds)
    }

    public var setting: JSONValue { wrappedValue.setting }

    public static func read(_ value: JSONValue, within bounds: Bounds) throws -> Setting {
        Setting(wrappedValue: try Value.read(value, within: bounds), bounds)
    }

    public init(from decoder: any Decoder) throws {
        self.init(wrappedValue: try Value(from: decoder), .usual)
    }

    public func encode(to encoder: any Encoder) throws { try wrappedValue.encode(to: encoder) }

    public static func == (one: Setting, other: Setting) -> Bool {
        one.wrappedValue == other.wrappedValue
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(wrappedValue) }
}

/// A setting with bounds of its own.
protocol BoundedSetting {
    var bounds: Bounds { get }
}

extension Setting: BoundedSetting {}

/// A group of settings that is part of a larger config.
public protocol ConfigGroup: Codable, Hashable, Sendable {
    /// The prefix of the names of all settings, as "few-shot-".
    static var prefix: String { get }

    init()

    /// Checks the rules that involve several settings.
    ///
    /// - Throws: `UsageError`
    func validate() throws
}

extension ConfigGroup {
    public static var prefix: String { "" }
    public func validate() throws {}
}
