import Foundation
import TestSupport
import Testing
import Tokenization

@Suite struct SentencePieceTrainerTests {
    @Test func `the same text gives the same bytes`() throws {
        #expect(try SmallSentencePiece.bytes() == SmallSentencePiece.bytes())
    }

    @Test func `frequent pairs are merged up to the limit`() throws {
        let model = try SentencePieceTrainer.train(
            sentences: ["abab abab", "abab"], symbols: ["\n"], vocabularyLimit: 263)
        let tokenizer = try SentencePieceTokenizer(model: model, name: "pairs.model")
        #expect(tokenizer.vocabularySize == 2 + 1 + 256 + 3 + 1)
        #expect(
            try tokenizer.encode("abab")
                == [tokenizer.encode("ab"), tokenizer.encode("ab")].flatMap { $0 })
        #expect(try tokenizer.encode("ab").count == 1)
    }

    @Test(arguments: ["", "a\u{0}b"])
    func `an empty text or one with a zero byte is refused`(text: String) {
        let words = refusal {
            _ = try SentencePieceTrainer.train(
                sentences: ["a", text], symbols: [], vocabularyLimit: 1000)
        }
        #expect(
            words == "A tokenizer was to be trained, but the text '\(text)' is empty or holds a "
                + "zero byte; sentences and symbols without either would be right.")
    }

    @Test func `a limit below the alphabet is refused in the library's words`() {
        let words = refusal {
            _ = try SentencePieceTrainer.train(
                sentences: ["a b c"], symbols: [], vocabularyLimit: 10)
        }
        #expect(
            words?.hasPrefix(
                "A tokenizer of at most 10 pieces was to be trained, but the library said '"
                    + "Internal: ") == true)
    }
}
