import Foundation

/// Text files in UTF-8, as editors of all systems write them.
///
/// Every reader of text or of lines goes through here or, for its fields in quotes, through `CSV`:
/// a byte order mark is skipped, lines may end in a carriage return and a line feed, and blank
/// lines are skipped.
public enum TextFile {
    /// U+FEFF in UTF-8, which some editors write in front of a text.
    public static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The lines of a text that are not blank.
    ///
    /// - Parameters:
    ///   - bytes: the file; nothing is read from it here but line ends
    ///   - path: the file's name in errors
    public static func lines(of bytes: Data, named path: String) -> [TextLine] {
        let text = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(3) : bytes
        let parts = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return parts.enumerated().compactMap { index, part in
            TextLine(
                number: index + 1, path: path, isEnded: index < parts.count - 1,
                bytes: part.last == UInt8(ascii: "\r") ? part.dropLast() : part)
        }.filter { !$0.isBlank }
    }

    /// The whole text, with line feeds as its line ends.
    ///
    /// - Throws: `FileError` with the first line that is not UTF-8.
    public static func text(of bytes: Data, named path: String) throws(FileError) -> String {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            for line in lines(of: bytes, named: path) { _ = try line.text() }
            throw FileError(path: path, problem: "is not UTF-8", remedy: TextLine.remedy)
        }
        var text = [UInt8](bytes.starts(with: byteOrderMark) ? bytes.dropFirst(3) : bytes)
        if text.contains(UInt8(ascii: "\r")) {
            let next = text.dropFirst() + [0]
            text = zip(text, next).filter { $0 != 0x0D || $1 != 0x0A }.map(\.0)
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// A line of a text file.
public struct TextLine: Sendable {
    /// From 1; blank lines count.
    public let number: Int
    let path: String
    /// Whether a line feed follows: a last line without one may have been cut short in writing.
    public let isEnded: Bool
    /// Without the line's end; not yet known to be UTF-8.
    public let bytes: Data

    /// What messages call the line.
    public var place: String { "\(path), line \(number)" }

    fileprivate static let remedy = "text in UTF-8 is needed"

    fileprivate var isBlank: Bool {
        bytes.allSatisfy { $0 == 0x20 || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
    }

    /// - Throws: `FileError` where it is not UTF-8.
    public func text() throws(FileError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FileError(path: place, problem: "is not UTF-8", remedy: Self.remedy)
        }
        return text
    }

    /// The line's JSON value.
    ///
    /// - Throws: `FileError` with the column of a fault.
    package func json() throws(FileError) -> JSONValue {
        _ = try text()
        do throws(JSONSyntax) { return try JSONValue(parsing: bytes) } catch {
            throw FileError(
                path: place, problem: "is not JSON: in column \(error.column) \(error.problem)",
                remedy: "one JSON value a line is needed")
        }
    }

    /// The fields of the line's JSON object.
    ///
    /// - Parameters:
    ///   - known: all names that it may have
    ///   - read: makes a value of the fields
    /// - Throws: `FileError` with the line, where it is no such object or `read` refuses it.
    package func object<Value>(
        known: [String], _ read: (JSONFields) throws -> Value
    ) throws -> Value {
        let value = try json()
        do { return try read(try JSONFields(value, known: known)) } catch let error as InputError {
            throw FileError(path: place, problem: error.message)
        }
    }
}

extension FileFormat {
    /// The lines of a text file that are not blank.
    ///
    /// - Returns: nil where nothing can be read under this name
    /// - Throws: `FileError` as `contents(of:)`
    public func lines(of path: String) throws(FileError) -> [TextLine]? {
        try contents(of: path).map { TextFile.lines(of: $0, named: path) }
    }

    /// The whole text of a file, without a byte order mark, with line feeds as its line ends.
    ///
    /// - Returns: nil where nothing can be read under this name
    /// - Throws: `FileError` as `contents(of:)`, and with the first line that is not UTF-8
    public func text(of path: String) throws(FileError) -> String? {
        guard let bytes = try contents(of: path) else { return nil }
        return try TextFile.text(of: bytes, named: path)
    }
}
