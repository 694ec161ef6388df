/// A value during rendering.
enum Value {
    /// Jinja's `Undefined`; the text says what is missing.
    case undefined(String)
    case none
    case boolean(Bool)
    case integer(Int)
    case float(Double)
    case text([Letter])
    /// Text that is marked as safe HTML: text added to it is escaped.
    case markup([Letter])
    case items(Items)
    case dictionary(Table)
    case namespace(Namespace)
    /// A generator: its elements can be read once.
    case iterator(OneTime)
    case loop(Loop)
    case callable(Callable)

    static func text(_ string: String) -> Value { .text([Letter](string)) }
}

/// Elements in order, immutable.
final class Items {
    enum Kind: Equatable {
        case list, tuple, keys, values, pairs
        case range(start: Int, stop: Int, step: Int)
    }

    let kind: Kind
    let elements: [Value]
    let weight: Int
    let depth: Int

    init(_ kind: Kind, _ elements: [Value]) throws {
        self.kind = kind
        self.elements = elements
        (weight, depth) = try measured(elements)
    }
}

/// A dictionary in the order of insertion, immutable.
final class Table {
    private(set) var keys: [Value] = []
    private(set) var values: [Value] = []
    private var places: [Value: Int] = [:]
    let weight: Int
    let depth: Int

    /// Of two equal keys the first one's position and the last one's value count.
    init(_ pairs: some Sequence<(Value, Value)>) throws {
        for (key, value) in pairs {
            guard key.isHashable else {
                throw Problem("\(key.kind) is no key of a dictionary")
            }
            if let place = places[key] {
                values[place] = value
            } else {
                places[key] = keys.count
                keys.append(key)
                values.append(value)
            }
        }
        let (ofKeys, depthOfKeys) = try measured(keys)
        let (ofValues, depthOfValues) = try measured(values)
        weight = ofKeys + ofValues
        depth = max(depthOfKeys, depthOfValues)
    }

    subscript(key: Value) -> Value? {
        key.isHashable ? places[key].map { values[$0] } : nil
    }

    var pairs: Zip2Sequence<[Value], [Value]> { zip(keys, values) }
}

private func measured(_ elements: [Value]) throws -> (weight: Int, depth: Int) {
    var weight = elements.count + 1
    var depth = 0
    for element in elements {
        weight += element.weight
        depth = max(depth, element.depth)
        // Before a sum of many could overflow.
        if weight > Bounds.work { throw Problem("a list or dictionary is too large") }
    }
    guard depth < Bounds.valueDepth else {
        throw Problem(
            "lists and dictionaries nest \(depth + 1) deep; at most \(Bounds.valueDepth) are kept")
    }
    return (weight, depth + 1)
}

/// The result of `namespace(…)`: the only value that a template can change.
final class Namespace {
    var values: [String: Value] = [:]
    var names: [String] = []

    subscript(name: String) -> Value? {
        get { values[name] }
        set {
            if values.updateValue(newValue ?? .none, forKey: name) == nil { names.append(name) }
        }
    }
}

/// Elements that can be read once, as a Python generator's.
final class OneTime {
    private var elements: [Value]
    let depth: Int

    init(_ elements: [Value]) throws {
        self.elements = elements
        depth = try measured(elements).depth
    }

    func take() -> [Value] {
        defer { elements = [] }
        return elements
    }
}

/// A callable value.
final class Callable {
    enum Kind {
        case function(String)
        case method(Value, String)
        case macro(Macro, Frame)
    }

    let kind: Kind

    init(_ kind: Kind) { self.kind = kind }
}

extension Value {
    /// The amount of data to compare or print.
    var weight: Int {
        switch self {
        case .text(let letters), .markup(let letters): letters.count + 1
        case .items(let items): items.weight
        case .dictionary(let table): table.weight
        default: 1
        }
    }

    /// The depth of nested values, which are released recursively.
    var depth: Int {
        switch self {
        case .items(let items): items.depth
        case .dictionary(let table): table.depth
        case .iterator(let iterator): iterator.depth
        case .loop(let loop): loop.depth
        case .callable(let callable):
            if case .method(let value, _) = callable.kind { value.depth + 1 } else { 0 }
        default: 0
        }
    }

    var letters: [Letter]? {
        switch self {
        case .text(let letters), .markup(let letters): letters
        default: nil
        }
    }

    var isUndefined: Bool { if case .undefined = self { true } else { false } }

    var isMarkup: Bool { if case .markup = self { true } else { false } }

    /// An integer or a boolean, which is an integer in Python.
    var integer: Int? {
        switch self {
        case .integer(let value): value
        case .boolean(let value): value ? 1 : 0
        default: nil
        }
    }

    var number: Double? {
        if case .float(let value) = self { value } else { integer.map(Double.init) }
    }

    var isHashable: Bool {
        switch self {
        case .dictionary: false
        case .items(let items):
            switch items.kind {
            case .tuple: items.elements.allSatisfy(\.isHashable)
            case .range: true
            default: false
            }
        default: true
        }
    }

    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .boolean(let value): value
        case .integer(let value): value != 0
        case .float(let value): value != 0
        case .text(let letters), .markup(let letters): !letters.isEmpty
        case .items(let items): !items.elements.isEmpty
        case .dictionary(let table): !table.keys.isEmpty
        case .namespace, .iterator, .loop, .callable: true
        }
    }

    /// The kind, as errors name it.
    var kind: String {
        switch self {
        case .undefined: "an undefined value"
        case .none: "none"
        case .boolean: "a boolean"
        case .integer: "an integer"
        case .float: "a float"
        case .text, .markup: "a string"
        case .items(let items):
            switch items.kind {
            case .list: "a list"
            case .tuple: "a tuple"
            case .range: "a range"
            case .keys, .values, .pairs: "a view of a dictionary"
            }
        case .dictionary: "a dictionary"
        case .namespace: "a namespace"
        case .iterator: "a generator"
        case .loop: "a loop"
        case .callable: "a function"
        }
    }
}
