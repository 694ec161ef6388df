import Testing

@testable import Tokenization

/// Expected is where tokenizers 0.23.3 cuts, character by character.
@Suite struct CharacterClassTests {
    @Test(arguments: [
        (CharacterClass.number, "09²½Ⅷ①٣\u{11DE0}", "a-\u{4E00}"),
        (.punctuation, "!$+<^`|~«‿。\u{166D}\u{111C9}", "a1 €×\u{61D}\u{9FD}\u{2E43}"),
        (.space, " \t\n\u{85}\u{A0}\u{3000}\u{2028}", "a\u{180E}\u{200B}"),
    ])
    func `characters are of their class`(wanted: CharacterClass, inside: String, outside: String) {
        for scalar in inside.unicodeScalars { #expect(wanted.contains(scalar), "\(scalar)") }
        for scalar in outside.unicodeScalars { #expect(!wanted.contains(scalar), "\(scalar)") }
    }

    @Test(arguments: [
        (SplitBehavior.isolated, ["a", "-", "-", "b", "-"]), (.removed, ["a", "b"]),
        (.contiguous, ["a", "--", "b", "-"]), (.mergedWithPrevious, ["a-", "-", "b-"]),
        (.mergedWithNext, ["a", "-", "-b", "-"]),
    ])
    func `matches go where the behavior says`(behavior: SplitBehavior, expected: [String]) {
        let text = Array("a--b-".utf8)
        let stretches = text.indices.map {
            (range: $0..<($0 + 1), isMatch: text[$0] == UInt8(ascii: "-"))
        }
        let pieces = behavior.pieces(of: stretches)
            .map { String(decoding: text[$0], as: UTF8.self) }
        #expect(pieces == expected)
    }
}
