/// A failure to read JSON: the problem, and the byte.
struct JSONFailure: Error, CustomStringConvertible {
    let words: String
    let offset: Int
    var description: String { "\(words) at byte \(offset)" }
}

/// Reads JSON from its bytes value by value, in the order of the file.
///
/// The caller states the type that it expects, so a file of 300,000 pieces is read without a tree.
/// Safe on any bytes: nothing here is recursive, and containers may nest `depthLimit` deep.
package struct JSONScanner {
    enum Kind: String { case object, array, string, number, boolean, null }

    /// The largest nesting depth of containers; Hugging Face's files need six.
    static let depthLimit = 64

    /// The name of the field before which `next()` stopped.
    var key: [UInt8] = []
    /// The string that `string()` read last.
    var text: [UInt8] = []

    let bytes: [UInt8]
    var position = 0
    private var containers: [UInt8] = []
    private var isAtFirst = false

    package init(_ bytes: [UInt8]) throws {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw JSONFailure(words: "the text is not UTF-8", offset: 0)
        }
        self.bytes = bytes
    }

    var keyName: String { String(decoding: key, as: UTF8.self) }
    package var textString: String { String(decoding: text, as: UTF8.self) }

    func failure(_ words: String) -> JSONFailure { JSONFailure(words: words, offset: position) }
}

// MARK: Containers

extension JSONScanner {
    /// Enters an object or array; `next()` then advances from value to value.
    mutating func enter(_ kind: Kind) throws {
        try expect(kind)
        guard containers.count < Self.depthLimit else {
            throw failure("more than \(Self.depthLimit) containers are nested")
        }
        containers.append(bytes[position])
        position += 1
        isAtFirst = true
    }

    /// Advances to the next value of the container; in an object also past its name, which is then
    /// `key`.
    ///
    /// - Returns: false after the last value; the container has then ended.
    mutating func next() throws -> Bool {
        guard let opened = containers.last else { return false }
        let close = opened + 2  // '[' and ']', '{' and '}' are two apart
        skipSpace()
        if byte == close {
            position += 1
            containers.removeLast()
            isAtFirst = false
            return false
        }
        if !isAtFirst { try consume(UInt8(ascii: ",")) }
        isAtFirst = false
        if opened == UInt8(ascii: "{") {
            skipSpace()
            try readKey()
            skipSpace()
            try consume(UInt8(ascii: ":"))
        }
        return true
    }

    /// Skips one value of any kind.
    mutating func skip() throws {
        let depth = containers.count
        try skipStart()
        while containers.count > depth {
            if try next() { try skipStart() }
        }
    }

    /// Nothing may follow the last value.
    package mutating func end() throws {
        skipSpace()
        guard position == bytes.count else { throw failure("the text goes on after its end") }
    }

    private mutating func skipStart() throws {
        let kind = try kind()
        switch kind {
        case .object, .array: try enter(kind)
        case .string: try string()
        case .number: _ = try number()
        case .boolean: _ = try boolean()
        case .null: try null()
        }
    }
}

// MARK: Values

extension JSONScanner {
    /// The kind of the next value.
    mutating func kind() throws -> Kind {
        skipSpace()
        guard let byte else { throw failure("the text ends where a value was expected") }
        switch byte {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        default:
            for word in ["NaN", "Infinity"] where begins(word) { throw noNumber(word) }
            throw failure("no value begins")
        }
    }

    /// Reads a string; its bytes are then in `text`.
    package mutating func string() throws {
        try expect(.string)
        try readText()
    }

    mutating func boolean() throws -> Bool {
        try expect(.boolean)
        let isTrue = byte == UInt8(ascii: "t")
        try consume(word: isTrue ? "true" : "false")
        return isTrue
    }

    mutating func null() throws {
        try expect(.null)
        try consume(word: "null")
    }

    /// A whole number that fits `Int32` and is not negative: an id.
    mutating func id() throws -> Int32 {
        let start = position
        let value = try number()
        guard let id = Int32(exactly: value), id >= 0 else {
            throw JSONFailure(words: "an id from 0 to \(Int32.max) was expected", offset: start)
        }
        return id
    }

    mutating func number() throws -> Double {
        try expect(.number)
        if begins("-Infinity") { throw noNumber("-Infinity") }
        let start = position
        var isWhole = true
        var whole: Double = 0
        while let byte, Self.isOfNumber[Int(byte)] {
            position += 1
            isWhole = isWhole && byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
            if isWhole { whole = whole * 10 + Double(byte - UInt8(ascii: "0")) }
        }
        if isWhole, position - start < 16 { return whole }
        let spelling = String(decoding: bytes[start..<position].prefix(64), as: UTF8.self)
        guard position - start < 64, let value = Double(spelling), value.isFinite else {
            throw JSONFailure(words: "no number that we can hold stands", offset: start)
        }
        return value
    }

    private func begins(_ word: String) -> Bool { bytes[position...].starts(with: word.utf8) }

    /// Python's json module writes such words.
    private func noNumber(_ word: String) -> JSONFailure {
        let line = 1 + bytes[..<position].count { $0 == UInt8(ascii: "\n") }
        return failure("\(word), which is no number in JSON, stands on line \(line)")
    }

    private static let isOfNumber = (UInt8.min...UInt8.max).map {
        Array("0123456789+-.eE".utf8).contains($0)
    }

    private mutating func expect(_ wanted: Kind) throws {
        let found = try kind()
        guard found == wanted else {
            throw failure("'\(wanted.rawValue)' was expected, but '\(found.rawValue)' was found")
        }
    }
}
