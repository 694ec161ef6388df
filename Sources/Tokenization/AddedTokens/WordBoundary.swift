/// What adjoins a stretch of UTF-8 text: white space, or a part of a word.
enum WordBoundary {
    /// Whether a part of a word adjoins the stretch on either side.
    static func isMissing(around found: Range<Int>, in text: UnsafeBufferPointer<UInt8>) -> Bool {
        let before = scalar(endingAt: found.lowerBound, in: text).map(isOfWord) ?? false
        let after = scalar(startingAt: found.upperBound, in: text).map(isOfWord) ?? false
        return before || after
    }

    /// The start of the white space that ends at `position`.
    static func spaceStart(before position: Int, in text: UnsafeBufferPointer<UInt8>) -> Int {
        var position = position
        while let scalar = scalar(endingAt: position, in: text), scalar.properties.isWhitespace {
            position -= scalar.utf8.count
        }
        return position
    }

    /// The end of the white space that begins at `position`.
    static func spaceEnd(after position: Int, in text: UnsafeBufferPointer<UInt8>) -> Int {
        var position = position
        while let scalar = scalar(startingAt: position, in: text), scalar.properties.isWhitespace {
            position += scalar.utf8.count
        }
        return position
    }

    /// `\w` of Unicode Technical Standard 18, as Rust's `regex` has it: up to Unicode 16.
    static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.properties.age.map({ $0 <= (16, 0) }) == true else { return false }
        if scalar.properties.isAlphabetic || scalar.properties.isJoinControl { return true }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation:
            return true
        default: return false
        }
    }

    private static func scalar(
        startingAt position: Int, in text: UnsafeBufferPointer<UInt8>
    ) -> Unicode.Scalar? {
        guard position < text.count else { return nil }
        let bytes = text[position..<min(position + 4, text.count)]
        return String(decoding: bytes, as: UTF8.self).unicodeScalars.first
    }

    private static func scalar(
        endingAt position: Int, in text: UnsafeBufferPointer<UInt8>
    ) -> Unicode.Scalar? {
        var start = position - 1
        while start > 0, position - start < 4, text[start] & 0xC0 == 0x80 { start -= 1 }
        return start < 0 ? nil : scalar(startingAt: start, in: text)
    }
}
