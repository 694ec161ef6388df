/// Strings, numbers and words.
extension JSONReader {
    /// The kind of the next value.
    package mutating func kind() throws(JSONSyntax) -> Kind {
        skipSpace()
        guard let byte else { throw fault("the text ends before its value does") }
        switch byte {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        default:
            for word in ["NaN", "Infinity"] where begins(word) { throw noNumber(word) }
            throw fault("no value begins")
        }
    }

    /// Reads a string; its bytes are then in `text`.
    package mutating func string() throws(JSONSyntax) {
        try expect(.string)
        var buffer = Self.take(&text)
        defer { text = buffer }
        try readString(into: &buffer)
    }

    mutating func boolean() throws(JSONSyntax) -> Bool {
        try expect(.boolean)
        let isTrue = byte == UInt8(ascii: "t")
        try consume(isTrue ? "true" : "false")
        return isTrue
    }

    mutating func null() throws(JSONSyntax) {
        try expect(.null)
        try consume("null")
    }

    /// A whole number that fits `Int32` and is not negative: a token's id.
    package mutating func id() throws(JSONSyntax) -> Int32 {
        skipSpace()
        let start = position
        guard let whole = try number().whole, let id = Int32(exactly: whole), id >= 0 else {
            throw fault("an id from 0 to \(Int32.max) is needed", at: start)
        }
        return id
    }

    /// A whole number where it is one that fits; else a number, with its spelling where Swift has
    /// another.
    mutating func number() throws(JSONSyntax) -> JSONValue {
        try expect(.number)
        let start = position
        if byte == UInt8(ascii: "-") {
            if begins("-Infinity") { throw noNumber("-Infinity") }
            position += 1
        }
        let count = digits()
        if count == 0 || (count > 1 && bytes[position - count] == UInt8(ascii: "0")) {
            throw fault("no value begins", at: start)
        }
        if byte == UInt8(ascii: ".") {
            position += 1
            if digits() == 0 { throw fault("a digit is missing") }
        }
        if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            position += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { position += 1 }
            if digits() == 0 { throw fault("a digit is missing") }
        }
        // Digits alone, which always fit: most numbers of a tokenizer.json.
        if position - start == count, count < 19 {
            return .whole(bytes[start..<position].reduce(0) { 10 * $0 + Int($1 & 15) })
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if let whole = Int(text), "\(whole)" == text { return .whole(whole) }
        guard let value = Double(text), value.isFinite else {
            throw fault("the number is too large", at: start)
        }
        return .number(value, text: "\(value)" == text ? nil : text)
    }

    /// Skips digits and returns their number.
    private mutating func digits() -> Int {
        let start = position
        while let byte, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
        return position - start
    }

    /// Python's json module writes such words.
    private func noNumber(_ word: String) -> JSONSyntax {
        fault("\(word) is no number in JSON; a finite number or null is needed")
    }

    mutating func expect(_ wanted: Kind) throws(JSONSyntax) {
        let found = try kind()
        guard found == wanted else {
            throw fault("'\(wanted.rawValue)' was expected, but '\(found.rawValue)' was found")
        }
    }
}

// MARK: Bytes

extension JSONReader {
    /// The byte at the position; nil at the end.
    var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skipSpace() {
        while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    private func begins(_ word: String) -> Bool { bytes[position...].starts(with: word.utf8) }

    private mutating func consume(_ word: String) throws(JSONSyntax) {
        guard begins(word) else { throw fault("no value begins") }
        position += word.utf8.count
    }

    mutating func readKey() throws(JSONSyntax) {
        var buffer = Self.take(&key)
        defer { key = buffer }
        try readString(into: &buffer)
    }

    /// The array, moved out so that its memory is used again.
    private static func take(_ array: inout [UInt8]) -> [UInt8] {
        defer { array = [] }
        return array
    }

    /// The bytes of the quoted string at this position, escapes resolved.
    private mutating func readString(into buffer: inout [UInt8]) throws(JSONSyntax) {
        buffer.removeAll(keepingCapacity: true)
        position += 1
        while true {
            let start = position
            while position < bytes.count, Self.isPlain(bytes[position]) { position += 1 }
            buffer.append(contentsOf: bytes[start..<position])
            guard let byte else { throw fault("the text ends in a string") }
            guard byte >= 0x20 else { throw fault("a string has a control character") }
            position += 1
            if byte == UInt8(ascii: "\"") { return }
            try readEscape(into: &buffer)
        }
    }

    /// Whether the byte represents itself in a string and does not end it.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private mutating func readEscape(into buffer: inout [UInt8]) throws(JSONSyntax) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            buffer.append(bytes[position])
        case UInt8(ascii: "b"): buffer.append(0x08)
        case UInt8(ascii: "f"): buffer.append(0x0C)
        case UInt8(ascii: "n"): buffer.append(0x0A)
        case UInt8(ascii: "r"): buffer.append(0x0D)
        case UInt8(ascii: "t"): buffer.append(0x09)
        case UInt8(ascii: "u"):
            position += 1
            buffer.append(contentsOf: try readScalar().utf8)
            return
        default: throw fault("a string has an escape that JSON does not know")
        }
        position += 1
    }

    /// The scalar after `\u`: four hexadecimal digits, or a pair of surrogates.
    private mutating func readScalar() throws(JSONSyntax) -> Unicode.Scalar {
        let first = try readUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        if first < 0xDC00, begins("\\u") {
            position += 2
            let second = try readUnit()
            if (0xDC00...0xDFFF).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            {
                return scalar
            }
        }
        throw fault("a string has half of a surrogate pair")
    }

    private mutating func readUnit() throws(JSONSyntax) -> UInt32 {
        let digits = bytes[position...].prefix(4).compactMap {
            Character(Unicode.Scalar($0)).hexDigitValue
        }
        guard digits.count == 4 else { throw fault("four hexadecimal digits are missing") }
        position += 4
        return digits.reduce(0) { $0 << 4 | UInt32($1) }
    }
}
