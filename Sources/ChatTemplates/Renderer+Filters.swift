import Foundation

/// The filters after `|`.
extension Renderer {
    /// Filters that are methods of strings; other values are written first.
    static let textFilters = [
        "capitalize": "capitalize", "lower": "lower", "trim": "strip", "upper": "upper",
    ]

    static let filters: [String: Builtin] = [
        "abs": Builtin { renderer, call in
            let isNegative = try renderer.compare(call.value, .less, .integer(0))
            return try renderer.signed(call.value, isNegative ? .minus : .plus)
        },
        "count": length, "d": standard, "default": standard, "e": escape, "escape": escape,
        "dictsort": Builtin("case_sensitive? by? reverse?") { renderer, call in
            let isByValue = call[1].letters == [Letter]("value")
            let pairs = try renderer.sorted(call.table().pairs, isReversed: call.flag(2)) {
                try renderer.key(isByValue ? $0.1 : $0.0, isCased: call.flag(0))
            }
            return try renderer.pairs(.list, pairs)
        },
        "first": Builtin(cost: 0) { _, call in
            try call.elements.first ?? .undefined("no first item is there")
        },
        "float": Builtin("default?", cost: Bounds.stepCost) { _, call in
            try call.readNumber.map(Value.float) ?? call.given(0) ?? .float(0)
        },
        "indent": .text("width? first? blank?") { renderer, call in
            guard call.value.letters != nil else { throw Problem("'indent' needs a string") }
            let indentation = try call.indentation(0) ?? Array(repeating: " ", count: 4)
            let lines = (call.letters + ["\n"]).lines
            try renderer.spend(indentation.count, times: lines.count)
            let indented = lines.enumerated().map { index, line in
                let isIndented = index == 0 ? call.flag(1) : call.flag(2) || !line.isEmpty
                return isIndented ? indentation + line : line
            }
            return try renderer.joined(indented, by: ["\n"])
        },
        "int": Builtin("default?", cost: Bounds.stepCost) { _, call in
            let whole = call.value.integer ?? Int(call.letters.stripped().string)
            if let whole { return .integer(whole) }
            guard let number = try call.readNumber, number.isFinite else {
                return call.given(0) ?? .integer(0)
            }
            guard let whole = Int(exactly: number.rounded(.towardZero)) else {
                throw Problem("an integer leaves the range of 64 bits")
            }
            return .integer(whole)
        },
        "items": Builtin { renderer, call in
            let pairs = call.value.isUndefined ? [] : try Array(call.table().pairs)
            return try renderer.pairs(.generator, pairs)
        },
        "join": Builtin("d? attribute?") { renderer, call in
            let parts = try call.elements.map {
                try renderer.text(of: renderer.part(call[1], of: $0))
            }
            return .text(try renderer.joined(parts, by: call.given(0).map(renderer.text) ?? []))
        },
        "last": Builtin(cost: 0) { _, call in
            if call.value.isGenerator {
                throw Problem("a generator has no last item; 'list' makes one")
            }
            return try call.elements.last ?? .undefined("no last item is there")
        },
        "length": length,
        "list": Builtin { try $0.items(.list, $1.elements) },
        "map": Builtin(nil) { renderer, call in
            var rest = call.arguments
            if rest.positional.isEmpty {
                let (given, others) = rest.matched(to: ["attribute", "default"])
                guard let path = given[0] else {
                    throw Problem("a filter or an attribute is needed")
                }
                try others.ensureNone()
                return try renderer.generator(of: call.value) {
                    try renderer.part(path, of: $0, standard: given[1] ?? .none)
                }
            }
            let name = rest.positional.removeFirst().letters?.string ?? ""
            return try renderer.generator(of: call.value) { element in
                try renderer.nested { try renderer.filter(name, element, rest) }
            }
        },
        "max": best(.greater), "min": best(.less),
        "reject": selection(false), "rejectattr": selection(false, byAttribute: true),
        "replace": Builtin("old new count?") { renderer, call in
            let (old, new) = try (renderer.text(of: call[0]), renderer.text(of: call[1]))
            let limit = try call.integer(2, or: -1)
            return .text(
                try renderer.joined(renderer.pieces(of: call.text, at: old, limit: limit), by: new))
        },
        "reverse": Builtin { renderer, call in
            if call.value.letters != nil { return call.like(call.letters.reversed()) }
            let kind: Items.Kind = call.value.isGenerator ? .list : .generator
            return try renderer.items(kind, call.elements.reversed())
        },
        "round": Builtin("precision? method?", cost: 100 * Bounds.stepCost) { renderer, call in
            let method = call[1].letters?.string ?? "common"
            let precision = try call.integer(0, or: 0)
            guard let number = call.value.number, 0...300 ~= precision else {
                throw Problem("the filter 'round' needs a number, and a precision from 0 to 300")
            }
            if method == "common" {
                if let whole = call.value.integer { return .integer(whole) }
                if !number.isFinite { return call.value }
                return .float(Double(String(format: "%.*f", precision, number)) ?? number)
            }
            let unit = pow(10, Double(precision))
            guard let rule = ["ceil": FloatingPointRoundingRule.up, "floor": .down][method],
                (number * unit).isFinite
            else { throw Problem("the number cannot be rounded by \(method.quoted)") }
            return .float((number * unit).rounded(rule) / unit)
        },
        "safe": Builtin { .text(try $1.text, isMarkup: true) },
        "select": selection(true), "selectattr": selection(true, byAttribute: true),
        "sort": Builtin("reverse? case_sensitive? attribute?") { renderer, call in
            let names = call[2].letters?.split(separator: ",").map { Value.text(Array($0)) }
            let sorted = try renderer.sorted(call.elements, isReversed: call.flag(0)) { element in
                try renderer.items(
                    .list,
                    (names ?? [call[2]]).map {
                        try renderer.key(renderer.part($0, of: element), isCased: call.flag(1))
                    })
            }
            return try renderer.items(.list, sorted)
        },
        "string": .text { try $1.text },
        "sum": Builtin("attribute? start?") { renderer, call in
            let start = call.given(1) ?? .integer(0)
            if start.letters != nil { throw Problem("strings have no sum; 'join' joins them") }
            return try call.elements.reduce(start) {
                try renderer.arithmetic($0, .plus, renderer.part(call[0], of: $1))
            }
        },
        "title": .text(cost: Bounds.stepCost) { try $1.text.wordsCapitalized },
        "tojson": Builtin("ensure_ascii? indent? separators? sort_keys?") { renderer, call in
            let writer = Writer(renderer)
            (writer.isJSON, writer.isASCII, writer.sortsKeys) = (true, call.flag(0), call.flag(3))
            writer.indentation = try call.indentation(1)
            if writer.indentation != nil { writer.comma = [","] }
            if !call[2].isNone {
                let separators = try renderer.elements(of: call[2]).compactMap(\.letters)
                guard separators.count == 2 else {
                    throw Problem("'separators' are not two strings")
                }
                (writer.comma, writer.colon) = (separators[0], separators[1])
            }
            try writer.write(call.value)
            return .text(writer.letters)
        },
        "unique": Builtin("case_sensitive? attribute?") { renderer, call in
            var seen: Set<Value> = []
            let elements = try call.elements.filter { element in
                let key = try renderer.key(of: element, in: call).asKey
                try renderer.spend(key.weight)
                return seen.insert(key).inserted
            }
            return try renderer.items(.generator, elements)
        },
    ]

    // MARK: Filters with two names, or with opposites

    private static let length = Builtin(cost: 0) { _, call in
        if case .loop(let loop) = call.value { return .integer(try loop.length()) }
        guard let length = call.value.length else {
            throw Problem("\(call.value.kind) has no length")
        }
        return .integer(length)
    }

    private static let standard = Builtin("default_value? boolean?", cost: 0) { _, call in
        let isReplaced = call.value.isUndefined || call.flag(1) && !call.value.isTrue
        return isReplaced ? call.given(0) ?? .text([]) : call.value
    }

    private static let escape = Builtin(cost: Bounds.stepCost) { _, call in
        .text(call.value.isMarkup ? call.letters : try call.text.escapedForHTML, isMarkup: true)
    }

    private static func best(_ symbol: Operator) -> Builtin {
        Builtin("case_sensitive? attribute?") { renderer, call in
            var best: (key: Value, element: Value)?
            for element in try call.elements {
                let key = try renderer.key(of: element, in: call)
                if let best, try !renderer.compare(key, symbol, best.key) { continue }
                best = (key, element)
            }
            return best?.element ?? .undefined("no item is there")
        }
    }

    /// `select` and its like: elements for which a test, or else their truth, has a result.
    private static func selection(_ isWanted: Bool, byAttribute: Bool = false) -> Builtin {
        Builtin(nil) { renderer, call in
            var rest = call.arguments
            func next() -> Value? { rest.positional.isEmpty ? nil : rest.positional.removeFirst() }
            let path = byAttribute ? next() : Value.none
            guard let path else { throw Problem("an attribute is needed") }
            let test = next()?.letters?.string
            return try renderer.generator(of: call.value) { element in
                let part = try renderer.part(path, of: element)
                let holds = try test.map { try renderer.test($0, part, rest) } ?? part.isTrue
                return holds == isWanted ? element : nil
            }
        }
    }

    // MARK: Elements

    /// What a body makes of the elements; a value that is false has none.
    private func generator(of value: Value, _ body: (Value) throws -> Value?) throws -> Value {
        let elements = try (value.isTrue ? elements(of: value) : []).compactMap { element in
            try spend(Bounds.stepCost)
            return try body(element)
        }
        return try items(.generator, elements)
    }

    func pairs(_ kind: Items.Kind, _ pairs: [(Value, Value)]) throws -> Value {
        try items(kind, pairs.map { try items(.tuple, [$0, $1]) })
    }

    /// A sort key: strings without regard to case, unless it `isCased`.
    private func key(_ value: Value, isCased: Bool) throws -> Value {
        guard let letters = value.letters, !isCased else { return value }
        try spend(letters.count, times: Bounds.stepCost)
        return .text(letters.lowercased)
    }

    /// The key of an element for arguments `case_sensitive` and `attribute`.
    private func key(of element: Value, in call: Call) throws -> Value {
        try key(part(call[1], of: element), isCased: call.flag(0))
    }

    /// Elements sorted by keys; equal ones keep their order.
    func sorted<Element>(
        _ elements: some Sequence<Element>, isReversed: Bool = false,
        by key: (Element) throws -> Value
    ) throws -> [Element] {
        try elements.map { (try key($0), $0) }.sorted { left, right in
            try spend(Bounds.stepCost)
            let (first, second) = isReversed ? (right.0, left.0) : (left.0, right.0)
            return try compare(first, .less, second)
        }.map(\.1)
    }

    /// An element's part by a path such as `function.0.name`; without a path the element.
    ///
    /// - Parameter standard: in place of an undefined part, unless it is none
    private func part(_ path: Value, of value: Value, standard: Value = .none) throws -> Value {
        if path.isNone { return value }
        guard let letters = path.letters else { return try element(path, of: value) }
        try spend(letters.count)
        return try letters.split(separator: ".", omittingEmptySubsequences: false).reduce(value) {
            let index = $1.allSatisfy(\.isDigit) ? Int(Array($1).string) : nil
            let part = try element(index.map(Value.integer) ?? .text(Array($1)), of: $0)
            return part.isUndefined && !standard.isNone ? standard : part
        }
    }
}

extension Call {
    /// The number, or Python's `float` of a string; nil where it is no number.
    fileprivate var readNumber: Double? {
        get throws {
            if case .undefined(let missing) = value { throw Problem(missing) }
            let text = letters.stripped().string.lowercased()
            let isPlain = text.allSatisfy { "0123456789.e+-infatyn".contains($0) }
            // "5." and "5.e3" are numbers in Python, but not in Swift.
            let whole = (text + (text.last == "." ? "0" : "")).replacing(".e", with: ".0e")
            return value.number ?? (isPlain ? Double(whole) : nil)
        }
    }

    /// An indentation, given as a string or as a number of spaces; nil where it is missing.
    fileprivate func indentation(_ index: Int) throws -> [Letter]? {
        if self[index].isNone || self[index].letters != nil { return self[index].letters }
        let width = max(try integer(index, or: 0), 0)
        try renderer.spend(width)
        return Array(repeating: " ", count: width)
    }
}
