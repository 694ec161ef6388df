extension JSONValue {
    /// Reads one JSON value by RFC 8259: fields keep the file's order, numbers their spelling.
    package init(parsing bytes: some Sequence<UInt8>) throws(JSONSyntax) {
        var parser = JSONParser(bytes: [UInt8](bytes))
        self = try parser.document()
    }
}

/// A syntax error in JSON text, and its location.
///
/// Foundation's decoders only say that they failed. This names the line, and in particular NaN and
/// Infinity, which Python's json module writes.
public struct JSONSyntax: Error, Sendable, Equatable, CustomStringConvertible {
    /// From 1.
    public let line: Int
    /// In bytes, from 1.
    public let column: Int
    /// A description of the fault at the location.
    public let problem: String

    /// "line 3, column 17: NaN is no number in JSON"
    public var description: String { "line \(line), column \(column): \(problem)" }

    /// The first syntax error of a text; nil if it is valid JSON.
    public init?(faultIn bytes: some Sequence<UInt8>) {
        do throws(JSONSyntax) { _ = try JSONValue(parsing: bytes) } catch {
            self = error
            return
        }
        return nil
    }

    fileprivate init(_ problem: String, after bytes: ArraySlice<UInt8>) {
        self.problem = problem
        line = 1 + bytes.count { $0 == UInt8(ascii: "\n") }
        let start = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        column = bytes.endIndex - start + 1
    }
}

/// A parser for the text, by RFC 8259. No function calls itself.
private struct JSONParser {
    /// Containers inside containers, as in Foundation's decoder.
    static let depthLimit = 512

    let bytes: [UInt8]
    private var position = 0
    /// Values that are not yet in a closed container, and the keys of those that are fields.
    private var values: [JSONValue] = []
    private var keys: [String] = []
    /// The open containers: which they are, and where their values and keys begin.
    private var containers: [(open: UInt8, value: Int, key: Int)] = []

    private enum Expected { case value, firstElement, firstKey, key, commaOrEnd }

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONSyntax) -> JSONValue {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw fault("the text is not UTF-8")
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        var expected = Expected.value
        while true {
            skipSpace()
            guard let byte else {
                guard containers.isEmpty, expected == .commaOrEnd else {
                    throw fault("the text ends before its value does")
                }
                return values[0]
            }
            switch expected {
            case .commaOrEnd:
                guard let open = containers.last?.open else {
                    throw fault("more text follows the value")
                }
                let close = open + 2  // '[' and ']', '{' and '}' are two apart
                guard byte == UInt8(ascii: ",") || byte == close else {
                    throw fault("a comma or '\(UnicodeScalar(close))' is missing")
                }
                position += 1
                if byte == close {
                    closeContainer()
                } else {
                    expected = open == UInt8(ascii: "{") ? .key : .value
                }
            case .firstKey where byte == UInt8(ascii: "}"),
                .firstElement where byte == UInt8(ascii: "]"):
                position += 1
                closeContainer()
                expected = .commaOrEnd
            case .firstKey, .key:
                guard byte == UInt8(ascii: "\"") else { throw fault("a name in quotes is missing") }
                keys.append(try string())
                skipSpace()
                guard self.byte == UInt8(ascii: ":") else { throw fault("a colon is missing") }
                position += 1
                expected = .value
            case .firstElement, .value:
                if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                    guard containers.count < Self.depthLimit else {
                        throw fault("more than \(Self.depthLimit) containers are nested")
                    }
                    containers.append((byte, values.count, keys.count))
                    position += 1
                    expected = byte == UInt8(ascii: "{") ? .firstKey : .firstElement
                } else {
                    values.append(try scalar(byte))
                    expected = .commaOrEnd
                }
            }
        }
    }

    private mutating func closeContainer() {
        let (open, value, key) = containers.removeLast()
        let inner = values[value...]
        let closed: JSONValue =
            open == UInt8(ascii: "{")
            ? .object(Array(zip(keys[key...], inner))) : .array([_](inner))
        values.removeSubrange(value...)
        keys.removeSubrange(key...)
        values.append(closed)
    }

    private func fault(_ problem: String) -> JSONSyntax {
        JSONSyntax(problem, after: bytes.prefix(position))
    }

    private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    private func begins(_ word: String) -> Bool { bytes[position...].starts(with: word.utf8) }

    private mutating func scalar(_ first: UInt8) throws(JSONSyntax) -> JSONValue {
        if first == UInt8(ascii: "\"") { return .string(try string()) }
        for word in ["NaN", "Infinity", "-Infinity"] where begins(word) {
            throw fault("\(word) is no number in JSON; a finite number or null is needed")
        }
        let words: [(String, JSONValue)] = [
            ("true", .bool(true)), ("false", .bool(false)), ("null", .null),
        ]
        for (word, value) in words where begins(word) {
            position += word.utf8.count
            return value
        }
        return try number()
    }

    private mutating func number() throws(JSONSyntax) -> JSONValue {
        let start = position
        if byte == UInt8(ascii: "-") { position += 1 }
        let count = digits()
        if count == 0 || (count > 1 && bytes[position - count] == UInt8(ascii: "0")) {
            position = start
            throw fault("no value begins")
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
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if let whole = Int(text), "\(whole)" == text { return .whole(whole) }
        guard let value = Double(text), value.isFinite else {
            position = start
            throw fault("the number is too large")
        }
        return .number(value, text: "\(value)" == text ? nil : text)
    }

    /// Skips digits and returns their number.
    private mutating func digits() -> Int {
        let start = position
        while let byte, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        return position - start
    }

    private mutating func string() throws(JSONSyntax) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte {
            if byte < 0x20 { throw fault("a string has a control character") }
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text.append(contentsOf: try escape())
            default: text.append(byte)
            }
        }
        throw fault("the text ends in a string")
    }

    private mutating func escape() throws(JSONSyntax) -> [UInt8] {
        let (names, values) = (Array("\"\\/bfnrt".utf8), Array("\"\\/\u{8}\u{c}\n\r\t".utf8))
        guard let byte, byte == UInt8(ascii: "u") || names.contains(byte) else {
            throw fault("a string has an escape that JSON does not know")
        }
        position += 1
        guard byte == UInt8(ascii: "u") else { return [values[names.firstIndex(of: byte) ?? 0]] }
        var units = [try unit()]
        if UTF16.isLeadSurrogate(units[0]), begins("\\u") {
            position += 2
            units.append(try unit())
        }
        guard let text = String(validating: units, as: UTF16.self) else {
            throw fault("a string has half of a surrogate pair")
        }
        return [UInt8](text.utf8)
    }

    private mutating func unit() throws(JSONSyntax) -> UInt16 {
        let digits = bytes[position...].prefix(4)
        // Alone, because a sign would do for a number.
        guard digits.count == 4,
            digits.allSatisfy({ UnicodeScalar($0).properties.isASCIIHexDigit }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw fault("four hexadecimal digits are missing") }
        position += 4
        return unit
    }
}
