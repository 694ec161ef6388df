import Foundation
import Testing

@testable import Tokenization

@Suite struct NormalizationFormTests {
    private func composed(_ text: String) -> [Unicode.Scalar] {
        let bytes = Array(text.utf8)
        let composed = bytes.withUnsafeBufferPointer(NormalizationForm.composed.normalized) ?? bytes
        return Array(String(decoding: composed, as: UTF8.self).unicodeScalars)
    }

    /// From the Unicode Standard and UAX #15.
    @Test(arguments: [
        ("e\u{301}", "\u{E9}"), ("\u{212B}", "\u{C5}"), ("\u{2126}", "\u{3A9}"),
        ("s\u{323}\u{307}", "\u{1E69}"), ("s\u{307}\u{323}", "\u{1E69}"),
        ("\u{1E0B}\u{323}", "\u{1E0D}\u{307}"), ("\u{344}", "\u{308}\u{301}"),
        ("\u{1100}\u{1161}\u{11A8}", "\u{AC01}"), ("\u{AC00}\u{11A7}", "\u{AC00}\u{11A7}"),
        ("\u{915}\u{93C}", "\u{915}\u{93C}"), ("\u{958}", "\u{915}\u{93C}"),
        ("\u{10041}\u{301}", "\u{10041}\u{301}"), ("\u{1D15E}", "\u{1D157}\u{1D165}"),
        ("\u{F73}\u{F73}", "\u{F71}\u{F71}\u{F72}\u{F72}"), ("\u{FB1D}", "\u{5D9}\u{5B4}"),
        ("a\u{1B35}\u{301}", "a\u{1B35}\u{301}"), ("\u{1B05}\u{1B35}", "\u{1B06}"),
    ])
    func `text is brought to form C`(text: String, expected: String) {
        #expect(composed(text) == Array(expected.unicodeScalars))
    }

    /// Expected from tokenizers 0.23.3.
    @Test(arguments: [
        (
            NormalizationForm.decomposed, "\u{1E69}ﬁ\u{AC01}",
            "s\u{323}\u{307}ﬁ\u{1100}\u{1161}\u{11A8}"
        ),
        (.compatibleComposed, "ﬁ\u{FF76}\u{FF9E}①e\u{301}", "fi\u{30AC}1\u{E9}"),
        (.compatibleDecomposed, "½\u{E9}\u{FB01}", "1\u{2044}2e\u{301}fi"),
        (.compatibleComposed, "\u{32FF}\u{A7F2}", "\u{32FF}\u{A7F2}"),
        (.decomposed, "plain", "plain"),
    ])
    func `text is brought to the other forms`(
        form: NormalizationForm, text: String, expected: String
    ) {
        let bytes = Array(text.utf8)
        let result = bytes.withUnsafeBufferPointer(form.normalized) ?? bytes
        #expect(result == Array(expected.utf8))
    }

    @Test func `marks newer than the library's tables stay where they are`() {
        #expect(composed("a\u{315}\u{1DF6}") == Array("a\u{315}\u{1DF6}".unicodeScalars))
    }

    @Test func `a hundred thousand marks in the wrong order are sorted`() {
        let marks = String(repeating: "\u{315}\u{323}", count: 50_000)
        let result = composed("x" + marks)
        #expect(result.prefix(50_001).dropFirst().allSatisfy { $0 == "\u{323}" })
        #expect(result.suffix(50_000).allSatisfy { $0 == "\u{315}" })
    }

    @Test func `common characters are old, keep their place and compose with nothing before`() {
        let seconds = Set(
            CompositionTables.standard.secondParts.map(\.value) + (0x1161...0x1175)
                + (0x11A8...0x11C2))
        for value in CommonCharacters.ranges.joined() {
            guard let scalar = Unicode.Scalar(value) else { continue }
            #expect(scalar.properties.canonicalCombiningClass == .notReordered)
            #expect(scalar.properties.age.map { $0 < (13, 0) } == true)
            #expect(CompositionTables.standard.composedAlone(scalar) == [scalar])
            #expect(!seconds.contains(value))
        }
    }
}

extension CompositionTables {
    fileprivate func composedAlone(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        let parts = decomposition(of: scalar)
        guard var whole = parts.first else { return [] }
        for part in parts.dropFirst() {
            guard let joined = composite(whole, part) else { return parts }
            whole = joined
        }
        return [whole]
    }
}
