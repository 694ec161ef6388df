/// Escapes of untrusted text, so that a reader sees all of it and a terminal obeys none of it.
extension String {
    /// On one line: control characters, line breaks and marks that reorder or hide text become
    /// escapes, as `\n` and `\u001B`.
    ///
    /// Text that is already visible stays unchanged, and JSON keeps its meaning.
    public var visibleLine: String { escaped { $0.isHidden } }

    /// The same over several lines: line feeds and tabs stay.
    public var visibleLines: String { escaped { $0.isHidden && $0 != "\n" && $0 != "\t" } }

    /// Whether a control character (C0, DEL, C1) is in it, a line break among them.
    public var hasControlCharacters: Bool {
        var wasC2 = false
        for byte in utf8 {
            if byte < 0x20 || byte == 0x7F || wasC2 && byte < 0xA0 { return true }
            wasC2 = byte == 0xC2
        }
        return false
    }

    private func escaped(where isEscaped: (Unicode.Scalar) -> Bool) -> String {
        guard unicodeScalars.contains(where: isEscaped) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if isEscaped(scalar) {
                text += scalar.escape
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension Unicode.Scalar {
    /// Whether it is invisible and moves the cursor, reorders the text next to it, or hides.
    fileprivate var isHidden: Bool {
        switch value {
        // C0, DEL and C1; most text has none of the others.
        case 0..<0x20, 0x7F...0x9F: true
        case ..<0x61C: false
        // Marks, embeddings, overrides and isolates of writing direction.
        case 0x61C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        // Separators of lines and paragraphs.
        case 0x2028, 0x2029: true
        // No width; joiners (U+200C, U+200D) stay, which scripts and emoji need.
        case 0x200B, 0x2060...0x2064, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F: true
        default: false
        }
    }

    fileprivate var escape: String {
        switch self {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default:
            utf16.map { unit in
                let digits = String(unit, radix: 16, uppercase: true)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined()
        }
    }
}

extension StringProtocol {
    /// The text without white space at its ends.
    package var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }),
            let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
