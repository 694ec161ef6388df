import Foundation
import TestSupport
import Testing
import Tokenization

@Suite struct TokenizerFileTests {
    @Test func `a folder with a tokenizer.model gives its tokenizer`() throws {
        try withTemporaryFolder { folder in
            try SmallModel.bytes().write(to: folder.appending(path: "tokenizer.model"))
            let tokenizer = try TokenizerFile.loadTokenizer(folder: folder)
            #expect(try tokenizer.encode(" fox") == SmallModel.tokenizer().encode(" fox"))
        }
    }

    @Test func `a folder without a tokenizer is refused by name`() throws {
        try withTemporaryFolder { folder in
            let words = refusal { _ = try TokenizerFile.loadTokenizer(folder: folder) }
            #expect(
                words == "\(folder.path): a tokenizer was looked for, but the folder has no "
                    + "tokenizer.model or tokenizer.json; name the folder of a checkpoint in "
                    + "Hugging Face's layout.")
        }
    }

    @Test func `an empty tokenizer.json is refused by name`() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "tokenizer.json")
            try Data("{}".utf8).write(to: file)
            let words = refusal { _ = try TokenizerFile.loadTokenizer(folder: folder) }
            #expect(words == "\(file.path): it has no 'model'; one of BPE is needed.")
        }
    }

    @Test func `a missing file is refused by name`() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "tokenizer.model")
            let words = refusal { _ = try SentencePieceTokenizer(folder: folder) }
            #expect(
                words?.hasPrefix("\(file.path): a SentencePiece model was to be read, but: ")
                    == true
            )
            #expect(words?.hasSuffix(" Name a readable tokenizer.model.") == true)
        }
    }

    @Test func `a damaged model is refused in the library's words`() throws {
        let whole = try SmallModel.bytes()
        let damaged = [Data(), Data("not a model".utf8), whole.prefix(whole.count / 2)]
        for bytes in damaged {
            let words = refusal {
                _ = try SentencePieceTokenizer(model: bytes, name: "tokenizer.model")
            }
            #expect(
                words?.hasPrefix(
                    "tokenizer.model: a SentencePiece model was to be read, but the library said "
                        + "'Internal: ") == true, "\(bytes.count) bytes: \(words ?? "no error")")
            #expect(
                words?.hasSuffix("'; a model that SentencePiece trained would be right.") == true)
        }
    }
}
