/// A value during rendering.
enum Value {
    /// Jinja's `Undefined`; the text says what is missing.
    case undefined(String)
    case none, boolean(Bool), integer(Int), float(Double)
    /// Text added to markup is escaped for HTML.
    case text([Letter], isMarkup: Bool = false)
    case items(Items), dictionary(Table), namespace(Namespace), loop(Loop), callable(Callable)

    static func text(_ string: String) -> Value { .text([Letter](string)) }
}

/// Elements in order; only reading a generator changes them.
final class Items {
    enum Kind: Equatable {
        case list, tuple, range(start: Int, stop: Int, step: Int)
        /// `keys`, `values` or `items` of a dictionary.
        case view(String)
        case generator
    }

    let kind: Kind
    private(set) var elements: [Value]
    let weight: Int
    let depth: Int

    init(_ kind: Kind, _ elements: [Value]) throws {
        self.kind = kind
        self.elements = elements
        (weight, depth) = try measured(elements)
    }

    /// The elements; a generator has them once.
    func take() -> [Value] {
        defer { if kind == .generator { elements = [] } }
        return elements
    }

    var isListOrTuple: Bool { kind == .list || kind == .tuple }

    var isRange: Bool { if case .range = kind { true } else { false } }
    /// Whether elements can be accessed by index.
    var hasPlaces: Bool { isListOrTuple || isRange }
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
            if let place = places[try key.asKey] {
                values[place] = value
            } else {
                places[key] = keys.count
                keys.append(key)
                values.append(value)
            }
        }
        (weight, depth) = try measured(keys + values)
    }

    /// - Throws: `Problem` if the key cannot be hashed.
    func value(for key: Value) throws -> Value? { places[try key.asKey].map { values[$0] } }

    var pairs: Zip2Sequence<[Value], [Value]> { zip(keys, values) }
}

private func measured(_ elements: [Value]) throws -> (weight: Int, depth: Int) {
    var (weight, depth) = (elements.count + 1, 0)
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
    private(set) var names: [String] = []

    func set(_ name: String, to value: Value) throws {
        guard !name.hasPrefix("_") else {
            throw Problem("a namespace's name begins with '_'; another name is needed")
        }
        if values.updateValue(value, forKey: name) == nil { names.append(name) }
    }
}

final class Callable {
    enum Kind { case builtin(Builtin, of: Value), macro(Macro, Frame) }

    let kind: Kind
    init(_ kind: Kind) { self.kind = kind }
}

extension Value {
    /// The amount of data to compare or print.
    var weight: Int {
        switch self {
        case .text(let letters, _): letters.count + 1
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
        case .loop(let loop): loop.depth
        case .callable(let callable):
            if case .builtin(_, let value) = callable.kind { value.depth + 1 } else { 0 }
        default: 0
        }
    }

    /// Letters or elements; nil for a value without a length.
    var length: Int? {
        switch self {
        case .undefined: 0
        case .text(let letters, _): letters.count
        case .items(let items): items.kind == .generator ? nil : items.elements.count
        case .dictionary(let table): table.keys.count
        default: nil
        }
    }

    var letters: [Letter]? { if case .text(let letters, _) = self { letters } else { nil } }
    var isMarkup: Bool { if case .text(_, isMarkup: true) = self { true } else { false } }
    var isUndefined: Bool { if case .undefined = self { true } else { false } }
    var isGenerator: Bool {
        if case .items(let items) = self { items.kind == .generator } else { false }
    }
    var isNone: Bool { if case .none = self { true } else { false } }

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

    var isTrue: Bool {
        switch self {
        case .none: false
        case .boolean, .integer, .float: number != 0
        default: length != 0
        }
    }

    /// This value, if it can be a dictionary's key.
    var asKey: Value {
        get throws {
            switch self {
            case .dictionary: break
            case .items(let items) where items.kind == .tuple:
                for element in items.elements { _ = try element.asKey }
                return self
            case .items(let items) where !items.isRange: break
            default: return self
            }
            throw Problem("\(kind) is no key of a dictionary")
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
        case .text: "a string"
        case .items(let items):
            switch items.kind {
            case .list: "a list"
            case .tuple: "a tuple"
            case .range: "a range"
            case .view: "a view of a dictionary"
            case .generator: "a generator"
            }
        case .dictionary: "a dictionary"
        case .namespace: "a namespace"
        case .loop: "a loop"
        case .callable: "a function"
        }
    }
}

// MARK: Python's equality and order

extension Value: Hashable {
    static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.undefined, .undefined), (.none, .none): return true
        case (.text(let left, _), .text(let right, _)): return left == right
        case (.items(let left), .items(let right)):
            let areAlike =
                left.isListOrTuple ? left.kind == right.kind : left.isRange && right.isRange
            return left === right || areAlike && left.elements == right.elements
        case (.dictionary(let left), .dictionary(let right)):
            return left.keys.count == right.keys.count
                && left.pairs.allSatisfy { key, value in (try? right.value(for: key)) == value }
        default:
            if let object = left.object { return object === right.object }
            if let left = left.integer, let right = right.integer { return left == right }
            guard let left = left.number, let right = right.number else { return false }
            return left == right
        }
    }

    func hash(into hasher: inout Hasher) {
        switch self {
        case .text(let letters, _): hasher.combine(letters)
        case .items(let items): hasher.combine(items.elements)
        default: hasher.combine(number)
        }
    }

    private var object: AnyObject? {
        switch self {
        case .items(let items): items
        case .dictionary(let table): table
        case .namespace(let namespace): namespace
        case .loop(let loop): loop
        case .callable(let callable): callable
        default: nil
        }
    }

    /// Whether the two are the same object, or plain values of the same kind that are equal.
    func isSame(as other: Value) -> Bool {
        object.map { $0 === other.object } ?? (kind == other.kind && self == other)
    }

    /// Whether this value sorts before another.
    ///
    /// - Throws: `Problem` if Python has no order between the two.
    func precedes(_ other: Value) throws -> Bool {
        switch (self, other) {
        case (.text(let left, _), .text(let right, _)):
            return left.lexicographicallyPrecedes(right)
        case (.items(let left), .items(let right))
        where left.kind == right.kind && left.isListOrTuple:
            for (left, right) in zip(left.elements, right.elements) where left != right {
                return try left.precedes(right)
            }
            return left.elements.count < right.elements.count
        case (.undefined(let missing), _), (_, .undefined(let missing)): throw Problem(missing)
        default:
            if let left = integer, let right = other.integer { return left < right }
            guard let left = number, let right = other.number else {
                throw Problem("\(kind) and \(other.kind) have no order")
            }
            return left < right
        }
    }
}

extension Value {
    init(_ value: TemplateValue, depth: Int = 0) throws {
        guard depth <= Bounds.valueDepth else {
            throw Problem("the context: it nests more than \(Bounds.valueDepth) deep")
        }
        switch value {
        case .none: self = .none
        case .boolean(let value): self = .boolean(value)
        case .integer(let value): self = .integer(value)
        case .float(let value): self = .float(value)
        case .string(let text): self = .text([Letter](text))
        case .content(let text): self = .text([Letter](text, isContent: true))
        case .list(let elements):
            self = .items(try Items(.list, elements.map { try Value($0, depth: depth + 1) }))
        case .dictionary(let fields):
            self = .dictionary(
                try Table(
                    fields.map { (.text($0.name), try Value($0.value, depth: depth + 1)) }))
        }
    }
}
