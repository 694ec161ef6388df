import Basics
import Testing

@Suite struct VisibleTextTests {
    /// C0, DEL, C1, marks of direction, separators, what has no width, tags.
    private static let hidden: [(Unicode.Scalar, String)] = [
        ("\u{0}", "\\u0000"), ("\u{7}", "\\u0007"), ("\u{1B}", "\\u001B"), ("\u{1F}", "\\u001F"),
        ("\u{7F}", "\\u007F"), ("\u{80}", "\\u0080"), ("\u{9B}", "\\u009B"),
        ("\u{9F}", "\\u009F"), ("\u{61C}", "\\u061C"), ("\u{200B}", "\\u200B"),
        ("\u{200E}", "\\u200E"), ("\u{200F}", "\\u200F"), ("\u{2028}", "\\u2028"),
        ("\u{2029}", "\\u2029"), ("\u{202A}", "\\u202A"), ("\u{202E}", "\\u202E"),
        ("\u{2066}", "\\u2066"), ("\u{2069}", "\\u2069"), ("\u{FEFF}", "\\uFEFF"),
        ("\u{E0041}", "\\uDB40\\uDC41"),
    ]

    @Test(arguments: hidden)
    func `what shows nothing itself stands as an escape`(scalar: Unicode.Scalar, escape: String) {
        let text = "a\(String(scalar))é"
        #expect(text.visibleLine == "a\(escape)é")
        #expect(text.visibleLines == "a\(escape)é")
        #expect(text.visibleLine.visibleLine == text.visibleLine)
    }

    @Test func `line breaks and tabs stay where several lines are shown`() {
        #expect("a\tb\r\nc\n".visibleLine == #"a\tb\r\nc\n"#)
        #expect("a\tb\r\nc\n".visibleLines == "a\tb\\r\nc\n")
    }

    /// Accents, joined emoji, a non-breaking space, Arabic, the last scalar before and the first behind.
    @Test(arguments: [
        "", "plain \\u001B", "e\u{301} 👩‍👩‍👧 \u{A0}│ λ₀ × سلام", "\u{20}\u{7E}\u{A0}\u{61B}\u{61D}",
        "\u{200C}\u{200D}\u{2010}\u{2027}\u{202F}\u{2065}\u{206A}",
    ])
    func `all else stays as it is`(text: String) {
        #expect(text.visibleLine == text)
        #expect(!text.hasControlCharacters)
    }

    @Test func `control characters are found wherever they stand`() {
        for scalar in (0..<0xA0).compactMap(Unicode.Scalar.init) {
            let isControl = scalar.value < 0x20 || scalar.value >= 0x7F
            for text in [String(scalar), "â\(scalar)", "\(scalar)Â"] {
                #expect(text.hasControlCharacters == isControl, "\(scalar.value)")
            }
        }
        #expect(!"\u{202E}Â Ã".hasControlCharacters)
    }
}
