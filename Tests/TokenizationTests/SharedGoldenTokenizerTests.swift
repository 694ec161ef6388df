import Foundation
import TestSupport
import Testing
import Tokenization

/// The tokenizer of the golden checkpoints beside the repository.
@Suite(
    .enabled(
        if: Fixture.shared != nil,
        "no golden in ../shared or FT_MMLU_SHARED: its tokenizer was not checked"))
struct SharedGoldenTokenizerTests {
    private struct Pair: Decodable {
        let text: String
        let ids: [Int32]
    }

    @Test(arguments: ["tiny", "tiny-llama", "tiny-qwen3", "tiny-untied"])
    func `texts of the golden checkpoints have their ids`(name: String) throws {
        let golden = URL(fileURLWithPath: try #require(Fixture.shared)).appending(path: "golden")
        let tokenizer = try TokenizerFile.loadTokenizer(
            folder: golden.appending(path: "\(name)/checkpoint"))
        let pairs = try JSONDecoder().decode(
            [Pair].self, from: Data(contentsOf: golden.appending(path: "tokenizer.json")))
        for pair in pairs {
            #expect(try tokenizer.encode(pair.text) == pair.ids, "\(pair.text.debugDescription)")
        }
        #expect(tokenizer.endToken == 509)
    }
}
