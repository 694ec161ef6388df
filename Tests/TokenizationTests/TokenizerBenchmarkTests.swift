import Foundation
import SpeedBench
import TestSupport
import Testing
import Tokenization

@Suite struct TokenizerBenchmarkTests {
    @Test func `texts, bytes and tokens are counted`() throws {
        try withTemporaryFolder { folder in
            try SmallSentencePiece.bytes().write(to: folder.appending(path: "tokenizer.model"))
            let input = folder.appending(path: "texts.jsonl")
            try Data("\" fox\"\n\"\\u00e9a\"\n".utf8).write(to: input)
            let figures = try TokenizerBenchmark.run(folder: folder, input: input)
            #expect((figures.textCount, figures.byteCount, figures.tokenCount) == (2, 7, 4))
            #expect(figures.loadSeconds > 0 && figures.encodeSeconds > 0)
        }
    }

    @Test func `a line that is no JSON string is refused by its number`() throws {
        try withTemporaryFolder { folder in
            let input = folder.appending(path: "texts.jsonl")
            try Data("\"a\"\n7\n".utf8).write(to: input)
            expectRefusal(
                "\(input.path), line 2: is no JSON string; one a line is needed"
            ) { try TokenizerBenchmark.run(folder: folder, input: input) }
        }
    }
}
