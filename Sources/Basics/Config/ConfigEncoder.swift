/// Collects the settings of a config.
final class ConfigStorage {
    var entries: [Entry] = []
}

struct ConfigEncoder: Encoder {
    let storage: ConfigStorage
    let prefix: String
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ storage: ConfigStorage = ConfigStorage(), prefix: String) {
        self.storage = storage
        self.prefix = prefix
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(ConfigWriter<Key>(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        preconditionFailure("a config is no list")
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        preconditionFailure("a config is no single value")
    }
}

private struct ConfigWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: ConfigEncoder
    var codingPath: [any CodingKey] { [] }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        guard let setting = value as? any SettingValue else {
            let prefix = (value as? any ConfigGroup).map { type(of: $0).prefix } ?? ""
            return try value.encode(
                to: ConfigEncoder(encoder.storage, prefix: encoder.prefix + prefix))
        }
        encoder.storage.entries.append(
            Entry(
                name: encoder.prefix + ConfigCoder.name(of: key.stringValue),
                value: setting.setting,
                bounds: (value as? any BoundedSetting)?.bounds ?? .usual))
    }

    // A setting without a value keeps its name in the list.
    private func encodeOptional<Value: SettingValue>(_ value: Value?, _ key: Key) throws {
        try encode(value, forKey: key)
    }

    func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey key: Key) throws {
        if let value { return try encode(value, forKey: key) }
        try encode(Int?.none, forKey: key)
    }

    func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try encodeOptional(value, key) }
    func encodeIfPresent(_ value: String?, forKey key: Key) throws {
        try encodeOptional(value, key)
    }
    func encodeIfPresent(_ value: Double?, forKey key: Key) throws {
        try encodeOptional(value, key)
    }
    func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try encodeOptional(value, key) }

    func encode(_ value: Bool, forKey key: Key) throws { try write(value, key) }
    func encode(_ value: String, forKey key: Key) throws { try write(value, key) }
    func encode(_ value: Double, forKey key: Key) throws { try write(value, key) }
    func encode(_ value: Int, forKey key: Key) throws { try write(value, key) }
    func encodeNil(forKey key: Key) throws { try encode(Int?.none, forKey: key) }

    private func write<Value: SettingValue>(_ value: Value, _ key: Key) throws {
        func generic<Plain: Encodable>(_ value: Plain) throws { try encode(value, forKey: key) }
        try generic(value)
    }

    // No setting has these types.
    func encode(_ value: Float, forKey key: Key) throws { throw refusal(key) }
    func encode(_ value: Int8, forKey key: Key) throws { throw refusal(key) }
    func encode(_ value: Int16, forKey key: Key) throws { throw refusal(key) }
    func encode(_ value: Int32, forKey key: Key) throws { throw refusal(key) }
    func encode(_ value: Int64, forKey key: Key) throws { throw refusal(key) }
    func encode(_ value: UInt, forKey key: Key) throws { throw refusal(key) }
    func encode(_ value: UInt8, forKey key: Key) throws { throw refusal(key) }
    func encode(_ value: UInt16, forKey key: Key) throws { throw refusal(key) }
    func encode(_ value: UInt32, forKey key: Key) throws { throw refusal(key) }
    func encode(_ value: UInt64, forKey key: Key) throws { throw refusal(key) }

    private func refusal(_ key: Key) -> Mismatch { Mismatch("\(key.stringValue) is no setting") }

    func nestedContainer<Nested: CodingKey>(
        keyedBy keyType: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> { encoder.container(keyedBy: keyType) }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        encoder.unkeyedContainer()
    }

    func superEncoder() -> any Encoder { encoder }
    func superEncoder(forKey key: Key) -> any Encoder { encoder }
}
