import Foundation

/// Writes values as Python's `str`, `repr` and `json.dumps` do.
extension Renderer {
    /// The notation of a nested value: `repr`, or JSON.
    struct Notation {
        var isJSON = false
        var isASCII = false
        var sortsKeys = false
        /// With it, every element has a line.
        var indentation: [Letter]?
        var comma = [Letter](", ")
        var colon = [Letter](": ")
    }

    func text(of value: Value) throws -> [Letter] {
        if let letters = value.letters { return letters }
        if value.isUndefined { return [] }
        var letters: [Letter] = []
        try write(value, Notation(), to: &letters)
        return letters
    }

    func write(
        _ value: Value, _ style: Notation, level: Int = 0, to letters: inout [Letter]
    ) throws {
        let start = letters.count
        switch value {
        case .none: letters += style.isJSON ? "null" : "None"
        case .boolean(let value):
            letters += style.isJSON ? (value ? "true" : "false") : value ? "True" : "False"
        case .integer(let value): letters += String(value)
        case .float(let value): letters += value.pythonText(isJSON: style.isJSON)
        case .text(let text, let isMarkup):
            try spend(text.count)
            let isMarked = isMarkup && !style.isJSON
            if isMarked { letters += "Markup(" }
            write(text, style, to: &letters)
            if isMarked { letters += ")" }
        case .items(let items) where items.isListOrTuple || !style.isJSON:
            let (open, close) =
                switch items.kind {
                case .tuple where !style.isJSON: ("(", items.elements.count == 1 ? ",)" : ")")
                case .list, .tuple: ("[", "]")
                case .view(let name): ("dict_\(name)([", "])")
                case .generator: ("<generator object>", "")
                case .range(let start, let stop, let step):
                    ("range(\(start), \(stop)\(step == 1 ? "" : ", \(step)")", ")")
                }
            let elements = items.isRange || items.kind == .generator ? [] : items.elements
            try writeAll(elements, open, close, style, level, to: &letters) { element, letters in
                try write(element, style, level: level + 1, to: &letters)
            }
        case .dictionary(let table):
            try write(Array(table.pairs), "{", "}", style, level, to: &letters)
        case .namespace(let space) where !style.isJSON:
            let pairs = space.names.map { (Value.text($0), space.values[$0] ?? .none) }
            try write(pairs, "<Namespace {", "}>", style, level, to: &letters)
        case .undefined where !style.isJSON: letters += "Undefined"
        case .loop where !style.isJSON: letters += "<loop>"
        case .callable where !style.isJSON: letters += "<function>"
        default: throw Problem("\(value.kind) cannot be written as JSON")
        }
        try spend(letters.count - start)
    }

    private func write(
        _ pairs: [(Value, Value)], _ open: String, _ close: String, _ style: Notation,
        _ level: Int, to letters: inout [Letter]
    ) throws {
        let sorted = try style.sortsKeys ? self.sorted(pairs) { $0.0 } : pairs
        try writeAll(sorted, open, close, style, level, to: &letters) { pair, letters in
            var key = pair.0
            if style.isJSON, key.letters == nil {
                if case .items = key { throw Problem("\(key.kind) is no key in JSON") }
                var name: [Letter] = []
                try write(key, style, to: &name)
                key = .text(name)
            }
            try write(key, style, to: &letters)
            letters += style.colon
            try write(pair.1, style, level: level + 1, to: &letters)
        }
    }

    private func writeAll<Element>(
        _ elements: [Element], _ open: String, _ close: String, _ style: Notation, _ level: Int,
        to letters: inout [Letter], _ write: (Element, inout [Letter]) throws -> Void
    ) throws {
        func breakLine(_ level: Int) throws {
            guard let indentation = style.indentation else { return }
            try spend(indentation.count + 1, times: level + 1)
            letters += [Letter("\n")] + repeatElement(indentation, count: level).joined()
        }
        letters += open
        try nested {
            for (index, element) in elements.enumerated() {
                try spend(style.comma.count + style.colon.count)
                if index > 0 { letters += style.comma }
                try breakLine(level + 1)
                try write(element, &letters)
            }
        }
        if !elements.isEmpty { try breakLine(level) }
        letters += close
    }

    /// A string in quotes.
    private func write(_ text: [Letter], _ style: Notation, to letters: inout [Letter]) {
        let isDouble = style.isJSON || text.contains("'") && !text.contains("\"")
        let quote: Letter = isDouble ? "\"" : "'"
        letters.append(quote)
        for letter in text {
            switch letter.scalar {
            case quote.scalar, "\\": letters += letter.mapped(to: "\\") + [letter]
            case "\n": letters += letter.mapped(to: "\\n")
            case "\r": letters += letter.mapped(to: "\\r")
            case "\t": letters += letter.mapped(to: "\\t")
            case " "..."~": letters.append(letter)
            case "\u{8}" where style.isJSON: letters += letter.mapped(to: "\\b")
            case "\u{C}" where style.isJSON: letters += letter.mapped(to: "\\f")
            case let scalar where style.isJSON && (scalar < " " || style.isASCII):
                let units = scalar.utf16.map { String(format: "\\u%04x", Int($0)) }
                letters += letter.mapped(to: units.joined())
            case _ where !style.isJSON && !letter.isPrintable:
                let format =
                    letter.value > 0xFFFF ? "\\U%08x" : letter.value > 0xFF ? "\\u%04x" : "\\x%02x"
                letters += letter.mapped(to: String(format: format, Int(letter.value)))
            default: letters.append(letter)
            }
        }
        letters.append(quote)
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
