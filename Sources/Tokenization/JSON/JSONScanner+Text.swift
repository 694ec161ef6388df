/// Bytes, words and strings.
extension JSONScanner {
    /// The byte at the position; nil at the end.
    var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skipSpace() {
        while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    mutating func consume(_ wanted: UInt8) throws {
        guard byte == wanted else {
            let shown = "'\(Character(Unicode.Scalar(wanted)))' was expected"
            throw failure(byte == nil ? "the text ends where \(shown)" : shown)
        }
        position += 1
    }

    mutating func consume(word: String) throws {
        guard bytes[position...].starts(with: word.utf8) else {
            throw failure("'\(word)' was expected")
        }
        position += word.utf8.count
    }

    mutating func readKey() throws {
        var buffer = Self.take(&key)
        defer { key = buffer }
        try readString(into: &buffer)
    }

    mutating func readText() throws {
        var buffer = Self.take(&text)
        defer { text = buffer }
        try readString(into: &buffer)
    }

    /// The array, moved out so that its memory is used again.
    private static func take(_ array: inout [UInt8]) -> [UInt8] {
        defer { array = [] }
        return array
    }

    /// The bytes of the quoted string at this position, escapes resolved.
    private mutating func readString(into buffer: inout [UInt8]) throws {
        buffer.removeAll(keepingCapacity: true)
        try consume(UInt8(ascii: "\""))
        while true {
            let start = position
            while position < bytes.count, Self.isPlain(bytes[position]) { position += 1 }
            buffer.append(contentsOf: bytes[start..<position])
            guard let byte else { throw failure("the text ends in a string") }
            position += 1
            if byte == UInt8(ascii: "\"") { return }
            guard byte == UInt8(ascii: "\\") else {
                position -= 1
                throw failure("a control character stands in a string")
            }
            try readEscape(into: &buffer)
        }
    }

    /// Whether the byte represents itself in a string and does not end it.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private mutating func readEscape(into buffer: inout [UInt8]) throws {
        guard let byte else { throw failure("the text ends in a string") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(byte)
        case UInt8(ascii: "b"): buffer.append(0x08)
        case UInt8(ascii: "f"): buffer.append(0x0C)
        case UInt8(ascii: "n"): buffer.append(0x0A)
        case UInt8(ascii: "r"): buffer.append(0x0D)
        case UInt8(ascii: "t"): buffer.append(0x09)
        case UInt8(ascii: "u"): buffer.append(contentsOf: try readScalar().utf8)
        default:
            position -= 1
            throw failure("an escape that JSON does not know stands")
        }
    }

    /// The scalar after `\u`: four hexadecimal digits, or a pair of surrogates.
    private mutating func readScalar() throws -> Unicode.Scalar {
        let first = try readUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, bytes[position...].starts(with: "\\u".utf8) else {
            throw failure("half of a surrogate pair stands")
        }
        position += 2
        let second = try readUnit()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw failure("half of a surrogate pair stands") }
        return scalar
    }

    private mutating func readUnit() throws -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("four hexadecimal digits were expected")
            }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }
}
