/// Reads JSON from its bytes value by value, by RFC 8259, in the order of the text.
///
/// The caller states the type that it expects, so a file of 300,000 pieces is read without a tree.
/// Safe on any bytes: containers may nest `depthLimit` deep, and only `value()` calls itself.
package struct JSONReader {
    package enum Kind: String { case object, array, string, number, boolean, null }

    /// The name of the field before which `next()` stopped.
    package internal(set) var key: [UInt8] = []
    /// The string that `string()` read last.
    package internal(set) var text: [UInt8] = []

    let bytes: [UInt8]
    var position = 0
    private let depthLimit: Int
    private let refusesRepeatedNames: Bool
    private var containers: [UInt8] = []
    private var isAtFirst = false

    /// - Parameters:
    ///   - depthLimit: containers inside containers; 512 as in Foundation's decoder
    ///   - refusesRepeatedNames: whether `value()` refuses an object with a name twice
    package init(
        _ bytes: [UInt8], depthLimit: Int = 512, refusesRepeatedNames: Bool = false
    ) throws(JSONSyntax) {
        self.bytes = bytes
        self.depthLimit = depthLimit
        self.refusesRepeatedNames = refusesRepeatedNames
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw fault("the text is not UTF-8")
        }
        // A byte order mark.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    package var keyName: String { String(decoding: key, as: UTF8.self) }
    package var textString: String { String(decoding: text, as: UTF8.self) }

    /// - Parameter location: a position in the bytes; nil is the current one
    package func fault(_ problem: String, at location: Int? = nil) -> JSONSyntax {
        JSONSyntax(problem, after: bytes.prefix(location ?? position))
    }
}

// MARK: Containers

extension JSONReader {
    /// Enters an object or array; `next()` then advances from value to value.
    package mutating func enter(_ kind: Kind) throws(JSONSyntax) {
        try expect(kind)
        guard containers.count < depthLimit else {
            throw fault("more than \(depthLimit) containers are nested")
        }
        containers.append(bytes[position])
        position += 1
        isAtFirst = true
    }

    /// Advances to the next value of the container; in an object also past its name, which is then
    /// `key`.
    ///
    /// - Returns: false after the last value; the container has then ended.
    package mutating func next() throws(JSONSyntax) -> Bool {
        guard let opened = containers.last else { return false }
        let close = opened + 2  // '[' and ']', '{' and '}' are two apart
        skipSpace()
        guard let byte else { throw fault("the text ends before its value does") }
        if byte == close {
            position += 1
            containers.removeLast()
            isAtFirst = false
            return false
        }
        if !isAtFirst {
            guard byte == UInt8(ascii: ",") else {
                throw fault("a comma or '\(UnicodeScalar(close))' is missing")
            }
            position += 1
        }
        isAtFirst = false
        if opened == UInt8(ascii: "{") {
            skipSpace()
            guard self.byte == UInt8(ascii: "\"") else {
                throw fault("a name in quotes is missing")
            }
            try readKey()
            skipSpace()
            guard self.byte == UInt8(ascii: ":") else { throw fault("a colon is missing") }
            position += 1
        }
        return true
    }

    /// Skips one value of any kind.
    package mutating func skip() throws(JSONSyntax) {
        let depth = containers.count
        try skipStart()
        while containers.count > depth {
            if try next() { try skipStart() }
        }
    }

    /// Nothing may follow the last value.
    package mutating func end() throws(JSONSyntax) {
        skipSpace()
        guard position == bytes.count else { throw fault("more text follows the value") }
    }

    private mutating func skipStart() throws(JSONSyntax) {
        let kind = try kind()
        switch kind {
        case .object, .array: try enter(kind)
        case .string: try string()
        case .number: _ = try number()
        case .boolean: _ = try boolean()
        case .null: try null()
        }
    }

    /// The next value as a tree.
    package mutating func value() throws(JSONSyntax) -> JSONValue {
        switch try kind() {
        case .null:
            try null()
            return .null
        case .boolean: return .bool(try boolean())
        case .number: return try number()
        case .string:
            try string()
            return .string(textString)
        case .array:
            var elements: [JSONValue] = []
            try enter(.array)
            while try next() { elements.append(try value()) }
            return .array(elements)
        case .object:
            var fields: [(String, JSONValue)] = []
            var names: Set<String> = []
            try enter(.object)
            while try next() {
                let name = keyName
                if refusesRepeatedNames, !names.insert(name).inserted { throw repeated(name) }
                fields.append((name, try value()))
            }
            return .object(fields)
        }
    }

    /// The fault that an object has a name twice.
    package func repeated(_ name: String) -> JSONSyntax {
        fault("the name '\(name)' occurs a second time")
    }
}

extension JSONValue {
    /// Reads one JSON value by RFC 8259: fields keep the file's order, numbers their spelling.
    package init(parsing bytes: some Sequence<UInt8>) throws(JSONSyntax) {
        var json = try JSONReader([UInt8](bytes))
        self = try json.value()
        try json.end()
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

    fileprivate init(_ problem: String, after bytes: ArraySlice<UInt8>) {
        self.problem = problem
        line = 1 + bytes.count { $0 == UInt8(ascii: "\n") }
        let start = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        column = bytes.endIndex - start + 1
    }
}
