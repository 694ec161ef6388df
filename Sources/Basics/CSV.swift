/// Reads and writes comma-separated values of RFC 4180, byte for byte.
///
/// It preserves blanks at the ends of a field, and line breaks and carriage returns inside quotes.
/// It accepts a last record without a line break and any mixture of line ends. Lines without a
/// character, or of blanks alone, are skipped, and so is a byte order mark. There is no header.
/// (SwiftCSV 0.10.0 drops leading blanks, in 13 of MMLU's 171 files, and refuses one file.)
public enum CSV {
    /// The records of a file.
    ///
    /// - Parameters:
    ///   - bytes: the file, in UTF-8.
    ///   - name: the file's name in errors.
    /// - Throws: `FileError` with the row, from 1, of an unclosed quote, of text after a
    ///   closing quote or of bytes that are not UTF-8.
    public static func rows(of bytes: [UInt8], named name: String) throws -> [[String]] {
        try records(of: bytes, named: name).map(\.fields)
    }

    /// The same, each record with the number of its first line, from 1.
    public static func records(
        of bytes: [UInt8], named name: String
    ) throws -> [(line: Int, fields: [String])] {
        var reader = Reader(bytes: bytes, name: name)
        return try reader.records()
    }

    /// The records as a file that reads back as them, not one for spreadsheets.
    ///
    /// Fields with commas, quotes or line breaks are in quotes; a line feed ends each record.
    public static func text(of rows: [[String]]) -> String {
        rows.map { $0.map(CSVTable.quoted).joined(separator: ",") + "\n" }.joined()
    }

    fileprivate static let quote = UInt8(ascii: "\"")
    fileprivate static let comma = UInt8(ascii: ",")
    fileprivate static let lineFeed = UInt8(ascii: "\n")
    fileprivate static let carriageReturn = UInt8(ascii: "\r")
}

/// A position in a file that moves from record to record.
private struct Reader {
    let bytes: [UInt8]
    let name: String
    var position = 0
    var rowNumber = 0
    /// The line at `counted`, from 1.
    var line = 1
    var counted = 0

    mutating func records() throws -> [(line: Int, fields: [String])] {
        var records: [(line: Int, fields: [String])] = []
        if bytes.starts(with: TextFile.byteOrderMark) { position = 3 }
        while position < bytes.count {
            if skipBlankLine() { continue }
            rowNumber += 1
            countLines()
            records.append((line, try row()))
        }
        return records
    }

    /// Counts the lines up to the position.
    private mutating func countLines() {
        for index in counted..<position {
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            if bytes[index] == CSV.lineFeed
                || bytes[index] == CSV.carriageReturn && next != CSV.lineFeed
            {
                line += 1
            }
        }
        counted = position
    }

    /// Skips a line of spaces and tabs alone.
    private mutating func skipBlankLine() -> Bool {
        let rest = bytes[position...]
        let end = rest.firstIndex { $0 != 0x20 && $0 != UInt8(ascii: "\t") } ?? bytes.count
        guard end < bytes.count else {
            position = end
            return true
        }
        guard bytes[end] == CSV.lineFeed || bytes[end] == CSV.carriageReturn else { return false }
        position = end
        return skipLineEnd()
    }

    private mutating func row() throws -> [String] {
        var fields = [try field()]
        while position < bytes.count, !skipLineEnd() {
            position += 1  // the comma at which every field but the last ends
            fields.append(try field())
        }
        return fields
    }

    /// Reads one field and stops at its comma, its line end or the end of the file.
    private mutating func field() throws -> String {
        if position < bytes.count, bytes[position] == CSV.quote { return try quotedField() }
        let start = position
        while position < bytes.count, !isSeparator(bytes[position]) { position += 1 }
        return try text(bytes[start..<position])
    }

    private mutating func quotedField() throws -> String {
        var content: [UInt8] = []
        position += 1
        while true {
            guard position < bytes.count else {
                throw refusal(
                    "a quoted field does not end before the file does", "a closing quote")
            }
            let byte = bytes[position]
            position += 1
            guard byte == CSV.quote else {
                content.append(byte)
                continue
            }
            guard position < bytes.count, !isSeparator(bytes[position]) else { break }
            guard bytes[position] == CSV.quote else {
                throw refusal(
                    "a closing quote has text after it", "a comma, a line end or a doubled quote")
            }
            content.append(CSV.quote)
            position += 1
        }
        return try text(content[...])
    }

    private mutating func skipLineEnd() -> Bool {
        switch bytes[position] {
        case CSV.lineFeed:
            position += 1
        case CSV.carriageReturn:
            position += 1
            if position < bytes.count, bytes[position] == CSV.lineFeed { position += 1 }
        default:
            return false
        }
        return true
    }

    private func isSeparator(_ byte: UInt8) -> Bool {
        byte == CSV.comma || byte == CSV.lineFeed || byte == CSV.carriageReturn
    }

    private func text(_ bytes: ArraySlice<UInt8>) throws -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw refusal("a field has bytes that are not UTF-8", "a file in UTF-8")
        }
        return text
    }

    private func refusal(_ found: String, _ expected: String) -> FileError {
        FileError(
            path: "\(name), row \(rowNumber)", problem: found, remedy: "\(expected) is needed")
    }
}
