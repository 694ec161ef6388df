/// The filter `tojson`: Python's `json.dumps`, as transformers calls it.
extension Renderer {
    private struct JSONStyle {
        let isASCII: Bool
        let indentation: [Letter]?
        let betweenItems: [Letter]
        let behindKey: [Letter]
        let sortsKeys: Bool
    }

    func json(_ value: Value, _ arguments: Arguments) throws -> Value {
        let given = try arguments.bound("ensure_ascii", "indent", "separators", "sort_keys")
        var indentation: [Letter]?
        switch given[1] {
        case nil, .some(.none): break
        case .text(let letters)?: indentation = letters
        case let width?:
            guard let width = width.integer else { throw Problem("'indent' is \(width.kind)") }
            try spend(max(width, 0))
            indentation = Array(repeating: Letter(" "), count: max(width, 0))
        }
        var separators = (
            [Letter](indentation == nil ? ", " : ","), [Letter](": ")
        )
        if case .items(let items)? = given[2] {
            guard items.elements.count == 2, let first = items.elements[0].letters,
                let second = items.elements[1].letters
            else { throw Problem("'separators' are not two strings") }
            separators = (first, second)
        }
        let style = JSONStyle(
            isASCII: given[0]?.isTrue ?? false, indentation: indentation,
            betweenItems: separators.0, behindKey: separators.1,
            sortsKeys: given[3]?.isTrue ?? false)
        var letters: [Letter] = []
        try write(value, style, level: 0, to: &letters)
        return .text(letters)
    }

    private func write(
        _ value: Value, _ style: JSONStyle, level: Int, to letters: inout [Letter]
    ) throws {
        let start = letters.count
        switch value {
        case .none: letters += [Letter]("null")
        case .boolean(let value): letters += [Letter](value ? "true" : "false")
        case .integer, .float: letters += [Letter](Self.jsonNumber(value))
        case .text(let text), .markup(let text): write(text, style, to: &letters)
        case .items(let items) where items.kind == .list || items.kind == .tuple:
            try writeAll(items.elements, "[", "]", style, level, to: &letters) { element, letters in
                try write(element, style, level: level + 1, to: &letters)
            }
            return
        case .dictionary(let table):
            var pairs = Array(table.pairs)
            if style.sortsKeys { try sort(&pairs) { $0.0 } }
            try writeAll(pairs, "{", "}", style, level, to: &letters) { pair, letters in
                write(try Self.jsonKey(pair.0), style, to: &letters)
                letters += style.behindKey
                try write(pair.1, style, level: level + 1, to: &letters)
            }
            return
        default: throw Problem("\(value.kind) cannot be written as JSON")
        }
        try spend(letters.count - start)
    }

    private func writeAll<Element>(
        _ elements: [Element], _ open: String, _ close: String, _ style: JSONStyle, _ level: Int,
        to letters: inout [Letter], _ write: (Element, inout [Letter]) throws -> Void
    ) throws {
        letters += [Letter](open)
        func breakLine(_ level: Int) throws {
            guard let indentation = style.indentation else { return }
            try spend(indentation.count * level + 1)
            letters += [Letter("\n")] + repeatElement(indentation, count: level).joined()
        }
        try nested {
            for (index, element) in elements.enumerated() {
                if index > 0 { letters += style.betweenItems }
                try spend(style.betweenItems.count + style.behindKey.count)
                try breakLine(level + 1)
                try write(element, &letters)
            }
        }
        if !elements.isEmpty { try breakLine(level) }
        letters += [Letter](close)
    }

    private static func jsonNumber(_ value: Value) -> String {
        guard case .float(let number) = value else { return "\(value.integer ?? 0)" }
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
        return number.pythonText
    }

    private static func jsonKey(_ key: Value) throws -> [Letter] {
        switch key {
        case .text(let letters), .markup(let letters): return letters
        case .none: return [Letter]("null")
        case .boolean(let value): return [Letter](value ? "true" : "false")
        case .integer, .float: return [Letter](jsonNumber(key))
        default: throw Problem("\(key.kind) is no key in JSON")
        }
    }

    private func write(_ text: [Letter], _ style: JSONStyle, to letters: inout [Letter]) {
        let quote = Letter("\"")
        letters.append(quote)
        for letter in text {
            switch letter.scalar {
            case "\"": letters += letter.mapped(to: "\\\"")
            case "\\": letters += letter.mapped(to: "\\\\")
            case "\n": letters += letter.mapped(to: "\\n")
            case "\r": letters += letter.mapped(to: "\\r")
            case "\t": letters += letter.mapped(to: "\\t")
            case "\u{8}": letters += letter.mapped(to: "\\b")
            case "\u{C}": letters += letter.mapped(to: "\\f")
            case let scalar where scalar < " " || style.isASCII && scalar > "~":
                letters += scalar.utf16.flatMap {
                    letter.mapped(to: "\\u" + UInt32($0).hexadecimal(width: 4))
                }
            default: letters.append(letter)
            }
        }
        letters.append(quote)
    }
}
