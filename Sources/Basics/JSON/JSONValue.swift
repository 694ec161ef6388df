/// A JSON value, whose fields have an order.
public enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case whole(Int)
    /// - Parameter text: the spelling in a file, where it differs from Swift's
    case number(Double, text: String? = nil)
    case string(String)
    case array([JSONValue])
    case object([(String, JSONValue)])

    /// On one line.
    public var line: String { text(indent: nil) }

    /// Over several lines, ending in a newline.
    public var document: String { text(indent: "") + "\n" }

    private func text(indent: String?) -> String {
        switch self {
        case .null: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .whole(let value): return "\(value)"
        case .number(let value, let text): return text ?? (value.isFinite ? "\(value)" : "null")
        case .string(let value): return JSONString.quoted(value)
        case .array(let values):
            return Self.joined(values.map { ($0, "") }, "[", "]", indent: indent)
        case .object(let fields):
            return Self.joined(
                fields.map { ($0.1, JSONString.quoted($0.0) + ": ") }, "{", "}", indent: indent)
        }
    }

    private static func joined(
        _ parts: [(JSONValue, String)], _ open: String, _ close: String, indent: String?
    ) -> String {
        if parts.isEmpty { return open + close }
        guard let indent, parts.contains(where: { $0.0.isNested }) else {
            return open + parts.map { $0.1 + $0.0.text(indent: nil) }.joined(separator: ", ")
                + close
        }
        let inner = indent + "  "
        let lines = parts.map { inner + $0.1 + $0.0.text(indent: inner) }
        return open + "\n" + lines.joined(separator: ",\n") + "\n" + indent + close
    }

    /// Numbers are equal by value; objects have their fields in one order.
    public static func == (first: JSONValue, second: JSONValue) -> Bool {
        switch (first, second) {
        case (.null, .null): true
        case (.bool(let one), .bool(let other)): one == other
        case (.string(let one), .string(let other)): one == other
        case (.array(let one), .array(let other)): one == other
        case (.object(let one), .object(let other)): one.elementsEqual(other, by: ==)
        default: first.double != nil && first.double == second.double
        }
    }

    private var isNested: Bool {
        switch self {
        case .array, .object: true
        default: false
        }
    }
}

/// The value as a Swift type; nil, or empty, where it is of another kind.
extension JSONValue {
    public subscript(_ name: String) -> JSONValue? { fields.first { $0.0 == name }?.1 }

    public var isNull: Bool { self == .null }

    public var fields: [(String, JSONValue)] {
        guard case .object(let fields) = self else { return [] }
        return fields
    }

    public var elements: [JSONValue] {
        guard case .array(let values) = self else { return [] }
        return values
    }

    /// nil unless the value is an array of texts alone.
    public var texts: [String]? {
        guard case .array(let values) = self else { return nil }
        let texts = values.compactMap(\.text)
        return texts.count == values.count ? texts : nil
    }

    public var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    public var truth: Bool? {
        guard case .bool(let truth) = self else { return nil }
        return truth
    }

    /// A whole number that fits.
    public var whole: Int? {
        switch self {
        case .whole(let value): value
        case .number(let value, _): Int(exactly: value)
        default: nil
        }
    }

    public var double: Double? {
        switch self {
        case .whole(let value): Double(value)
        case .number(let value, _): value
        default: nil
        }
    }
}
