import Foundation
import TestSupport
import Testing

@testable import Tokenization

@Suite struct TokenizerFileTests {
    @Test func `a folder with a tokenizer.model gives its tokenizer`() throws {
        try withTemporaryFolder { folder in
            try SmallSentencePiece.bytes().write(to: folder.appending(path: "tokenizer.model"))
            let tokenizer = try TokenizerFile.loadTokenizer(folder: folder)
            #expect(try tokenizer.encode(" fox") == SmallSentencePiece.tokenizer().encode(" fox"))
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

    @Test func `two tokenizers with the same pieces are one, others are refused`() throws {
        try SmallLlama.withModel { folder in
            let file = folder.appending(path: "tokenizer.json")
            let alone = try SentencePieceTokenizer(folder: folder)
            var pieces = try alone.pieces()
            func load(_ model: String) throws -> any Tokenizer {
                try Data(#"{"post_processor": null, "model": \#(model)}"#.utf8).write(to: file)
                return try TokenizerFile.loadTokenizer(folder: folder)
            }
            func object() throws -> String {
                let ids = pieces.enumerated().map { ($1, $0) }
                let table = Dictionary(ids) { first, _ in first }
                return String(
                    decoding: try JSONSerialization.data(withJSONObject: ["vocab": table]),
                    as: UTF8.self)
            }
            let list = try JSONSerialization.data(
                withJSONObject: ["vocab": pieces.map { [$0, 0.5] as [Any] }])
            for model in [try object(), String(decoding: list, as: UTF8.self)] {
                #expect(try load(model).encode("the heart") == alone.encode("the heart"))
            }
            let remedy =
                "one tokenizer is needed: move the file away that is not this model's."
            let last = pieces.removeLast()
            expectRefusal(
                "\(file.path): it has \(pieces.count) of its pieces, tokenizer.model has "
                    + "\(pieces.count + 1); \(remedy)"
            ) { try load(object()) }
            pieces.append("zzzz")
            expectRefusal(
                "\(file.path): it has the piece \"zzzz\" as \(pieces.count - 1), tokenizer.model has "
                    + "\(last.debugDescription) there; \(remedy)"
            ) { try load(object()) }
            pieces[pieces.count - 1] = last
            pieces.append("yyyy")
            expectRefusal(
                "\(file.path): it has the piece \"yyyy\" as \(pieces.count - 1), tokenizer.model has "
                    + "no such piece there; \(remedy)"
            ) { try load(object()) }
        }
    }

    @Test func `tokenizer_class says which of two files is read`() throws {
        let json = SmallByteLevel.folder.appending(path: "gpt2.json")
        try SmallLlama.withModel { folder in
            let target = folder.appending(path: "tokenizer.json")
            try Data(contentsOf: json).write(to: target)
            let expected = try BPETokenizer(folder: folder).encode("the heart")
            let settings = folder.appending(path: "tokenizer_config.json")
            try Data(#"{"tokenizer_class": "PreTrainedTokenizerFast"}"#.utf8).write(to: settings)
            #expect(try TokenizerFile.loadTokenizer(folder: folder).encode("the heart") == expected)
            try Data(#"{"tokenizer_class": "LlamaTokenizer"}"#.utf8).write(to: settings)
            #expect(refusal { try TokenizerFile.loadTokenizer(folder: folder) } != nil)
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
        let whole = try SmallSentencePiece.bytes()
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
