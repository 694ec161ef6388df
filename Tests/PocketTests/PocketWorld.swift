import Benchmarks
import Foundation
import Pocket
import Tokenization

/// The world of seed 0 and its tokenizer.
enum PocketWorld {
    static let world = World(seed: 0)

    static func tokenizer() throws -> SentencePieceTokenizer {
        try SentencePieceTokenizer(model: WorldTokenizer.train(), name: "tokenizer.model")
    }

    static let presets: [any PromptPreset] = [PlainCoT(), Hendrycks()]
}
