import TestSupport
import Testing

@testable import Tokenization

/// Expressions that Oniguruma and PCRE2 read differently; expected is what tokenizers 0.23.3 splits.
@Suite struct OnigurumaPatternTests {
    private func matches(_ expression: String, in text: String) throws -> [String] {
        let pattern = try SplitPattern(expression)
        var found: [String] = []
        try Array(text.utf8).withUnsafeBufferPointer { text in
            var matches = SeparatorMatches(of: .pattern(pattern), in: text, seenAs: text)
            while let match = try matches.next() {
                found.append(String(decoding: text[match], as: UTF8.self))
            }
        }
        return found
    }

    @Test(
        arguments: [
            (#"\h+"#, "xAf9 g", ["Af9"]), (#"\H+"#, "abc zy", [" zy"]),
            (#"\s"#, "a\u{180E}b\u{85}", ["\u{85}"]), (#"[^\S\r]+"#, "a \t\rb", [" \t"]),
            (#"\w+"#, "a²½_é\u{301}Ⅷ①", ["a²½_é\u{301}Ⅷ"]), (#"\bthe\b"#, "the²the the", ["the"]),
            (#"^.|.$"#, "ab\ncd", ["a", "b", "c", "d"]), (#"(?m:a.b)"#, "a\nb", ["a\nb"]),
            (#"[[:punct:]]+"#, "a$+.b", ["$+."]), (#"[a[bc]]+"#, "xabc", ["abc"]),
            (#"x{,2}y"#, "xxxy", ["xxy"]), (#"\u00e9|\x{1F600}"#, "é😀", ["é", "😀"]),
            (#"\v"#, "\u{B}\u{C}\n", ["\u{B}"]), (#"a{"#, "a{", ["a{"]), (#"[]a]+"#, "a]", ["a]"]),
            (#"\p{Greek}+"#, "αβ\u{342}", ["αβ"]), ("x*", "axxb", ["", "xx", ""]),
            (#"(?i:it[)]|k)|ß+"#, "IT)ßss", ["IT)", "ß"]),
        ] as [(String, String, [String])])
    func `expressions match as in Oniguruma`(
        expression: String, text: String, expected: [String]
    ) throws {
        #expect(try matches(expression, in: text) == expected)
    }

    @Test(arguments: [
        (#"[a&&b]"#, "it has '&&' in a class, which is not implemented"),
        (#"[a[^b]]"#, "it has '[' in a class, which is not implemented before such a one"),
        (#"[[:graph:]]"#, "it has '[' in a class, which is not implemented before such a one"),
        (#"(a)\1"#, #"it has '\1', which is not implemented"#),
        (#"\R"#, #"it has '\R', which is not implemented"#),
        (#"[\W]"#, #"it has '\W', which is not implemented"#),
        (#"\xe9"#, #"it has '\x', which is not implemented"#),
        (#"a\"#, #"it ends with '\'"#),
        ("(?<n>a)", "it has a group '(?<', which is not implemented"),
        ("a(?i)b", "it has a group '(?i', which is not implemented"),
        ("a{2}+", "it has '+' or '?' after a count, which is not implemented"),
        ("a{2}?", "it has '+' or '?' after a count, which is not implemented"),
        (
            "(?i)a(b)c|less",
            "it ignores case beside letters that are one with others, such as 'ss' with 'ß', which "
                + "is not implemented"
        ),
        (
            "(?i:less)",
            "it ignores case beside letters that are one with others, such as 'ss' with 'ß', which "
                + "is not implemented"
        ),
    ])
    func `what would match otherwise is refused`(expression: String, words: String) {
        expectRefusal(words) { try SplitPattern(expression) }
    }
}
