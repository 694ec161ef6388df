/// A value in a template's context.
public indirect enum TemplateValue: Hashable, Sendable {
    case none
    case boolean(Bool)
    case integer(Int)
    case float(Double)
    case string(String)
    /// Text of the conversation; a template sees a string, and `Rendering` records its location.
    case content(String)
    case list([TemplateValue])
    /// Fields in order. For several of the same name the last counts.
    case dictionary([Field])

    /// One entry of a dictionary.
    public struct Field: Hashable, Sendable {
        public let name: String
        public let value: TemplateValue

        public init(_ name: String, _ value: TemplateValue) {
            self.name = name
            self.value = value
        }
    }

    /// A dictionary's value for a name; nil where it has none, or this is no dictionary.
    public subscript(name: String) -> TemplateValue? {
        guard case .dictionary(let fields) = self else { return nil }
        return fields.last { Array($0.name.unicodeScalars) == Array(name.unicodeScalars) }?.value
    }
}

extension TemplateValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(arrayLiteral elements: TemplateValue...) { self = .list(elements) }
    public init(dictionaryLiteral elements: (String, TemplateValue)...) {
        self = .dictionary(elements.map { Field($0.0, $0.1) })
    }
}
