import Foundation
import TestSupport
import Testing
import Tokenization

@Suite struct SentencePieceTokenizerTests {
    @Test(arguments: [
        "", " ", "   a  b ", "a\n\n\nb\t\r\n", "naïve e\u{301} 猫 🦊👩‍👩‍👧", "a\u{0}b",
        "<unk></s> </s",
        " fox foxglove foxes", "\u{feff}ﬁ Å\u{a0}x\u{3000}", "</p>then, say \"so\"",
    ])
    func `any text comes back byte for byte`(text: String) throws {
        let tokenizer = try SmallSentencePiece.tokenizer()
        let decoded = try tokenizer.decode(tokenizer.encode(text))
        #expect(Array(decoded.utf8) == Array(text.utf8))
    }

    @Test func `every byte has a piece, so unknown text is never lost`() throws {
        let tokenizer = try SmallSentencePiece.tokenizer()
        let ids = try tokenizer.encode("é")
        let bytes = try ["<0xC3>", "<0xA9>"].map { try tokenizer.id(ofPiece: $0) }
        #expect(ids == bytes)
    }

    @Test func `the longest symbol wins and the text between is spelled`() throws {
        let tokenizer = try SmallSentencePiece.tokenizer()
        let pieces = ["▁foxglove", "▁fox", "e", "s", "\n\n", "\n"]
        let expected = try pieces.map { try tokenizer.id(ofPiece: $0) }
        #expect(try tokenizer.encode(" foxglove foxes\n\n\n") == expected)
    }

    @Test func `symbols with commas and quotes are one piece each`() throws {
        let tokenizer = try SmallSentencePiece.tokenizer()
        for symbol in SmallSentencePiece.symbols {
            #expect(try tokenizer.encode(symbol).count == 1)
        }
    }

    @Test func `no start, end or space is added`() throws {
        let tokenizer = try SmallSentencePiece.tokenizer()
        let a = try tokenizer.id(ofPiece: "a")
        #expect(try tokenizer.encode("a") == [a])
        #expect(try tokenizer.encode("").isEmpty)
    }

    @Test func `a control token's name is that token, and is written back`() throws {
        let tokenizer = try SmallSentencePiece.tokenizer()
        let (a, end) = (try tokenizer.id(ofPiece: "a"), tokenizer.endToken)
        #expect(end == 1)
        #expect(try tokenizer.encode("a</s></s>a") == [a, end, end, a])
        #expect(try tokenizer.encode("<unk>") == [0])
        #expect(try tokenizer.decode([1, 0, 1]) == "</s><unk></s>")
    }

    @Test func `a text that is no piece has no id, not that of the unknown piece`() throws {
        let tokenizer = try SmallSentencePiece.tokenizer()
        #expect(try tokenizer.id(ofPiece: "abc") == nil)
        #expect(try tokenizer.id(ofPiece: "") == nil)
        #expect(try tokenizer.id(ofPiece: "<unk>") == 0)
    }

    @Test func `the vocabulary is two control pieces, the symbols, the bytes and the letters`()
        throws
    {
        #expect(try SmallSentencePiece.tokenizer().vocabularySize == 2 + 6 + 256 + 27)
    }

    @Test func `threads may share one tokenizer`() async throws {
        let tokenizer = try SmallSentencePiece.tokenizer()
        let expected = try tokenizer.encode("a fox")
        try await withThrowingTaskGroup(of: [Int32].self) { group in
            for _ in 0..<50 { group.addTask { try tokenizer.encode("a fox") } }
            for try await ids in group { #expect(ids == expected) }
        }
    }

    @Test(arguments: [-1, 291, Int32.max])
    func `an id outside the vocabulary is refused`(id: Int32) throws {
        let tokenizer = try SmallSentencePiece.tokenizer()
        let words = refusal { _ = try tokenizer.decode([2, id]) }
        #expect(
            words == "small.model: 2 ids were to be decoded, but the id \(id) is not in the "
                + "vocabulary of 291 pieces.")
    }
}
