/// Gives a config the values of its settings.
struct ConfigDecoder: Decoder {
    /// By name.
    let entries: [String: Entry]
    let prefix: String
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(ConfigReader<Key>(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        throw Mismatch("a config is no list")
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        throw Mismatch("a config is no single value")
    }
}

private struct ConfigReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: ConfigDecoder
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    private func entry(_ key: Key) -> Entry? {
        decoder.entries[decoder.prefix + ConfigCoder.name(of: key.stringValue)]
    }

    func contains(_ key: Key) -> Bool { entry(key) != nil }

    func decodeNil(forKey key: Key) -> Bool {
        if case .null? = entry(key)?.value { true } else { false }
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        guard let setting = type as? any SettingValue.Type else {
            let prefix = (type as? any ConfigGroup.Type)?.prefix ?? ""
            return try Value(
                from: ConfigDecoder(entries: decoder.entries, prefix: decoder.prefix + prefix))
        }
        guard let value = try read(setting, key) as? Value else {
            throw Mismatch("\(key.stringValue) is no setting")
        }
        return value
    }

    private func read<Value: SettingValue>(_ type: Value.Type, _ key: Key) throws -> Value {
        guard let entry = entry(key) else { throw Mismatch("\(key.stringValue) is no setting") }
        do {
            return try Value.read(entry.value, within: entry.bounds)
        } catch {
            throw UsageError(
                origin: entry.origin, entry.name, entry.value.messageText, error)
        }
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { decoder.container(keyedBy: type) }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder.unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { decoder }
    func superDecoder(forKey key: Key) throws -> any Decoder { decoder }
}
