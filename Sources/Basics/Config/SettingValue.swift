/// A type that one setting can have, on the command line, in YAML and in `config.yaml`.
public protocol SettingValue: Codable, Hashable, Sendable {
    /// As `config.yaml` has it.
    var setting: JSONValue { get }

    /// Reads a value in its original form: a text of a file, or a typed value of a flag.
    ///
    /// - Throws: `Mismatch`
    static func read(_ value: JSONValue, within bounds: Bounds) throws -> Self
}

extension SettingValue {
    /// Reads a value from its text.
    ///
    /// - Throws: `Mismatch`
    public init(parsing word: String) throws {
        self = try Self.read(.string(word), within: .usual)
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .whole(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSONValue {
    /// The text of a setting: the elements of a list joined by commas.
    public var settingText: String {
        switch self {
        case .string(let text): text
        case .array(let values): values.map(\.settingText).joined(separator: ",")
        default: line
        }
    }

    /// The text of a setting in messages.
    var messageText: String {
        if case .number(let number, text: _) = self { number.shortText } else { settingText }
    }

    /// The elements of a list; for a text, its parts between commas.
    public var settingElements: [JSONValue] {
        guard case .array(let values) = self else {
            return settingText.split(separator: ",", omittingEmptySubsequences: false).map {
                .string($0.split(whereSeparator: \.isWhitespace).joined(separator: " "))
            }
        }
        return values
    }
}

extension Int: SettingValue {
    public var setting: JSONValue { .whole(self) }

    public static func read(_ value: JSONValue, within bounds: Bounds) throws -> Int {
        try bounds.check(Int(value.settingText), of: value.settingText)
    }
}

extension Double: SettingValue {
    public var setting: JSONValue { .number(self) }

    public static func read(_ value: JSONValue, within bounds: Bounds) throws -> Double {
        try bounds.check(Double(value.settingText))
    }
}

extension UInt64: SettingValue {
    public var setting: JSONValue { .string("\(self)") }

    public static func read(_ value: JSONValue, within bounds: Bounds) throws -> UInt64 {
        guard let number = UInt64(value.settingText) else {
            throw Mismatch("a whole number from 0 is needed")
        }
        return number
    }
}

extension Bool: SettingValue {
    public var setting: JSONValue { .bool(self) }

    public static func read(_ value: JSONValue, within bounds: Bounds) throws -> Bool {
        guard let value = Bool(value.settingText) else {
            throw Mismatch("true or false is needed")
        }
        return value
    }
}

extension String: SettingValue {
    public var setting: JSONValue { .string(self) }

    public static func read(_ value: JSONValue, within bounds: Bounds) throws -> String {
        let text = value.settingText
        guard !text.hasControlCharacters else {
            throw Mismatch("has a control character; a text on one line is needed")
        }
        return text
    }
}

extension Optional: SettingValue where Wrapped: SettingValue {
    public var setting: JSONValue { self?.setting ?? .null }

    public static func read(_ value: JSONValue, within bounds: Bounds) throws -> Wrapped? {
        if case .null = value { return nil }
        return try Wrapped.read(value, within: bounds)
    }
}

/// Several values, each once; a list in `config.yaml`.
extension Array: SettingValue where Element: SettingValue {
    public var setting: JSONValue { .array(map(\.setting)) }

    public static func read(_ value: JSONValue, within bounds: Bounds) throws -> [Element] {
        let list = try value.settingElements.map { try Element.read($0, within: bounds) }
        guard !list.isEmpty else { throw Mismatch("at least one value is needed") }
        guard Set(list).count == list.count else { throw Mismatch("each value once is needed") }
        return list
    }
}

/// Several values, each once; a text with commas in `config.yaml`.
public struct CommaList<Element: SettingValue>: SettingValue, ExpressibleByArrayLiteral {
    public var elements: [Element]

    public init(_ elements: [Element]) { self.elements = elements }

    public init(arrayLiteral elements: Element...) { self.elements = elements }

    public var setting: JSONValue { .string(elements.setting.settingText) }

    public static func read(_ value: JSONValue, within bounds: Bounds) throws -> CommaList {
        CommaList(try [Element].read(value, within: bounds))
    }
}

/// One of some words.
public protocol SettingChoice: SettingValue, RawRepresentable<String>, CaseIterable {
    /// Those that a user may choose.
    static var choices: [Self] { get }
}

extension SettingChoice {
    public static var choices: [Self] { Array(allCases) }

    public var setting: JSONValue { .string(rawValue) }

    public static func read(_ value: JSONValue, within bounds: Bounds) throws -> Self {
        let (word, words) = (value.settingText, choices.map(\.rawValue))
        guard let choice = Self(rawValue: word), words.contains(word) else {
            throw Mismatch(expectation(of: words, for: word))
        }
        return choice
    }
}
