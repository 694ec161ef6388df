/// Names, numbers, strings and operators inside a tag.
extension Lexer {
    private static let symbols = [
        "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
        "}", ">", "<", "=", ".", ":", "|", ",", ";",
    ]
    private static let closing = ["(": ")", "[": "]", "{": "}"]

    /// - Parameter open: the open brackets, by their closing ones
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

    private func endOfDigits(_ place: Int) -> Int {
        source[min(place, source.count)...].firstIndex { !("0"..."9" ~= $0) } ?? source.count
    }

    private mutating func readNumber() throws {
        let start = position
        var end = endOfDigits(start)
        let whole = end
        // After a point a number is an element's index, as in `list.0.name`.
        if tokens.last?.kind != .symbol(".") {
            if begins(".", at: end), endOfDigits(end + 1) > end + 1 { end = endOfDigits(end + 1) }
            if begins("e", at: end) || begins("E", at: end) {
                let isSigned = begins("+", at: end + 1) || begins("-", at: end + 1)
                let digits = end + (isSigned ? 2 : 1)
                if endOfDigits(digits) > digits { end = endOfDigits(digits) }
            }
        }
        let digits = text(start..<end)
        if end > whole {
            add(.float(Double(digits) ?? .nan))
        } else if let value = Int(digits), digits.first != "0" || value == 0 {
            add(.integer(value))
        } else {
            throw failure("\(digits.quoted) is no integer of 64 bits")
        }
        position = end
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

    /// The escape after a backslash, as in a Python string.
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
