import Foundation

/// Functions, and methods of strings, lists and dictionaries.
extension Renderer {
    private static let functions: Set<String> = [
        "range", "dict", "namespace", "raise_exception", "strftime_now",
    ]

    static func function(_ name: String) -> Value? {
        functions.contains(name) ? .callable(Callable(.function(name))) : nil
    }

    func call(_ value: Value, _ arguments: Arguments) throws -> Value {
        switch value {
        case .callable(let callable):
            switch callable.kind {
            case .function(let name): return try call(function: name, arguments)
            case .method(let value, let name): return try call(name, of: value, arguments)
            case .macro(let macro, let frame): return try call(macro, in: frame, arguments)
            }
        case .undefined(let missing): throw Problem(missing)
        case .loop: throw Problem("a recursive loop is not supported")
        default: throw Problem("\(value.kind) cannot be called")
        }
    }

    private func call(function name: String, _ arguments: Arguments) throws -> Value {
        switch name {
        case "range": return try range(arguments)
        case "dict": return try table(pairs(arguments))
        case "namespace": return try namespace(pairs(arguments))
        case "raise_exception":
            guard let message = try arguments.bound("message")[0] else {
                throw Problem("raise_exception needs a message")
            }
            var problem = Problem(try text(of: message).string)
            problem.isRaised = true
            throw problem
        default:
            guard let format = try arguments.bound("format")[0]?.letters else {
                throw Problem("strftime_now needs a format")
            }
            try spend(format.count * Bounds.stepCost)
            return try text([Letter](formatted(format.string)))
        }
    }

    /// The time by a format of C's `strftime`, in the local time zone.
    private func formatted(_ format: String) throws -> String {
        var seconds = time_t(now.timeIntervalSince1970)
        var parts = tm()
        localtime_r(&seconds, &parts)
        var bytes = [CChar](repeating: 0, count: 1_024)
        // The leading space tells an empty result from a text that is too long.
        guard strftime(&bytes, bytes.count, " " + format, &parts) > 0 else {
            throw Problem("the time by \(format.quoted) is too long")
        }
        return String(
            decoding: bytes.dropFirst().prefix { $0 != 0 }.map(UInt8.init(bitPattern:)),
            as: UTF8.self)
    }

    private func pairs(_ arguments: Arguments) throws -> [(Value, Value)] {
        var pairs: [(Value, Value)] = []
        guard arguments.positional.count < 2 else {
            throw Problem("more than one argument was given")
        }
        if case .dictionary(let table)? = arguments.positional.first {
            pairs = Array(table.pairs)
        } else if let first = arguments.positional.first {
            if case .undefined(let missing) = first { throw Problem(missing) }
            pairs = try elements(of: first).map { pair in
                let pair = try elements(of: pair)
                guard pair.count == 2 else { throw Problem("an entry is no pair") }
                return (pair[0], pair[1])
            }
        }
        return pairs + arguments.named.map { (.text($0.name), $0.value) }
    }

    private func range(_ arguments: Arguments) throws -> Value {
        let numbers = try arguments.positional.map { value in
            guard let number = value.integer else { throw Problem("range was given \(value.kind)") }
            return number
        }
        guard 1...3 ~= numbers.count, arguments.named.isEmpty else {
            throw Problem("range takes one to three integers")
        }
        let (start, stop) = numbers.count == 1 ? (0, numbers[0]) : (numbers[0], numbers[1])
        let step = numbers.count == 3 ? numbers[2] : 1
        guard step != 0 else { throw Problem("the step of a range is 0") }
        let elements = Array(
            stride(from: start, to: stop, by: step).lazy.prefix(Bounds.range + 1).map(Value.integer)
        )
        guard elements.count <= Bounds.range else {
            throw Problem("a range has more than \(Bounds.range) elements")
        }
        return try items(.range(start: start, stop: stop, step: step), elements)
    }

    // MARK: Methods

    private static let textMethods: Set<String> = [
        "capitalize", "count", "endswith", "find", "format", "index", "isalpha", "isdigit",
        "islower", "isspace", "isupper", "join", "lower", "lstrip", "removeprefix",
        "removesuffix", "replace", "rfind", "rsplit", "rstrip", "split", "splitlines",
        "startswith", "strip", "title", "upper",
    ]
    /// A method of Python's type; nil where it has none with the name.
    func method(_ name: String, of value: Value) -> Value? {
        var changing: Set<String> = []
        let isKnown: Bool
        switch value {
        case .text, .markup: isKnown = Self.textMethods.contains(name)
        case .dictionary:
            isKnown = ["get", "items", "keys", "values"].contains(name)
            changing = ["clear", "pop", "popitem", "setdefault", "update"]
        case .items(let items):
            isKnown = items.hasPlaces && ["count", "index"].contains(name)
            if items.kind == .list {
                changing = [
                    "append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort",
                ]
            }
        default: return nil
        }
        if isKnown { return .callable(Callable(.method(value, name))) }
        guard changing.contains(name) else { return nil }
        return .undefined("\(name.quoted) changes \(value.kind), which a template may not")
    }

    private func call(_ name: String, of value: Value, _ arguments: Arguments) throws -> Value {
        switch value {
        case .text(let letters), .markup(let letters):
            return try call(name, of: letters, like: value, arguments)
        case .dictionary(let table):
            switch name {
            case "get":
                let given = try arguments.bound("key", "default")
                guard let key = given[0] else { throw Problem("'get' needs a key") }
                try spend(key.weight)
                guard key.isHashable else { throw Problem("\(key.kind) is no key of a dictionary") }
                return table[key] ?? given[1] ?? .none
            case "items":
                return try items(.pairs, table.pairs.map { try items(.tuple, [$0, $1]) })
            case "keys": return try items(.keys, table.keys)
            default: return try items(.values, table.values)
            }
        case .items(let items):
            guard let wanted = try arguments.bound("value")[0] else {
                throw Problem("\(name.quoted) needs a value")
            }
            try spend(items.weight)
            if name == "count" { return .integer(items.elements.count { $0 == wanted }) }
            guard let place = items.elements.firstIndex(of: wanted) else {
                throw Problem("the value is not in the list")
            }
            return .integer(place)
        case .loop(let loop):
            try spend(arguments.positional.reduce(0) { $0 + $1.weight })
            if name == "changed" { return .boolean(loop.isChanged(arguments.positional)) }
            guard !arguments.positional.isEmpty else { throw Problem("'cycle' needs values") }
            return arguments.positional[max(loop.index, 0) % arguments.positional.count]
        default: throw Problem("\(value.kind) has no method \(name.quoted)")
        }
    }
}
