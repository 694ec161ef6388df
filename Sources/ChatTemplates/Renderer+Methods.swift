import Foundation

/// Tests, functions, and the methods of Python's types.
extension Renderer {
    static let tests: [String: Builtin] = [
        "boolean": .holds { if case .boolean = $1.value { true } else { false } },
        // An undefined value has the method, which raises an error.
        "callable": kinds("a function", "an undefined value", "a loop"),
        "defined": .holds { !$1.value.isUndefined },
        "divisibleby": .holds("other") { try !$0.arithmetic($1.value, .modulo, $1[0]).isTrue },
        "eq": comparison(.equal), "equalto": comparison(.equal), "ne": comparison(.unequal),
        "escaped": .holds { $1.value.isMarkup },
        "even": .holds { try !$0.arithmetic($1.value, .modulo, .integer(2)).isTrue },
        "false": .holds { $1.value.isSame(as: .boolean(false)) },
        "float": kinds("a float"),
        "ge": comparison(.greaterOrEqual), "in": comparison(.isIn),
        "greaterthan": comparison(.greater), "gt": comparison(.greater),
        "integer": kinds("an integer"),
        "iterable": kinds(
            "a string", "a dictionary", "an undefined value", "a list", "a tuple", "a range",
            "a view of a dictionary", "a generator", "a loop"),
        "le": comparison(.lessOrEqual), "lessthan": comparison(.less), "lt": comparison(.less),
        "lower": cased("lower"), "upper": cased("upper"),
        "mapping": kinds("a dictionary"), "none": kinds("none"),
        "number": .holds { $1.value.number != nil },
        "odd": .holds { try $0.arithmetic($1.value, .modulo, .integer(2)) == .integer(1) },
        "sameas": .holds("other", cost: 1) { $1.value.isSame(as: $1[0]) },
        "sequence": kinds(
            "a string", "a dictionary", "an undefined value", "a list", "a tuple", "a range"),
        "string": kinds("a string"),
        "true": .holds { $1.value.isSame(as: .boolean(true)) },
        "undefined": .holds { $1.value.isUndefined },
    ]

    private static func kinds(_ kinds: String...) -> Builtin {
        .holds { kinds.contains($1.value.kind) }
    }

    private static func comparison(_ symbol: Operator) -> Builtin {
        .holds("other") { try $0.compare($1.value, symbol, $1[0]) }
    }

    private static func cased(_ name: String) -> Builtin {
        .holds(cost: Bounds.stepCost) { _, call in
            try call.text.areCased { name == "lower" ? $0.isLowercase : $0.isUppercase }
        }
    }

    static let functions: [String: Builtin] = [
        "dict": Builtin(nil) { try $0.table($0.entries($1.arguments)) },
        "namespace": Builtin(nil) { try $0.namespace($0.entries($1.arguments)) },
        "raise_exception": Builtin("message") {
            throw Problem(try $0.text(of: $1[0]).string, isRaised: true)
        },
        "range": Builtin("start stop? step?") { renderer, call in
            let first = try call.integer(0, or: 0)
            let (start, stop) =
                try call.given(1) == nil ? (0, first) : (first, call.integer(1, or: 0))
            let step = try call.integer(2, or: 1)
            guard step != 0 else { throw Problem("the step of a range is 0") }
            let numbers = stride(from: start, to: stop, by: step).lazy.map(Value.integer)
            let elements = Array(numbers.prefix(Bounds.range + 1))
            guard elements.count <= Bounds.range else {
                throw Problem("a range has more than \(Bounds.range) elements")
            }
            return try renderer.items(.range(start: start, stop: stop, step: step), elements)
        },
        "strftime_now": Builtin("format") { renderer, call in
            let format = try call.letters(0).string
            try renderer.spend(format.utf8.count, times: Bounds.stepCost)
            var (seconds, parts) = (time_t(renderer.now.timeIntervalSince1970), tm())
            localtime_r(&seconds, &parts)
            var bytes = [CChar](repeating: 0, count: 1_024)
            // The leading space tells an empty result from a text that is too long.
            let count = strftime(&bytes, bytes.count, " " + format, &parts)
            guard count > 0 else { throw Problem("the time by \(format.quoted) is too long") }
            let text = bytes[1..<count].map(UInt8.init(bitPattern:))
            return .text(String(decoding: text, as: UTF8.self))
        },
    ]

    /// The entries that `dict` and `namespace` are given.
    private func entries(_ arguments: Arguments) throws -> [(Value, Value)] {
        var entries: [(Value, Value)] = []
        for pairs in arguments.positional {
            guard arguments.positional.count == 1, !pairs.isUndefined else {
                throw Problem("one dictionary or list of pairs is needed, and names with values")
            }
            if case .dictionary(let table) = pairs { entries = Array(table.pairs); continue }
            entries = try elements(of: pairs).map { pair in
                let pair = try elements(of: pair)
                guard pair.count == 2 else { throw Problem("an entry is no pair") }
                return (pair[0], pair[1])
            }
        }
        return entries + arguments.named.map { (.text($0.name), $0.value) }
    }

    // MARK: Methods

    static let loopMethods: [String: Builtin] = [
        "changed": Builtin(nil) { renderer, call in
            guard case .loop(let loop) = call.value else { return .none }
            for value in call.arguments.positional { try renderer.spend(value.weight) }
            return .boolean(loop.isChanged(call.arguments.positional))
        },
        "cycle": Builtin(nil) { _, call in
            let values = call.arguments.positional
            guard case .loop(let loop) = call.value, !values.isEmpty else {
                throw Problem("'cycle' needs values")
            }
            return values[max(loop.index, 0) % values.count]
        },
    ]

    static let tableMethods: [String: Builtin] = [
        "get": Builtin("key default?", cost: 0) { renderer, call in
            try renderer.spend(call[0].weight)
            return try call.table().value(for: call[0]) ?? call[1]
        },
        "items": Builtin { try $0.pairs(.view("items"), Array($1.table().pairs)) },
        "keys": Builtin { try $0.items(.view("keys"), $1.table().keys) },
        "values": Builtin { try $0.items(.view("values"), $1.table().values) },
    ]

    static let itemsMethods: [String: Builtin] = [
        "count": Builtin("value") { renderer, call in
            try renderer.spend(call.value.weight)
            return .integer(try call.elements.count { $0 == call[0] })
        },
        "index": Builtin("value") { renderer, call in
            try renderer.spend(call.value.weight)
            if let place = try call.elements.firstIndex(of: call[0]) { return .integer(place) }
            throw Problem("the value is not in the list")
        },
    ]

    static let textMethods: [String: Builtin] = [
        "capitalize": .text(cost: Bounds.stepCost) { $1.letters.capitalized },
        "count": Builtin("part") {
            .integer(try $0.pieces(of: $1.letters, at: $1.letters(0), limit: -1).count - 1)
        },
        "endswith": affix { $0.ends(with: $1) },
        "find": Builtin("part") {
            .integer(try $0.firstPlace(of: $1.letters(0), in: $1.letters) ?? -1)
        },
        "format": .text(nil) { try $0.filled($1.letters, $1.arguments) },
        "index": Builtin("part") {
            let place = try $0.firstPlace(of: $1.letters(0), in: $1.letters)
            guard let place else { throw Problem("the part is not in the string") }
            return .integer(place)
        },
        "isalpha": all(\.isAlphabetic),
        "isdigit": all { [.decimal, .digit].contains($0.properties.numericType) },
        "islower": cased("lower"), "isupper": cased("upper"), "isspace": all(\.isSpace),
        "join": Builtin("iterable") { renderer, call in
            let parts = try renderer.elements(of: call[0])
            let letters = parts.compactMap(\.letters)
            guard letters.count == parts.count else { throw Problem("'join' needs strings") }
            return .text(try renderer.joined(letters, by: call.letters))
        },
        "lower": .text(cost: Bounds.stepCost) { $1.letters.lowercased },
        "lstrip": strip(right: false), "rstrip": strip(left: false), "strip": strip(),
        "removeprefix": .text("part") {
            let part = try $1.letters(0)
            return Array($1.letters.dropFirst($1.letters.starts(with: part) ? part.count : 0))
        },
        "removesuffix": .text("part") {
            let part = try $1.letters(0)
            return Array($1.letters.dropLast($1.letters.ends(with: part) ? part.count : 0))
        },
        "replace": .text("old new count?") { renderer, call in
            let limit = try call.integer(2, or: -1)
            let pieces = try renderer.pieces(of: call.letters, at: call.letters(0), limit: limit)
            let isEscaped = call.value.isMarkup && !call[1].isMarkup
            let new = try call.letters(1)
            return try renderer.joined(pieces, by: isEscaped ? new.escapedForHTML : new)
        },
        "rfind": Builtin("part") { renderer, call in
            let (part, letters) = (try call.letters(0), call.letters)
            let place = try renderer.firstPlace(of: part.reversed(), in: letters.reversed())
            return .integer(place.map { letters.count - $0 - part.count } ?? -1)
        },
        "rsplit": split { renderer, letters, part, limit in
            try renderer.split(letters.reversed(), at: part?.reversed(), limit: limit).reversed()
                .map { $0.reversed() }
        },
        "split": split { try $0.split($1, at: $2, limit: $3) },
        "splitlines": Builtin { try $0.items(.list, $1.letters.lines.map($1.like)) },
        "startswith": affix { $0.starts(with: $1) },
        "title": .text(cost: Bounds.stepCost) { $1.letters.titled },
        "upper": .text(cost: Bounds.stepCost) { $1.letters.uppercased },
    ]

    private static func strip(left: Bool = true, right: Bool = true) -> Builtin {
        .text("chars?") { _, call in
            let set = call[0].isNone ? nil : try call.letters(0)
            return call.letters.stripped(left: left, right: right, of: set)
        }
    }

    private static func all(_ holds: @escaping @Sendable (Letter) -> Bool) -> Builtin {
        .holds(cost: Bounds.stepCost) { !$1.letters.isEmpty && $1.letters.allSatisfy(holds) }
    }

    /// `startswith` or `endswith`, with a string or a tuple of strings.
    private static func affix(
        _ holds: @escaping @Sendable ([Letter], [Letter]) -> Bool
    ) -> Builtin {
        .holds("part", cost: 1) { renderer, call in
            guard case .items(let items) = call[0], items.kind == .tuple else {
                return holds(call.letters, try call.letters(0))
            }
            try renderer.spend(items.weight)
            return items.elements.contains { $0.letters.map { holds(call.letters, $0) } ?? false }
        }
    }

    private static func split(
        _ parts: @escaping @Sendable (Renderer, [Letter], [Letter]?, Int) throws -> [[Letter]]
    ) -> Builtin {
        Builtin("sep? maxsplit?") { renderer, call in
            let part = call[0].isNone ? nil : try call.letters(0)
            let parts = try parts(renderer, call.letters, part, call.integer(1, or: -1))
            return try renderer.items(.list, parts.map(call.like))
        }
    }

    /// `str.split`: at a separator, or without one at runs of white space.
    private func split(_ letters: [Letter], at part: [Letter]?, limit: Int) throws -> [[Letter]] {
        if let part {
            if part.isEmpty { throw Problem("the separator is empty") }
            return try pieces(of: letters, at: part, limit: limit)
        }
        var parts: [[Letter]] = []
        var rest = letters.drop(while: \.isSpace)
        while !rest.isEmpty, limit < 0 || parts.count < limit {
            let part = rest.prefix { !$0.isSpace }
            parts.append(Array(part))
            rest = rest[part.endIndex...].drop(while: \.isSpace)
        }
        return rest.isEmpty ? parts : parts + [Array(rest)]
    }

    /// `str.format` with `{}`, `{0}` and `{name}`.
    private func filled(_ pattern: [Letter], _ arguments: Arguments) throws -> [Letter] {
        var result: [Letter] = []
        var count = 0
        var rest = pattern[...]
        while let letter = rest.popFirst() {
            if letter != "{" && letter != "}" || rest.first == letter {
                if rest.first == letter, letter == "{" || letter == "}" { rest.removeFirst() }
                result.append(letter)
                continue
            }
            guard letter == "{", let end = rest.firstIndex(of: "}") else {
                throw Problem("a format has a single '\(letter.scalar)'")
            }
            let field = Array(rest[..<end]).string
            rest = rest[(end + 1)...]
            let index = field.isEmpty ? count : Int(field)
            if field.isEmpty { count += 1 }
            let value =
                index.map { arguments.positional.dropFirst(max($0, 0)).first }
                ?? arguments.named.first { $0.name == field }?.value
            guard let value else {
                throw Problem("a format has the field {\(field)}, which was given no plain value")
            }
            result += try text(of: value)
            try spend(result.count)
        }
        return result
    }
}

extension Letter {
    /// Python's `str.isalpha`.
    fileprivate var isAlphabetic: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            true
        default: false
        }
    }
}
