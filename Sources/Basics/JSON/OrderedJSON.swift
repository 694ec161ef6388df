/// A Codable type whose values are written to files as objects.
package protocol FileRecord: Codable, SendableMetatype {
    /// Whether `learningRate` is `learning_rate` in the file.
    static var usesSnakeCase: Bool { get }
    /// Keys, as the type has them, that are left out where they are nil; other keys are null then.
    static var omittedKeys: Set<String> { get }
}

extension FileRecord {
    package static var usesSnakeCase: Bool { true }
    package static var omittedKeys: Set<String> { [] }

    /// The value as a file has it.
    package var json: JSONValue { get throws { try OrderedJSON.value(of: self) } }

    /// - Parameter json: an object of a file; keys that the type has not are passed over
    package init(json: some Sequence<UInt8>) throws {
        try self.init(JSONValue(parsing: json))
    }

    package init(_ json: JSONValue) throws {
        try self.init(from: RecordDecoder(json: json, isSnakeCase: Self.usesSnakeCase))
    }
}

/// Fields of several records: they are among the fields of the object that contains them, not in one
/// of their own.
package protocol SharedFields: Codable {}

/// Encodes values as JSON whose keys keep the order of declaration, which Foundation's encoder does
/// not keep.
package enum OrderedJSON {
    package static func value(of value: some Encodable) throws -> JSONValue {
        let node = Node(within: nil)
        try node.set(value)
        return node.json
    }

    /// "learningRate" → "learning_rate", "interval90" → "interval_90"
    static func snakeCase(_ name: String) -> String {
        var result: [UInt8] = []
        var isAfterDigit = true
        for byte in name.utf8 {
            let isUppercase = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            if isUppercase || (isDigit && !isAfterDigit) { result.append(UInt8(ascii: "_")) }
            isAfterDigit = isDigit
            result.append(isUppercase ? byte + 32 : byte)
        }
        return String(decoding: result, as: UTF8.self)
    }
}

/// A value while it is encoded, and the containers that fill it.
private final class Node: Encoder, UnkeyedEncodingContainer, SingleValueEncodingContainer {
    private enum Kind { case scalar, array, object }

    /// The innermost record that contains the value; it decides the spelling of keys.
    private var record: (any FileRecord.Type)?
    private var kind = Kind.scalar
    private var scalar = JSONValue.null
    private var parts: [(key: String, node: Node)] = []

    init(within record: (any FileRecord.Type)?) { self.record = record }

    var json: JSONValue {
        switch kind {
        case .scalar: scalar
        case .array: .array(parts.map(\.node.json))
        case .object: .object(parts.map { ($0.key, $0.node.json) })
        }
    }

    func set(_ value: some Encodable) throws {
        switch value {
        case let value as String: scalar = .string(value)
        case let value as Bool: scalar = .bool(value)
        case let value as Double: scalar = .number(value)
        case let value as Int: scalar = .whole(value)
        case is any BinaryInteger, is Float:
            throw EncodingError.invalidValue(
                value, .init(codingPath: [], debugDescription: "files have Int and Double"))
        default:
            record = type(of: value) as? any FileRecord.Type ?? record
            try value.encode(to: self)
        }
    }

    func set(_ value: JSONValue) { scalar = value }

    func add(_ key: String = "") -> Node {
        let isSnakeCase = record?.usesSnakeCase ?? false
        parts.append((isSnakeCase ? OrderedJSON.snakeCase(key) : key, Node(within: record)))
        return parts[parts.count - 1].node
    }

    func omits(_ key: String) -> Bool { record?.omittedKeys.contains(key) ?? false }

    // MARK: Encoder and its containers

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }
    var count: Int { parts.count }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        kind = .object
        return KeyedEncodingContainer(Fields(node: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        kind = .array
        return self
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() { if kind == .array { _ = add() } }

    func encode(_ value: some Encodable) throws {
        try (kind == .array ? add() : self).set(value)
    }

    func nestedContainer<Key: CodingKey>(
        keyedBy type: Key.Type
    ) -> KeyedEncodingContainer<Key> { add().container(keyedBy: type) }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { add().unkeyedContainer() }

    func superEncoder() -> any Encoder { add() }
}

private struct Fields<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: Node
    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) { _ = node.add(key.stringValue) }

    func encode(_ value: some Encodable, forKey key: Key) throws { try add(value, key) }

    // Each of these has a default that leaves nil out.
    func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try add(value, key) }
    func encodeIfPresent(_ value: String?, forKey key: Key) throws { try add(value, key) }
    func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try add(value, key) }
    func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try add(value, key) }
    func encodeIfPresent(_ value: (some Encodable)?, forKey key: Key) throws { try add(value, key) }

    private func add<Value: Encodable>(_ value: Value?, _ key: Key) throws {
        if Value.self is any SharedFields.Type { return try value?.encode(to: node) ?? () }
        if value == nil, node.omits(key.stringValue) { return }
        try node.add(key.stringValue).set(value)
    }

    func nestedContainer<Inner: CodingKey>(
        keyedBy type: Inner.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Inner> { node.add(key.stringValue).container(keyedBy: type) }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        node.add(key.stringValue).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { node.add("super") }

    func superEncoder(forKey key: Key) -> any Encoder { node.add(key.stringValue) }
}

/// Only `OrderedJSON` writes a value, and only a `FileRecord` reads one.
extension JSONValue: Codable {
    public func encode(to encoder: any Encoder) throws {
        guard let node = encoder as? Node else {
            throw EncodingError.invalidValue(
                self, .init(codingPath: [], debugDescription: "not an encoder of OrderedJSON"))
        }
        node.set(self)
    }

    public init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? RecordDecoder else {
            throw RecordDecoder.mismatch("not a decoder of FileRecord")
        }
        self = decoder.json
    }
}
