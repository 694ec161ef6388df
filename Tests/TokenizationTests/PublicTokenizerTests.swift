import Foundation
import TestSupport
import Testing
import Tokenization

/// A folder of public files beside the repository; nil where it is absent.
private func publicFolder(_ name: String) -> URL? {
    let folder = Fixture.shared.map { URL(fileURLWithPath: "\($0)/cases/\(name)/model") }
    return folder.flatMap { FileManager.default.fileExists(atPath: $0.path) ? $0 : nil }
}

/// The files of Llama 2 and SmolLM, which are not part of this repository; expected is what
/// tokenizers 0.23.3 says of them.
@Suite(
    .enabled(
        if: publicFolder("eval-13-byte-fallback-json") != nil,
        "no cases in ../shared or FT_MMLU_SHARED: Llama 2's and SmolLM's files were not checked"))
struct PublicTokenizerTests {
    private func expect(_ rows: [(text: String, ids: [Int32])], of name: String) throws {
        let tokenizer = try TokenizerFile.loadTokenizer(folder: #require(publicFolder(name)))
        for row in rows {
            #expect(try tokenizer.encode(row.text) == row.ids, "\(row.text.debugDescription)")
            #expect(try tokenizer.decode(row.ids) == row.text)
        }
    }

    @Test func `Llama 2's tokenizer_json falls back to bytes`() throws {
        try expect(
            [
                ("Hello world", [15043, 3186]), ("a\n\nb", [263, 13, 13, 29890]),
                ("  two  spaces \n", [259, 1023, 29871, 8162, 29871, 13]),
                ("é🙂\u{4}</s>", [904, 243, 162, 156, 133, 7, 2]),
            ], of: "eval-13-byte-fallback-json")
    }

    @Test func `SmolLM's tokenizer_json lacks bytes and splits digits`() throws {
        let name = "eval-09-smollm-tokenizer"
        try expect(
            [
                ("Hello world 123", [19556, 905, 216, 33, 34, 35]), ("a\n\nb", [81, 198, 198, 82]),
                ("  two  spaces \n", [216, 827, 216, 5600, 3717]),
                ("é🙂</s>", [2756, 10813, 38887, 9617, 99, 46]),
            ], of: name)
        let tokenizer = try TokenizerFile.loadTokenizer(folder: #require(publicFolder(name)))
        #expect(try tokenizer.encode("\u{4}é\u{4}") == tokenizer.encode("é"))
    }
}
