import Basics
import Foundation
import Tokenization

/// Measures how fast a tokenizer loads and encodes, on one thread.
public struct TokenizerBenchmark: Sendable {
    public let loadSeconds: Double
    /// Seconds to encode all texts once, with an empty word cache.
    public let encodeSeconds: Double
    public let textCount: Int
    public let byteCount: Int
    public let tokenCount: Int

    /// Loads the tokenizer of the folder and encodes every text once.
    ///
    /// - Parameter input: a file of JSON strings, one a line.
    public static func run(folder: URL, input: URL) throws -> TokenizerBenchmark {
        let texts = try texts(of: input)
        let clock = ContinuousClock()
        let start = clock.now
        let tokenizer = try TokenizerFile.loadTokenizer(folder: folder)
        let loaded = clock.now
        var tokenCount = 0
        for text in texts { tokenCount += try tokenizer.encode(text).count }
        let end = clock.now
        return TokenizerBenchmark(
            loadSeconds: (loaded - start) / .seconds(1),
            encodeSeconds: (end - loaded) / .seconds(1),
            textCount: texts.count, byteCount: texts.reduce(0) { $0 + $1.utf8.count },
            tokenCount: tokenCount)
    }

    /// The texts of a file of JSON strings, one a line.
    private static func texts(of file: URL) throws -> [String] {
        guard let lines = try FileFormat.jsonLines.lines(of: file.path) else {
            throw FileError(path: file.path, problem: "cannot be read")
        }
        return try lines.map { line in
            guard let text = try line.json().text else {
                throw FileError(
                    path: line.place, problem: "is no JSON string", remedy: "one a line is needed")
            }
            return text
        }
    }
}
