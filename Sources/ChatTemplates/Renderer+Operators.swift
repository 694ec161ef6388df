import Foundation

/// Python's operators.
extension Renderer {
    func compare(_ left: Value, _ symbol: Operator, _ right: Value) throws -> Bool {
        try spend(min(left.weight, right.weight))
        switch symbol {
        case .unequal: return left != right
        case .less: return try left.precedes(right)
        case .greater: return try right.precedes(left)
        // Not the negations of these: a NaN has no order.
        case .lessOrEqual: return try left.precedes(right) || left == right
        case .greaterOrEqual: return try right.precedes(left) || left == right
        case .isIn: return try contains(right, left)
        case .isNotIn: return try !contains(right, left)
        default: return left == right
        }
    }

    private func contains(_ container: Value, _ value: Value) throws -> Bool {
        switch container {
        case .dictionary(let table):
            try spend(value.weight)
            return try table.value(for: value) != nil
        case .text(let letters, _):
            guard let part = value.letters else {
                throw Problem("\(value.kind) is not in a string; a string is needed")
            }
            return try firstPlace(of: part, in: letters) != nil
        default:
            let elements = try elements(of: container)
            try spend(min(container.weight, value.weight * elements.count))
            return elements.contains(value)
        }
    }

    func signed(_ value: Value, _ sign: Operator) throws -> Value {
        if case .undefined(let missing) = value { throw Problem(missing) }
        guard value.number != nil else { throw Problem("\(value.kind) has no sign") }
        // Not subtracted from zero: that has no sign to turn.
        return try arithmetic(value, .times, .integer(sign == .minus ? -1 : 1))
    }

    func arithmetic(_ left: Value, _ symbol: Operator, _ right: Value) throws -> Value {
        if symbol == .join { return try text(text(of: left) + text(of: right)) }
        for case .undefined(let missing) in [left, right] { throw Problem(missing) }
        if let left = left.integer, let right = right.integer,
            let (result, overflow) = try whole(left, symbol, right)
        {
            if overflow { throw Problem("an integer leaves the range of 64 bits") }
            return .integer(result)
        }
        if let left = left.number, let right = right.number {
            return .float(try number(left, symbol, right))
        }
        switch (symbol, left, right) {
        case (.plus, .items(let first), .items(let second))
        where first.kind == second.kind && first.isListOrTuple:
            return try items(first.kind, first.elements + second.elements)
        case (.plus, .text(let first, let isFirst), .text(let second, let isSecond)):
            return try text(
                (isFirst || !isSecond ? first : first.escapedForHTML)
                    + (isSecond || !isFirst ? second : second.escapedForHTML),
                isMarkup: isFirst || isSecond)
        case (.times, .text(let letters, let isMarkup), _):
            guard let count = right.integer else { break }
            return .text(try repeated(letters, count), isMarkup: isMarkup)
        case (.times, .items(let items), _) where items.isListOrTuple:
            guard let count = right.integer else { break }
            try spend(
                items.weight * Bounds.stepCost, times: max(items.elements.isEmpty ? 0 : count, 0))
            return .items(try Items(items.kind, repeated(items.elements, count)))
        case (.times, _, .text), (.times, _, .items):
            if left.integer != nil { return try arithmetic(right, .times, left) }
        case (.modulo, .text, _):
            throw Problem("formatting by '%' is not supported; '~' joins strings")
        default: break
        }
        throw Problem("'\(symbol.rawValue)' does not join \(left.kind) and \(right.kind)")
    }

    private func repeated<Element>(_ elements: [Element], _ count: Int) throws -> [Element] {
        let count = elements.isEmpty ? 0 : max(count, 0)
        try spend(elements.count, times: count)
        return Array(repeatElement(elements, count: count).joined())
    }

    /// The result for integers; nil where it is no integer.
    private func whole(
        _ left: Int, _ symbol: Operator, _ right: Int
    ) throws -> (partialValue: Int, overflow: Bool)? {
        switch symbol {
        case .plus: return left.addingReportingOverflow(right)
        case .minus: return left.subtractingReportingOverflow(right)
        case .times: return left.multipliedReportingOverflow(by: right)
        case .power where right >= 0:
            // Beyond 64 factors only powers of -1, 0 and 1 fit, and they repeat.
            return repeatElement(left, count: right < 64 ? right : 64 + right % 2).reduce(
                (1, false)
            ) {
                let product = $0.0.multipliedReportingOverflow(by: $1)
                return (product.partialValue, product.overflow || $0.1)
            }
        case .floorDivide, .modulo:
            guard right != 0 else { throw Problem("'\(symbol.rawValue)' divides by zero") }
            let (quotient, overflow) = left.dividedReportingOverflow(by: right)
            let rest = overflow ? 0 : left % right
            // Python rounds down, Swift towards zero.
            let isBelow = rest != 0 && (rest < 0) != (right < 0)
            return symbol == .modulo
                ? (isBelow ? rest + right : rest, false)
                : (isBelow ? quotient - 1 : quotient, overflow)
        default: return nil
        }
    }

    private func number(_ left: Double, _ symbol: Operator, _ right: Double) throws -> Double {
        switch symbol {
        case .plus: return left + right
        case .minus: return left - right
        case .times: return left * right
        case .power:
            if left == 0, right < 0 { throw Problem("'**' takes zero to a negative power") }
            let power = pow(left, right)
            guard power.isFinite || !left.isFinite || !right.isFinite else {
                throw Problem("'**' leaves the range of real numbers")
            }
            return power
        default:
            guard right != 0 else { throw Problem("'\(symbol.rawValue)' divides by zero") }
            if symbol == .divide { return left / right }
            // Python rounds down, fmod towards zero.
            let rest = fmod(left, right)
            let isBelow = rest != 0 && (rest < 0) != (right < 0)
            if symbol == .modulo {
                return rest == 0 ? copysign(0, right) : isBelow ? rest + right : rest
            }
            let quotient = (left - rest) / right - (isBelow ? 1 : 0)
            return quotient == 0 ? copysign(0, left / right) : quotient.rounded()
        }
    }

    // MARK: Parts

    /// `value.name`: an attribute of Python's type takes precedence over a dictionary's entry.
    func attribute(_ name: String, of value: Value) throws -> Value {
        if case .undefined(let missing) = value { throw Problem(missing) }
        if let method = method(name, of: value) { return method }
        let found: Value? =
            switch value {
            case .namespace(let namespace): namespace.values[name]
            case .loop(let loop): try loop.attribute(name)
            case .dictionary(let table): try table.value(for: .text(name))
            default: nil
            }
        return found ?? .undefined("\(value.kind) has no attribute \(name.quoted)")
    }

    /// `value[key]`: an entry takes precedence over an attribute.
    func element(_ key: Value, of value: Value) throws -> Value {
        if case .undefined(let missing) = value { throw Problem(missing) }
        try spend(key.weight)
        if case .dictionary(let table) = value, let found = try? table.value(for: key) {
            return found
        }
        if let index = key.integer, let count = value.length {
            let place = index < 0 ? index + count : index
            if 0..<count ~= place {
                if let letters = value.letters { return .text([letters[place]]) }
                if case .items(let items) = value, items.hasPlaces { return items.elements[place] }
            }
        }
        if let name = key.letters { return try attribute(name.string, of: value) }
        return .undefined("\(value.kind) has no such element")
    }

    /// `value[from:to:by]`.
    func slice(_ value: Value, _ given: [Value?]) throws -> Value {
        let numbers = try given.map { bound -> Int? in
            if let number = bound?.integer { return number }
            if let bound, !bound.isNone { throw Problem("a slice's bound is \(bound.kind)") }
            return nil
        }
        let step = numbers.dropFirst(2).first.flatMap(\.self) ?? 1
        guard step != 0 else { throw Problem("a slice's step is 0") }
        let count = value.length ?? 0
        let (lowest, highest) = step > 0 ? (0, count) : (-1, count - 1)
        func clamped(_ number: Int?, _ standard: Int) -> Int {
            number.map { min(max($0 < 0 ? $0 + count : $0, lowest), highest) } ?? standard
        }
        let from = clamped(numbers[0], step > 0 ? lowest : highest)
        let to = clamped(numbers[1], step > 0 ? highest : lowest)
        let places = stride(from: from, to: to, by: step)
        switch value {
        case .text(let letters, let isMarkup):
            return try text(places.map { letters[$0] }, isMarkup: isMarkup)
        case .items(let items) where items.hasPlaces:
            var kind = items.kind
            if case .range(let start, _, let by) = kind {
                let (stride, isTooLarge) = by.multipliedReportingOverflow(by: step)
                if isTooLarge { throw Problem("the step of a range is too large") }
                kind = .range(start: start + from * by, stop: start + to * by, step: stride)
            }
            return try self.items(kind, places.map { items.elements[$0] })
        case .undefined(let missing): throw Problem(missing)
        default: throw Problem("\(value.kind) has no slices")
        }
    }

    /// The elements that a loop iterates over.
    func elements(of value: Value) throws -> [Value] {
        switch value {
        case .items(let items):
            try spend(items.elements.count)
            return items.take()
        case .dictionary(let table):
            try spend(table.keys.count)
            return table.keys
        case .undefined: return []
        case .text(let letters, _):
            try spend(letters.count, times: Bounds.stepCost)
            return letters.map { .text([$0]) }
        default: throw Problem("\(value.kind) has no elements")
        }
    }

    /// The first index of a part at or after `start`; nil where it does not occur.
    func firstPlace(of part: [Letter], in letters: [Letter], from start: Int = 0) throws -> Int? {
        guard let first = part.first else { return start <= letters.count ? start : nil }
        var place = start
        while place + part.count <= letters.count {
            var length = 0
            let end = letters[place...].firstIndex(of: first) ?? letters.count
            while length < part.count, end + length < letters.count,
                letters[end + length] == part[length]
            { length += 1 }
            try spend(end - place + length + 1)
            if length == part.count { return end }
            place = end + 1
        }
        return nil
    }

    /// The pieces between occurrences of a part that do not overlap, from the left.
    ///
    /// - Parameter limit: the largest number of occurrences; without an end where it is negative
    func pieces(of letters: [Letter], at part: [Letter], limit: Int) throws -> [[Letter]] {
        try spend(letters.count)
        var pieces: [[Letter]] = []
        var (end, start) = (0, 0)
        while limit < 0 || pieces.count < limit,
            let place = try firstPlace(of: part, in: letters, from: start)
        {
            try spend(Bounds.stepCost)
            pieces.append(Array(letters[end..<place]))
            end = place + part.count
            start = place + max(part.count, 1)
        }
        return pieces + [Array(letters[end...])]
    }

    /// Joins parts; the room is counted before it is taken.
    func joined(_ parts: [[Letter]], by separator: [Letter]) throws -> [Letter] {
        try spend(separator.count + Bounds.stepCost, times: parts.count)
        try spend(parts.reduce(0) { $0 + $1.count })
        return Array(parts.joined(separator: separator))
    }
}

extension [Letter] {
    var escapedForHTML: [Letter] { flatMap(\.escapedForHTML) }
}
