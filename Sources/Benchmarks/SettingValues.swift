import Basics

extension CategoryMap: SettingChoice {}
extension SampleRule: SettingChoice {}
extension Scoring: SettingChoice {}
extension ShotDraw: SettingChoice {}
extension ShotSource: SettingChoice {}

extension Split: SettingChoice {
    /// Those that questions to evaluate come from.
    public static var choices: [Split] { [.test, .val] }
}

extension Category: SettingValue {
    public var setting: JSONValue { .string(rawValue) }

    public static func read(_ value: JSONValue, within bounds: Bounds) throws -> Category {
        let word = value.settingText
        guard word != "all" else { throw Mismatch("one category is needed") }
        return try Category(parsing: word)
    }
}

/// Several categories, in the order of `Category.allCases`.
public struct CategoryList: SettingValue {
    public var categories: [Category]

    public init(_ categories: [Category]) { self.categories = categories }

    public static let all = CategoryList(Category.allCases)

    public var setting: JSONValue { .string(categories.map(\.rawValue).joined(separator: ",")) }

    public static func read(_ value: JSONValue, within bounds: Bounds) throws -> CategoryList {
        CategoryList(try Category.parse(list: value.settingText))
    }
}

/// The name of a prompt preset.
public struct PromptName: SettingValue {
    public var name: String

    public init(_ name: String) { self.name = name }

    public var setting: JSONValue { .string(name) }

    public static func read(_ value: JSONValue, within bounds: Bounds) throws -> PromptName {
        try Prompts.checkName(value.settingText)
        return PromptName(value.settingText)
    }
}

/// How many questions of a category are evaluated.
public enum QuestionLimit: SettingValue {
    case all
    case count(Int)

    /// nil is all.
    public var count: Int? { if case .count(let count) = self { count } else { nil } }

    public var setting: JSONValue { count.map(JSONValue.whole) ?? .string("none") }

    public static func read(_ value: JSONValue, within bounds: Bounds) throws -> QuestionLimit {
        value.settingText == "none" ? .all : .count(try Int.read(value, within: .from(1)))
    }
}

/// Which of a source's questions are shots: the first, or a seeded choice.
public enum ShotOrderRule: String, SettingChoice {
    case first, seeded
}
