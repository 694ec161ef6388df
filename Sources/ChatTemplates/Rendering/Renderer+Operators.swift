import Foundation

/// Python's operators.
extension Renderer {
    func compare(_ left: Value, _ symbol: String, _ right: Value) throws -> Bool {
        try spend(min(left.weight, right.weight))
        switch symbol {
        case "==": return left == right
        case "!=": return left != right
        case "<": return try left.precedes(right)
        case ">": return try right.precedes(left)
        // Not the negations of these: a NaN has no order.
        case "<=": return try left.precedes(right) || left == right
        case ">=": return try right.precedes(left) || left == right
        case "in": return try contains(right, left)
        default: return try !contains(right, left)
        }
    }

    func contains(_ container: Value, _ value: Value) throws -> Bool {
        switch container {
        case .dictionary(let table):
            try spend(value.weight)
            guard value.isHashable else { throw Problem("\(value.kind) is no key of a dictionary") }
            return table[value] != nil
        case .text(let letters), .markup(let letters):
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

    func signed(_ value: Value, isMinus: Bool) throws -> Value {
        switch value {
        case .float(let number): return .float(isMinus ? -number : number)
        case .undefined(let missing): throw Problem(missing)
        default:
            guard let number = value.integer else { throw Problem("\(value.kind) has no sign") }
            return .integer(
                isMinus ? try Self.whole(0.subtractingReportingOverflow(number)) : number)
        }
    }

    private static func whole(_ result: (partialValue: Int, overflow: Bool)) throws -> Int {
        if result.overflow { throw Problem("an integer leaves the range of 64 bits") }
        return result.partialValue
    }

    func arithmetic(_ left: Value, _ symbol: String, _ right: Value) throws -> Value {
        if symbol == "~" { return try text(text(of: left) + text(of: right)) }
        for case .undefined(let missing) in [left, right] { throw Problem(missing) }
        if let left = left.integer, let right = right.integer {
            return try whole(left, symbol, right)
        }
        if let left = left.number, let right = right.number {
            return .float(try number(left, symbol, right))
        }
        switch (symbol, left, right) {
        case ("+", .items(let first), .items(let second))
        where first.kind == second.kind && (first.kind == .list || first.kind == .tuple):
            return try items(first.kind, first.elements + second.elements)
        case ("*", _, _):
            if let count = right.integer, let result = try repeated(left, count) { return result }
            if let count = left.integer, let result = try repeated(right, count) { return result }
        case ("+", _, _):
            if let first = left.letters, let second = right.letters {
                if left.isMarkup == right.isMarkup { return try text(first + second, like: left) }
                return try text(
                    (left.isMarkup ? first : first.escapedForHTML)
                        + (right.isMarkup ? second : second.escapedForHTML), like: .markup([]))
            }
        case ("%", .text, _): throw Problem("formatting by '%' is not supported; '~' joins strings")
        default: break
        }
        throw Problem("'\(symbol)' does not join \(left.kind) and \(right.kind)")
    }

    private func repeated(_ value: Value, _ count: Int) throws -> Value? {
        let count = max(count, 0)
        func room(_ size: Int) throws {
            let (total, isTooLarge) = size.multipliedReportingOverflow(by: count)
            try spend(isTooLarge ? .max : total)
        }
        if let letters = value.letters {
            try room(letters.count)
            let all = Array(repeatElement(letters, count: letters.isEmpty ? 0 : count).joined())
            return value.isMarkup ? .markup(all) : .text(all)
        }
        guard case .items(let items) = value, items.kind == .list || items.kind == .tuple else {
            return nil
        }
        try room(items.weight * Bounds.stepCost)
        let all = repeatElement(items.elements, count: items.elements.isEmpty ? 0 : count)
        return .items(try Items(items.kind, Array(all.joined())))
    }

    private func whole(_ left: Int, _ symbol: String, _ right: Int) throws -> Value {
        switch symbol {
        case "+": return .integer(try Self.whole(left.addingReportingOverflow(right)))
        case "-": return .integer(try Self.whole(left.subtractingReportingOverflow(right)))
        case "*": return .integer(try Self.whole(left.multipliedReportingOverflow(by: right)))
        case "**" where right >= 0:
            var (result, base, rest) = (1, left, right)
            while rest > 0 {
                if rest & 1 == 1 {
                    result = try Self.whole(result.multipliedReportingOverflow(by: base))
                }
                rest >>= 1
                if rest > 0 { base = try Self.whole(base.multipliedReportingOverflow(by: base)) }
            }
            return .integer(result)
        case "//", "%":
            guard right != 0 else { throw Problem("'\(symbol)' divides by zero") }
            let (quotient, overflow) = left.dividedReportingOverflow(by: right)
            let rest = overflow ? 0 : left % right
            // Python rounds down, Swift towards zero.
            let isBelow = rest != 0 && (rest < 0) != (right < 0)
            if symbol == "%" { return .integer(isBelow ? rest + right : rest) }
            return .integer(try Self.whole((isBelow ? quotient - 1 : quotient, overflow)))
        default: return .float(try number(Double(left), symbol, Double(right)))
        }
    }

    private func number(_ left: Double, _ symbol: String, _ right: Double) throws -> Double {
        if right == 0, ["/", "//", "%"].contains(symbol) {
            throw Problem("'\(symbol)' divides by zero")
        }
        switch symbol {
        case "+": return left + right
        case "-": return left - right
        case "*": return left * right
        case "/": return left / right
        case "%", "//":
            // Python rounds down, fmod towards zero.
            let rest = fmod(left, right)
            let isBelow = rest != 0 && (rest < 0) != (right < 0)
            if symbol == "%" {
                return rest == 0 ? copysign(0, right) : isBelow ? rest + right : rest
            }
            let quotient = (left - rest) / right - (isBelow ? 1 : 0)
            if quotient == 0 { return copysign(0, left / right) }
            let whole = quotient.rounded(.down)
            return quotient - whole > 0.5 ? whole + 1 : whole
        default:
            if left == 0, right < 0 { throw Problem("'**' takes zero to a negative power") }
            let power = pow(left, right)
            guard power.isFinite || !left.isFinite || !right.isFinite else {
                throw Problem("'**' leaves the range of real numbers")
            }
            return power
        }
    }
}
