import Testing

@testable import Tokenization

/// Expected is what tokenizers 0.23.3 makes of the pieces.
@Suite struct DecoderTests {
    private static let space = Array("▁".utf8)

    @Test(
        arguments: [
            ([.strip(Array("H".utf8), start: 1, stop: 0)], ["HHHey", "H"], "HHey"),
            ([.strip(Array("y".utf8), start: 0, stop: 3)], ["Heyyyy", "Hy"], "HeyH"),
            ([.strip(Array(" ".utf8), start: 1_000_000_000_000, stop: 0)], ["  a ", " b"], "a b"),
            ([.byteFallback], ["<0x61>", "<0xe5>", "<0x8f>", "a"], "\u{FFFD}\u{FFFD}\u{FFFD}a"),
            ([.byteFallback], ["<0xE5>", "<0x8F>", "<0xAB>", "<0x6>", "<0xzz>"], "叫<0x6><0xzz>"),
            ([.metaspace(space, dropsFirst: true)], ["▁▁a", "▁b▁"], "a b "),
            ([.metaspace(space, dropsFirst: false)], ["▁a", "▁b"], " a b"),
            ([.byteLevel], ["Ġa", "Ã", "©", "é日"], " aéé日"),
            ([.fuse, .replace(Array("ab".utf8), Array("-".utf8))], ["xa", "bx"], "x-x"),
            (nil, ["a", "b"], "a b"),
        ] as [([Decoder.Step]?, [String], String)])
    func `pieces become text`(steps: [Decoder.Step]?, pieces: [String], expected: String) {
        let text = Decoder(steps: steps).text(of: pieces.map { Array($0.utf8) })
        #expect(Array(text.utf8) == Array(expected.utf8))
    }
}
