import Benchmarks
import Foundation
import Pocket
import Tokenization

/// The world of seed 0 and its tokenizer.
enum Fixture {
    static let world = World(seed: 0)

    static func tokenizer() throws -> SentencePieceTokenizer {
        try SentencePieceTokenizer(model: WorldTokenizer.train(), name: "tokenizer.model")
    }

    static let presets: [any PromptPreset] = [PlainCoT(), Hendrycks()]
}

/// A new folder that is gone after `body`.
func withTemporaryFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
}

/// The words of the error that `body` throws.
func message(of body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch {
        return "\(error)"
    }
}
