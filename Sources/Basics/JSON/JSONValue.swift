/// JSON to write, with keys in a chosen order.
public enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case whole(Int)
    case number(Double)
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
        case .number(let value): return value.isFinite ? "\(value)" : "null"
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

    private var isNested: Bool {
        switch self {
        case .array, .object: true
        default: false
        }
    }
}
