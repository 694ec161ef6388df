/// A JSON value as a tree, for the small parts of a file.
indirect enum JSONValue: Equatable, Sendable {
    case null
    case boolean(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    /// Fields in the order of the file; no name occurs twice.
    case object([Field])

    struct Field: Equatable, Sendable {
        let name: String
        let value: JSONValue
    }
}

extension JSONValue {
    /// The next value. Recursive, as deep as the scanner lets containers nest.
    init(from json: inout JSONScanner) throws {
        switch try json.kind() {
        case .null:
            try json.null()
            self = .null
        case .boolean: self = .boolean(try json.boolean())
        case .number: self = .number(try json.number())
        case .string:
            try json.string()
            self = .string(json.textString)
        case .array:
            var elements: [JSONValue] = []
            try json.enter(.array)
            while try json.next() { elements.append(try JSONValue(from: &json)) }
            self = .array(elements)
        case .object:
            var fields: [Field] = []
            var names: Set<String> = []
            try json.enter(.object)
            while try json.next() {
                let name = json.keyName
                guard names.insert(name).inserted else {
                    throw json.failure("the name '\(name)' stands a second time")
                }
                fields.append(Field(name: name, value: try JSONValue(from: &json)))
            }
            self = .object(fields)
        }
    }

    /// The whole text as one value.
    init(text bytes: [UInt8]) throws {
        var json = try JSONScanner(bytes)
        try self.init(from: &json)
        try json.end()
    }

    /// The object's field of this name; nil where it has none, or this is no object.
    subscript(name: String) -> JSONValue? {
        guard case .object(let fields) = self else { return nil }
        return fields.first { $0.name == name }?.value
    }

    var string: String? {
        guard case .string(let string) = self else { return nil }
        return string
    }

    /// The value in an error message: scalars in full, of containers the kind.
    var shown: String {
        switch self {
        case .null: "null"
        case .boolean(let isTrue): "\(isTrue)"
        case .number(let value): "\(value)"
        case .string(let string): "'\(string.prefix(80))'"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
