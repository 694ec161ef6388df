/// The fields of a JSON object from outside: every name is known, and every value has its type.
///
/// A null counts as a missing field, unless the reader asks for it.
package struct JSONFields {
    private let values: [String: JSONValue]

    /// - Parameter known: all names that the object may have, in the order of messages
    /// - Throws: `InputError` for what is no object, and for a name that is unknown or there twice.
    package init(_ json: JSONValue, known: [String]) throws(InputError) {
        guard case .object(let fields) = json else {
            throw InputError("is \(json.found); an object is needed")
        }
        var values: [String: JSONValue] = [:]
        for (name, value) in fields {
            guard known.contains(name) else {
                let near = nearestMatch(to: name, in: known, within: max(2, name.count / 3))
                throw InputError(
                    "has the unknown key '\(name.shortened)'; "
                        + (near.map { "did you mean '\($0)'? " } ?? "")
                        + "the known keys are \(known.joined(separator: ", "))")
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw InputError("has two values of '\(name)'; one is needed")
            }
        }
        self.values = values
    }

    /// The field's value before its type is known; nil where it is missing.
    package subscript(_ name: String) -> JSONValue? {
        values[name].flatMap { $0.isNull ? nil : $0 }
    }

    /// A field that may be missing, but not null.
    ///
    /// - Throws: `InputError` as `value`, and for null.
    package func valueUnlessNull<Value>(
        _ name: String, _ type: JSONType<Value>
    ) throws(InputError) -> Value? {
        values[name]?.isNull == true ? try needed(name, type) : try value(name, type)
    }

    /// - Returns: nil where the field is missing
    /// - Throws: `InputError` that names the field, what it is and what is expected.
    package func value<Value>(
        _ name: String, _ type: JSONType<Value>
    ) throws(InputError) -> Value? {
        guard let json = self[name] else { return nil }
        guard let value = type.read(json) else {
            throw InputError("'\(name)' is \(json.found); \(type.one) is needed")
        }
        return value
    }

    /// - Throws: `InputError` also where the field is missing.
    package func needed<Value>(
        _ name: String, _ type: JSONType<Value>
    ) throws(InputError) -> Value {
        guard let value = try value(name, type) else {
            let found = values[name]?.found ?? "missing"
            throw InputError("'\(name)' is \(found); \(type.one) is needed")
        }
        return value
    }

    /// An array of values of one type.
    ///
    /// - Returns: nil where the field is missing
    /// - Throws: `InputError` that names the field, what it is or has, and what is expected.
    package func list<Value>(
        _ name: String, _ type: JSONType<Value>
    ) throws(InputError) -> [Value]? {
        guard let json = self[name] else { return nil }
        guard case .array(let elements) = json else {
            throw InputError("'\(name)' is \(json.found); an array of \(type.many) is needed")
        }
        var values: [Value] = []
        values.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            guard let value = type.read(element) else {
                throw InputError(
                    "'\(name)' has \(element.found) at index \(index); an array of \(type.many) "
                        + "is needed")
            }
            values.append(value)
        }
        return values
    }
}

/// A type that a JSON value is expected to have.
package struct JSONType<Value> {
    /// For messages, with its article.
    let one: String
    /// For messages, after "an array of".
    let many: String
    /// nil where the value is of another type, or out of range.
    let read: (JSONValue) -> Value?

    package init(_ one: String, many: String, _ read: @escaping (JSONValue) -> Value?) {
        (self.one, self.many, self.read) = (one, many, read)
    }
}

extension JSONType<String> {
    package static var text: Self { Self("a text", many: "texts", \.text) }
}

extension JSONType<Bool> {
    package static var truth: Self {
        Self("true or false", many: "true and false") { value in
            guard case .bool(let truth) = value else { return nil }
            return truth
        }
    }
}

extension JSONType<Double> {
    package static var number: Self { Self("a number", many: "numbers", \.double) }
}

extension JSONType<Int> {
    package static var count: Self {
        Self("a whole number from 0", many: "whole numbers from 0") { value in
            value.whole.flatMap { $0 >= 0 ? $0 : nil }
        }
    }
}

extension JSONType where Value: RawRepresentable<String> & CaseIterable {
    /// One of the type's words.
    package static var word: Self {
        let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
        return Self("one of \(words)", many: words) { $0.text.flatMap(Value.init(rawValue:)) }
    }
}

extension String {
    /// For messages.
    fileprivate var shortened: String { count > 40 ? prefix(40) + "…" : self }
}

extension JSONValue {
    /// The value's type and, where it is short, the value, for messages.
    fileprivate var found: String {
        switch self {
        case .null: "null"
        case .bool(let truth): "\(truth)"
        case .whole, .number: "the number \(line)"
        case .string(let text):
            "the text '\(text.shortened)'"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
