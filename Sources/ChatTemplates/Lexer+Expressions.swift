/// Names, numbers, strings and operators inside a tag.
extension Lexer {
    private static let symbols = [
        "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
        "}", ">", "<", "=", ".", ":", "|", ",", ";",
    ]
    private static let closing = ["(": ")", "[": "]", "{": "}"]

    /// - Parameter open: the brackets that are to be closed, by what closes them.
    mutating func readToken(_ open: inout [String]) throws {
        let first = source[position]
        if first == "'" || first == "\"" { return try readString(first) }
        if "0"..."9" ~= first { return try readNumber() }
        if first == "_" || first.properties.isXIDStart {
            let start = position
            while position < source.count,
                source[position] == "_" || source[position].properties.isXIDContinue
            { position += 1 }
            return add(.name(text(start..<position)))
        }
        guard let symbol = Self.symbols.first(where: { begins($0, at: position) }) else {
            throw failure("'\(first)' has no meaning inside a tag")
        }
        if let close = Self.closing[symbol] {
            open.append(close)
        } else if [")", "]", "}"].contains(symbol), open.popLast() != symbol {
            throw failure("'\(symbol)' closes no bracket")
        }
        add(.symbol(symbol))
        position += symbol.unicodeScalars.count
    }

    private func text(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: source[range])
        return String(view)
    }

    /// Digits with single underscores between them, from a place; nil where none begins.
    private func endOfDigits(_ place: Int, radix: Int = 10) -> Int? {
        func isDigit(_ place: Int) -> Bool {
            place < source.count && source[place].isASCII
                && Character(source[place]).hexDigitValue.map { $0 < radix } ?? false
        }
        guard isDigit(place) else { return nil }
        var end = place + 1
        while true {
            if isDigit(end) {
                end += 1
            } else if begins("_", at: end), isDigit(end + 1) {
                end += 2
            } else {
                return end
            }
        }
    }

    private mutating func readNumber() throws {
        let start = position
        let prefix = position + 1 < source.count ? source[position + 1] : " "
        for (letters, radix) in [("bB", 2), ("oO", 8), ("xX", 16)]
        where source[start] == "0" && letters.unicodeScalars.contains(prefix) {
            let digits = begins("_", at: start + 2) ? start + 3 : start + 2
            if let end = endOfDigits(digits, radix: radix) {
                return try addInteger(start + 2..<end, radix: radix)
            }
        }
        guard var end = endOfDigits(start) else { return }
        let whole = end
        if tokens.last?.kind != .symbol(".") {
            if begins(".", at: end), let fraction = endOfDigits(end + 1) { end = fraction }
            if begins("e", at: end) || begins("E", at: end) {
                let isSigned = begins("+", at: end + 1) || begins("-", at: end + 1)
                if let exponent = endOfDigits(end + (isSigned ? 2 : 1)) { end = exponent }
            }
        }
        if end == whole {
            // A zero at the start is a number of its own, as in Jinja.
            let zeros = source[start..<end].prefix { $0 == "0" || $0 == "_" }.count
            return try addInteger(start..<(zeros > 0 ? start + zeros : end), radix: 10)
        }
        let digits = text(start..<end).replacing("_", with: "")
        add(.float(Double(digits) ?? .nan))
        position = end
    }

    private mutating func addInteger(_ range: Range<Int>, radix: Int) throws {
        let digits = text(range).replacing("_", with: "")
        guard let value = Int(digits, radix: radix) else {
            throw failure("\(digits.quoted) is too large; integers have 64 bits")
        }
        add(.integer(value))
        position = range.upperBound
    }

    private mutating func readString(_ quote: Unicode.Scalar) throws {
        let start = line
        var letters: [Letter] = []
        var place = position + 1
        while place < source.count {
            if source[place] == quote {
                add(.string(letters))
                return move(to: place + 1)
            }
            if source[place] == "\\", place + 1 < source.count {
                place += 1
                try readEscape(&place, into: &letters)
            } else {
                letters.append(Letter(source[place]))
                place += 1
            }
        }
        line = start
        throw failure("a string has no end")
    }

    private static let escapes: [Unicode.Scalar: Unicode.Scalar] = [
        "n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", "\"": "\"", "a": "\u{7}",
        "b": "\u{8}", "f": "\u{C}", "v": "\u{B}",
    ]

    /// What stands behind a backslash, as in a Python string.
    private func readEscape(_ place: inout Int, into letters: inout [Letter]) throws {
        let first = source[place]
        if let plain = Self.escapes[first] {
            letters.append(Letter(plain))
            place += 1
        } else if first == "\n" {
            place += 1
        } else if let length = (["x": 2, "u": 4, "U": 8] as [Unicode.Scalar: Int])[first] {
            let digits = source[(place + 1)...].prefix(length).filter {
                $0.properties.isASCIIHexDigit
            }
            guard digits.count == length,
                let value = UInt32(String(String.UnicodeScalarView(digits)), radix: 16),
                let scalar = Unicode.Scalar(value)
            else { throw failure("a string has '\\\(first)' without a code point's digits") }
            letters.append(Letter(scalar))
            place += 1 + length
        } else if "0"..."7" ~= first {
            let digits = source[place...].prefix(3).prefix { "0"..."7" ~= $0 }
            let value = digits.reduce(0) { $0 * 8 + $1.value - 0x30 }
            letters.append(Letter(Unicode.Scalar(value) ?? "\0"))
            place += digits.count
        } else if first == "N" {
            throw failure("a string has '\\N'; '\\u' with the code point is needed")
        } else {
            letters += [Letter("\\"), Letter(first)]
            place += 1
        }
    }
}
