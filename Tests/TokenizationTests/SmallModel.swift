import Foundation
import Tokenization

/// A tokenizer of a few symbols, bytes and the letters a to z.
enum SmallModel {
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
