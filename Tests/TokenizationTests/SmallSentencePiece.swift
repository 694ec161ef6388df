import Foundation
import Tokenization

/// A tokenizer of a few symbols, bytes and the letters a to z.
enum SmallSentencePiece {
    static let symbols = ["\n", "\n\n", " fox", " foxglove", "then, say \"so\"", "</p>"]

    static func bytes() throws -> Data {
        try SentencePieceTrainer.train(
            sentences: [" "] + "abcdefghijklmnopqrstuvwxyz".map(String.init),
            symbols: symbols, vocabularyLimit: 1000)
    }

    static func tokenizer() throws -> SentencePieceTokenizer {
        try SentencePieceTokenizer(model: bytes(), name: "small.model")
    }
}
