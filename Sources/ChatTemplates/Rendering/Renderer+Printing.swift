/// Formats values as Python's `str` and `repr` do.
extension Renderer {
    func text(of value: Value) throws -> [Letter] {
        if let letters = value.letters { return letters }
        if value.isUndefined { return [] }
        return try representation(of: value)
    }

    func representation(of value: Value) throws -> [Letter] {
        switch value {
        case .text(let letters): return try quoted(letters)
        case .markup(let letters):
            return [Letter]("Markup(") + (try quoted(letters)) + [Letter](")")
        case .undefined: return [Letter]("Undefined")
        case .none: return [Letter]("None")
        case .boolean(let value): return [Letter](value ? "True" : "False")
        case .integer(let value): return [Letter]("\(value)")
        case .float(let value): return [Letter](value.pythonText)
        case .items(let items): return try representation(of: items)
        case .dictionary(let table): return try representation(of: table.pairs)
        case .namespace(let namespace):
            let pairs = namespace.names.map { (Value.text($0), namespace[$0] ?? .none) }
            return [Letter]("<Namespace ") + (try representation(of: pairs)) + [Letter](">")
        case .iterator: return [Letter]("<generator object>")
        case .loop: return [Letter]("<loop>")
        case .callable: return [Letter]("<function>")
        }
    }

    private func representation(of items: Items) throws -> [Letter] {
        switch items.kind {
        case .list: return try listed(items.elements, "[", "]")
        case .tuple: return try listed(items.elements, "(", items.elements.count == 1 ? ",)" : ")")
        case .keys: return try listed(items.elements, "dict_keys([", "])")
        case .values: return try listed(items.elements, "dict_values([", "])")
        case .pairs: return try listed(items.elements, "dict_items([", "])")
        case .range(let start, let stop, let step):
            return [Letter]("range(\(start), \(stop)\(step == 1 ? "" : ", \(step)"))")
        }
    }

    private func listed(_ elements: [Value], _ open: String, _ close: String) throws -> [Letter] {
        try nested {
            var letters = [Letter](open)
            for (index, element) in elements.enumerated() {
                if index > 0 { letters += [Letter](", ") }
                letters += try representation(of: element)
            }
            try spend(letters.count)
            return letters + [Letter](close)
        }
    }

    private func representation(of pairs: some Sequence<(Value, Value)>) throws -> [Letter] {
        try nested {
            var letters = [Letter]("{")
            for (key, value) in pairs {
                if letters.count > 1 { letters += [Letter](", ") }
                letters += try representation(of: key) + [Letter](": ")
                letters += try representation(of: value)
            }
            try spend(letters.count)
            return letters + [Letter]("}")
        }
    }

    private func quoted(_ letters: [Letter]) throws -> [Letter] {
        try spend(letters.count)
        let double = Letter("\"")
        let quote =
            letters.contains(Letter("'")) && !letters.contains(double) ? double : Letter("'")
        return [quote]
            + letters.flatMap { letter -> [Letter] in
                letter == quote ? letter.mapped(to: "\\\(letter.scalar)") : letter.escapedByPython
            } + [quote]
    }
}

extension Letter {
    /// As in Python's `repr`: characters that cannot be printed are written by their number.
    fileprivate var escapedByPython: [Letter] {
        switch scalar {
        case "\\": return mapped(to: "\\\\")
        case "\n": return mapped(to: "\\n")
        case "\r": return mapped(to: "\\r")
        case "\t": return mapped(to: "\\t")
        case " "..."~": return [self]
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator, .spaceSeparator:
            let (mark, width) = value > 0xFFFF ? ("U", 8) : value > 0xFF ? ("u", 4) : ("x", 2)
            return mapped(to: "\\" + mark + value.hexadecimal(width: width))
        default: return [self]
        }
    }
}

extension UInt32 {
    func hexadecimal(width: Int) -> String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: Swift.max(width - digits.count, 0)) + digits
    }
}

extension Double {
    /// As Python's `repr`: the shortest digits, with an exponent below 1e-4 and from 1e16.
    var pythonText: String {
        if isNaN { return "nan" }
        if isInfinite { return self < 0 ? "-inf" : "inf" }
        let parts = magnitude.description.split(separator: "e")
        let sides = parts[0].split(separator: ".")
        let fraction = sides.count > 1 && sides[1] != "0" ? sides[1] : ""
        let all = sides[0] + fraction
        let leading = all.prefix { $0 == "0" }.count
        // The value is 0.DIGITS times ten to the power of `point`.
        let point = sides[0].count - leading + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        var digits = String(all.dropFirst(leading))
        while digits.last == "0" { digits.removeLast() }
        let sign = self.sign == .minus ? "-" : ""
        if digits.isEmpty { return sign + "0.0" }
        func zeros(_ count: Int) -> String { String(repeating: "0", count: max(count, 0)) }
        switch point {
        case -3...0: return sign + "0." + zeros(-point) + digits
        case 1...16:
            let whole = digits.prefix(point) + zeros(point - digits.count)
            let rest = digits.dropFirst(point)
            return sign + whole + "." + (rest.isEmpty ? "0" : rest)
        default:
            let exponent = abs(point - 1)
            let rest = digits.dropFirst()
            return sign + digits.prefix(1) + (rest.isEmpty ? "" : "." + rest)
                + (point > 0 ? "e+" : "e-") + (exponent < 10 ? "0" : "") + "\(exponent)"
        }
    }
}
