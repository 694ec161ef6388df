/// What is wrong with a text that is no JSON, and where.
///
/// Foundation's decoders only say that they failed. This looks at such a text again, so that an
/// error can name the line, and above all NaN and Infinity, which Python's json module writes.
/// Nothing here calls itself.
public struct JSONSyntax: Sendable, Equatable, CustomStringConvertible {
    /// From 1.
    public let line: Int
    /// In bytes, from 1.
    public let column: Int
    /// What stands there.
    public let problem: String

    /// "line 3, column 17: NaN is no number in JSON"
    public var description: String { "line \(line), column \(column): \(problem)" }

    /// The first fault of a text; nil where it is JSON.
    public init?(faultIn bytes: some Sequence<UInt8>) {
        var reader = JSONReader(bytes: [UInt8](bytes))
        guard let problem = reader.fault() else { return nil }
        self.problem = problem
        let before = reader.bytes.prefix(reader.position)
        line = 1 + before.count { $0 == UInt8(ascii: "\n") }
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        column = reader.position - start + 1
    }
}

/// Goes through a text by RFC 8259.
private struct JSONReader {
    let bytes: [UInt8]
    var position = 0

    private enum Expected { case value, firstElement, firstKey, key, commaOrEnd }

    /// The first fault, at `position`; nil where there is none.
    mutating func fault() -> String? {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        var containers: [UInt8] = []
        var expected = Expected.value
        while true {
            skipSpace()
            guard let byte else {
                return containers.isEmpty && expected == .commaOrEnd
                    ? nil : "the text ends before its value does"
            }
            switch expected {
            case .commaOrEnd:
                guard let open = containers.last else { return "more text follows the value" }
                let close = open + 2  // '[' and ']', '{' and '}' are two apart
                guard byte == UInt8(ascii: ",") || byte == close else {
                    return "a comma or '\(Self.text(close))' is missing"
                }
                position += 1
                if byte == close {
                    containers.removeLast()
                } else {
                    expected = open == UInt8(ascii: "{") ? .key : .value
                }
            case .firstKey where byte == UInt8(ascii: "}"),
                .firstElement where byte == UInt8(ascii: "]"):
                position += 1
                containers.removeLast()
                expected = .commaOrEnd
            case .firstKey, .key:
                guard byte == UInt8(ascii: "\"") else { return "a name in quotes is missing" }
                if let fault = string() { return fault }
                skipSpace()
                guard self.byte == UInt8(ascii: ":") else { return "a colon is missing" }
                position += 1
                expected = .value
            case .firstElement, .value:
                if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                    containers.append(byte)
                    position += 1
                    expected = byte == UInt8(ascii: "{") ? .firstKey : .firstElement
                } else if let fault = scalar(byte) {
                    return fault
                } else {
                    expected = .commaOrEnd
                }
            }
        }
    }

    private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    private static func text(_ byte: UInt8) -> String { String(UnicodeScalar(byte)) }

    private mutating func scalar(_ first: UInt8) -> String? {
        if first == UInt8(ascii: "\"") { return string() }
        for word in ["NaN", "Infinity", "-Infinity"] where begins(word) {
            return "\(word) is no number in JSON; a finite number or null is needed"
        }
        for word in ["true", "false", "null"] where begins(word) {
            position += word.utf8.count
            return nil
        }
        return number()
    }

    private func begins(_ word: String) -> Bool { bytes[position...].starts(with: word.utf8) }

    private mutating func number() -> String? {
        let start = position
        func fail() -> String { "no value begins" }
        if byte == UInt8(ascii: "-") { position += 1 }
        let whole = digits()
        if whole == 0 || (whole > 1 && bytes[position - whole] == UInt8(ascii: "0")) {
            position = start
            return fail()
        }
        if byte == UInt8(ascii: ".") {
            position += 1
            if digits() == 0 { return "a digit is missing" }
        }
        if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            position += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { position += 1 }
            if digits() == 0 { return "a digit is missing" }
        }
        return nil
    }

    /// Passes digits; how many.
    private mutating func digits() -> Int {
        let start = position
        while let byte, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        return position - start
    }

    private mutating func string() -> String? {
        position += 1
        while let byte {
            if byte < 0x20 { return "a control character stands in a string" }
            position += 1
            if byte == UInt8(ascii: "\"") { return nil }
            if byte == UInt8(ascii: "\\") {
                guard let escaped = self.byte, "\"\\/bfnrtu".utf8.contains(escaped) else {
                    return "an escape that JSON does not know stands in a string"
                }
                position += 1
            }
        }
        return "the text ends in a string"
    }
}
