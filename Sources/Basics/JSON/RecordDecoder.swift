/// Decodes values from JSON that `OrderedJSON` wrote.
struct RecordDecoder: Decoder, SingleValueDecodingContainer {
    let json: JSONValue
    /// Whether `learningRate` is `learning_rate` in the innermost record that contains the value.
    let isSnakeCase: Bool

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    static func mismatch(_ problem: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: [], debugDescription: problem))
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let fields) = json else { throw Self.mismatch("no object") }
        return KeyedDecodingContainer(Fields(fields: fields, isSnakeCase: isSnakeCase))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = json else { throw Self.mismatch("no array") }
        return Elements(elements: elements, isSnakeCase: isSnakeCase)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool { json.isNull }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let found: Any?
        switch type {
        case is String.Type: found = json.text
        case is Bool.Type: found = json.truth
        case is Double.Type: found = json.double
        case is Int.Type: found = json.whole
        case is any BinaryInteger.Type, is Float.Type: found = nil
        case let record as any FileRecord.Type:
            found = try Value(from: Self(json: json, isSnakeCase: record.usesSnakeCase))
        default: found = try Value(from: self)
        }
        guard let value = found as? Value else { throw Self.mismatch("no \(type)") }
        return value
    }
}

private struct Fields<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let fields: [(String, JSONValue)]
    let isSnakeCase: Bool

    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { fields.compactMap { Key(stringValue: $0.0) } }

    private func field(_ key: Key) -> JSONValue? {
        let name = isSnakeCase ? OrderedJSON.snakeCase(key.stringValue) : key.stringValue
        return fields.first { $0.0 == name }?.1
    }

    private func value(_ key: Key) throws -> RecordDecoder {
        guard let json = field(key) else {
            throw RecordDecoder.mismatch("no field '\(key.stringValue)'")
        }
        return RecordDecoder(json: json, isSnakeCase: isSnakeCase)
    }

    func contains(_ key: Key) -> Bool { field(key) != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try value(key).decodeNil() }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        if type is any SharedFields.Type { return try Value(from: superDecoder()) }
        return try value(key).decode(type)
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        if type is any SharedFields.Type { return try? decode(type, forKey: key) }
        guard let json = field(key), !json.isNull else { return nil }
        return try value(key).decode(type)
    }

    func nestedContainer<Inner: CodingKey>(
        keyedBy type: Inner.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Inner> { try value(key).container(keyedBy: type) }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try value(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        RecordDecoder(json: .object(fields), isSnakeCase: isSnakeCase)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { try value(key) }
}

private struct Elements: UnkeyedDecodingContainer {
    let elements: [JSONValue]
    let isSnakeCase: Bool
    private(set) var currentIndex = 0

    var codingPath: [any CodingKey] { [] }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex == elements.count }

    init(elements: [JSONValue], isSnakeCase: Bool) {
        self.elements = elements
        self.isSnakeCase = isSnakeCase
    }

    private mutating func next() throws -> RecordDecoder {
        guard !isAtEnd else { throw RecordDecoder.mismatch("no further element") }
        currentIndex += 1
        return RecordDecoder(json: elements[currentIndex - 1], isSnakeCase: isSnakeCase)
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, elements[currentIndex].isNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try next().decode(type)
    }

    mutating func nestedContainer<Inner: CodingKey>(
        keyedBy type: Inner.Type
    ) throws -> KeyedDecodingContainer<Inner> { try next().container(keyedBy: type) }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next().unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder { try next() }
}

extension JSONValue {
    /// The value as a type whose keys are spelled as in the file.
    package func decoded<Value: Decodable>(as type: Value.Type) throws -> Value {
        try RecordDecoder(json: self, isSnakeCase: false).decode(type)
    }
}
