import Foundation

extension JSONValue: Decodable {
    /// Fields of an object come by name: a decoder does not keep their order.
    public init(from decoder: any Decoder) throws {
        if let fields = try? decoder.container(keyedBy: AnyName.self) {
            self = .object(
                try fields.allKeys.sorted { $0.stringValue < $1.stringValue }.map {
                    ($0.stringValue, try fields.decode(JSONValue.self, forKey: $0))
                })
            return
        }
        if var elements = try? decoder.unkeyedContainer() {
            var values: [JSONValue] = []
            while !elements.isAtEnd { values.append(try elements.decode(JSONValue.self)) }
            self = .array(values)
            return
        }
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let whole = try? value.decode(Int.self) {
            self = .whole(whole)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else {
            self = .string(try value.decode(String.self))
        }
    }

    /// The value of an object's field; nil where there is none.
    public subscript(_ name: String) -> JSONValue? {
        guard case .object(let fields) = self else { return nil }
        return fields.first { $0.0 == name }?.1
    }

    /// Of an object, by name; none of anything else.
    public var fields: [(String, JSONValue)] {
        guard case .object(let fields) = self else { return [] }
        return fields
    }

    public var elements: [JSONValue] {
        guard case .array(let values) = self else { return [] }
        return values
    }

    public var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    private struct AnyName: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
