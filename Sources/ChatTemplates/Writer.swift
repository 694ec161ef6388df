/// Writes values as Python's `repr` does, or as JSON by `json.dumps`.
final class Writer {
    var isJSON = false
    var isASCII = false
    var sortsKeys = false
    /// With it, every element has a line.
    var indentation: [Letter]?
    var comma = [Letter](", ")
    var colon = [Letter](": ")
    private(set) var letters: [Letter] = []
    private var level = 0
    private let renderer: Renderer

    init(_ renderer: Renderer) { self.renderer = renderer }

    func write(_ value: Value) throws {
        let start = letters.count
        switch value {
        case .none: letters += isJSON ? "null" : "None"
        case .boolean(let value): letters += isJSON ? "\(value)" : value ? "True" : "False"
        case .integer(let value): letters += "\(value)"
        case .float(let value): letters += value.pythonText(isJSON: isJSON)
        case .text(let text, let isMarkup):
            try renderer.spend(text.count)
            letters += isMarkup && !isJSON ? "Markup(" : ""
            write(string: text)
            letters += isMarkup && !isJSON ? ")" : ""
        case .dictionary(let table): try write(Array(table.pairs), "{", "}")
        case .items(let items) where items.isListOrTuple && isJSON:
            try writeAll(items.elements, "[", "]", write)
        case _ where isJSON: throw Problem("\(value.kind) cannot be written as JSON")
        case .items(let items):
            switch items.kind {
            case .list: try writeAll(items.elements, "[", "]", write)
            case .tuple:
                try writeAll(items.elements, "(", items.elements.count == 1 ? ",)" : ")", write)
            case .view(let name): try writeAll(items.elements, "dict_\(name)([", "])", write)
            case .range(let start, let stop, let step):
                letters += "range(\(start), \(stop)" + (step == 1 ? ")" : ", \(step))")
            case .generator: letters += "<generator object>"
            }
        case .namespace(let space):
            let pairs = space.names.map { (Value.text($0), space.values[$0] ?? .none) }
            try write(pairs, "<Namespace {", "}>")
        case .undefined: letters += "Undefined"
        case .loop: letters += "<loop>"
        case .callable: letters += "<function>"
        }
        try renderer.spend(letters.count - start)
    }

    private func write(_ pairs: [(Value, Value)], _ open: String, _ close: String) throws {
        let pairs = try sortsKeys ? renderer.sorted(pairs) { $0.0 } : pairs
        try writeAll(pairs, open, close) { key, value in
            if case .items = key, isJSON { throw Problem("\(key.kind) is no key in JSON") }
            // A key of JSON is a string.
            let isBare = isJSON && key.letters == nil
            if isBare { letters.append("\"") }
            try write(key)
            if isBare { letters.append("\"") }
            letters += colon
            try write(value)
        }
    }

    private func writeAll<Element>(
        _ elements: [Element], _ open: String, _ close: String, _ write: (Element) throws -> Void
    ) throws {
        letters += open
        level += 1
        try renderer.nested {
            for (index, element) in elements.enumerated() {
                try renderer.spend(comma.count + colon.count)
                if index > 0 { letters += comma }
                try breakLine()
                try write(element)
            }
        }
        level -= 1
        if !elements.isEmpty { try breakLine() }
        letters += close
    }

    private func breakLine() throws {
        guard let indentation else { return }
        try renderer.spend(indentation.count + 1, times: level + 1)
        letters += [Letter("\n")] + repeatElement(indentation, count: level).joined()
    }

    /// A string in quotes.
    private func write(string text: [Letter]) {
        let isDouble = isJSON || text.contains("'") && !text.contains("\"")
        let quote: Letter = isDouble ? "\"" : "'"
        letters.append(quote)
        for letter in text {
            switch letter.scalar {
            case quote.scalar, "\\": letters += letter.mapped(to: "\\") + [letter]
            case "\n": letters += letter.mapped(to: "\\n")
            case "\r": letters += letter.mapped(to: "\\r")
            case "\t": letters += letter.mapped(to: "\\t")
            case " "..."~": letters.append(letter)
            case "\u{8}" where isJSON: letters += letter.mapped(to: "\\b")
            case "\u{C}" where isJSON: letters += letter.mapped(to: "\\f")
            case let scalar where isJSON && (scalar < " " || isASCII):
                for unit in scalar.utf16 {
                    letters += letter.mapped(to: "\\u" + UInt32(unit).hexadecimal(width: 4))
                }
            case let scalar where !isJSON && !letter.isPrintable:
                let (mark, width) =
                    scalar.value > 0xFFFF
                    ? ("\\U", 8) : scalar.value > 0xFF ? ("\\u", 4) : ("\\x", 2)
                letters += letter.mapped(to: mark + scalar.value.hexadecimal(width: width))
            default: letters.append(letter)
            }
        }
        letters.append(quote)
    }
}

extension UInt32 {
    fileprivate func hexadecimal(width: Int) -> String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: Swift.max(width - digits.count, 0)) + digits
    }
}

extension Letter {
    /// Python's `str.isprintable`.
    fileprivate var isPrintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator, .spaceSeparator:
            false
        default: true
        }
    }
}

extension Double {
    /// As Python's `repr`: the shortest digits, with an exponent below 1e-4 and from 1e16.
    func pythonText(isJSON: Bool) -> String {
        if isNaN { return isJSON ? "NaN" : "nan" }
        if isInfinite { return (self < 0 ? "-" : "") + (isJSON ? "Infinity" : "inf") }
        // From 2⁵³ Swift writes an exponent.
        return 0x1p53..<1e16 ~= magnitude ? "\(Int(self)).0" : description
    }
}
