import Foundation

/// A Codable type whose values are objects in files of ours.
///
/// `OrderedJSON` writes the fields in the order in which they are declared.
package protocol FileRecord: Codable, SendableMetatype {
    /// The key of a property: its name in snake case, where a type does not say otherwise.
    static func key(of property: String) -> String
    /// The property of a key.
    static func property(of key: String) -> String
    /// Properties that are left out where they are nil; the others are null there.
    static var omittedProperties: Set<String> { get }
}

extension FileRecord {
    package static func key(of property: String) -> String { OrderedJSON.snakeCase(property) }
    package static func property(of key: String) -> String { OrderedJSON.camelCase(key) }
    package static var omittedProperties: Set<String> { [] }

    /// The value as a file has it.
    package var json: JSONValue { get throws { try OrderedJSON.value(of: self) } }

    /// - Parameter json: an object of a file; keys that no property has are passed over
    package init(json: Data) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .custom { path in
            PropertyKey(stringValue: Self.property(of: path.last?.stringValue ?? ""))
        }
        self = try decoder.decode(Self.self, from: json)
    }
}

private struct PropertyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

/// Encodes values as JSON whose keys keep the order of declaration, which Foundation's encoder does
/// not keep.
package enum OrderedJSON {
    package static func value(of value: some Encodable) throws -> JSONValue {
        let node = Node()
        try node.encode(value, Keys())
        return node.json
    }

    /// "learningRate" → "learning_rate", "interval90" → "interval_90"
    package static func snakeCase(_ name: String) -> String {
        var result = ""
        var isAfterDigit = true
        for character in name {
            if character.isUppercase || (character.isNumber && !isAfterDigit) { result += "_" }
            isAfterDigit = character.isNumber
            result += character.lowercased()
        }
        return result
    }

    package static func camelCase(_ key: String) -> String {
        guard key.contains("_") else { return key }
        let words = key.split(separator: "_")
        return words.dropFirst().reduce(String(words.first ?? "")) {
            $0 + $1.prefix(1).uppercased() + $1.dropFirst()
        }
    }
}

/// The keys of a type's properties.
private struct Keys {
    var key: (String) -> String = { $0 }
    var omitted: Set<String> = []

    /// - Returns: those of a record of its own, else those of the type around it
    func inside(_ type: any Encodable.Type) -> Keys {
        guard let record = type as? any FileRecord.Type else { return self }
        return Keys(key: record.key(of:), omitted: record.omittedProperties)
    }
}

/// A value while it is encoded: containers inside it may be filled later.
private final class Node {
    enum Kind { case scalar, array, object }

    var kind = Kind.scalar
    var scalar = JSONValue.null
    var elements: [Node] = []
    var fields: [(String, Node)] = []

    func encode(_ value: some Encodable, _ keys: Keys) throws {
        switch value {
        case let value as JSONValue: scalar = value
        case let value as String: scalar = .string(value)
        case let value as Bool: scalar = .bool(value)
        case let value as Double: scalar = .number(value)
        case let value as any BinaryInteger:
            guard let whole = Int(exactly: value) else { throw Self.refusal(value) }
            scalar = .whole(whole)
        case is Float: throw Self.refusal(value)
        default:
            try value.encode(to: OrderedEncoder(node: self, keys: keys.inside(type(of: value))))
        }
    }

    private static func refusal(_ value: Any) -> EncodingError {
        .invalidValue(
            value, .init(codingPath: [], debugDescription: "\(value) is no number of a file"))
    }

    var json: JSONValue {
        switch kind {
        case .scalar: scalar
        case .array: .array(elements.map(\.json))
        case .object: .object(fields.map { ($0.0, $0.1.json) })
        }
    }
}

private struct OrderedEncoder: Encoder {
    let node: Node
    let keys: Keys
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        node.kind = .object
        return KeyedEncodingContainer(Fields(node: node, keys: keys))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.kind = .array
        return Elements(node: node, keys: keys)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        Scalar(node: node, keys: keys)
    }
}

private struct Fields<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: Node
    let keys: Keys
    var codingPath: [any CodingKey] { [] }

    private func add(_ key: String) -> Node {
        let node = Node()
        self.node.fields.append((keys.key(key), node))
        return node
    }

    func encodeNil(forKey key: Key) { _ = add(key.stringValue) }

    func encode(_ value: some Encodable, forKey key: Key) throws {
        try add(key.stringValue).encode(value, keys)
    }

    private func encodeOptional(_ value: (some Encodable)?, _ key: Key) throws {
        if let value {
            try encode(value, forKey: key)
        } else if !keys.omitted.contains(key.stringValue) {
            encodeNil(forKey: key)
        }
    }

    func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try encodeOptional(value, key) }
    func encodeIfPresent(_ value: String?, forKey key: Key) throws {
        try encodeOptional(value, key)
    }
    func encodeIfPresent(_ value: Double?, forKey key: Key) throws {
        try encodeOptional(value, key)
    }
    func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try encodeOptional(value, key) }
    func encodeIfPresent(_ value: (some Encodable)?, forKey key: Key) throws {
        try encodeOptional(value, key)
    }

    func nestedContainer<Inner: CodingKey>(
        keyedBy type: Inner.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Inner> {
        OrderedEncoder(node: add(key.stringValue), keys: keys).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        OrderedEncoder(node: add(key.stringValue), keys: keys).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { OrderedEncoder(node: add("super"), keys: keys) }

    func superEncoder(forKey key: Key) -> any Encoder {
        OrderedEncoder(node: add(key.stringValue), keys: keys)
    }
}

private struct Elements: UnkeyedEncodingContainer {
    let node: Node
    let keys: Keys
    var codingPath: [any CodingKey] { [] }
    var count: Int { node.elements.count }

    private func add() -> Node {
        node.elements.append(Node())
        return node.elements[node.elements.count - 1]
    }

    func encodeNil() { _ = add() }

    func encode(_ value: some Encodable) throws { try add().encode(value, keys) }

    func nestedContainer<Inner: CodingKey>(
        keyedBy type: Inner.Type
    ) -> KeyedEncodingContainer<Inner> {
        OrderedEncoder(node: add(), keys: keys).container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        OrderedEncoder(node: add(), keys: keys).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { OrderedEncoder(node: add(), keys: keys) }
}

private struct Scalar: SingleValueEncodingContainer {
    let node: Node
    let keys: Keys
    var codingPath: [any CodingKey] { [] }

    func encodeNil() { node.scalar = .null }

    func encode(_ value: some Encodable) throws { try node.encode(value, keys) }
}
