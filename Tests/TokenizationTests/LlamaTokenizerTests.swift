import Foundation
import TestSupport
import Testing

@testable import Tokenization

/// A `tokenizer.model` with the tokens that its folder adds.
@Suite struct LlamaTokenizerTests {
    @Test(arguments: SmallLlama.allCases)
    func `ids are those of LlamaTokenizer`(small: SmallLlama) throws {
        try small.withFolder { folder in
            let tokenizer = try TokenizerFile.loadTokenizer(folder: folder)
            let golden = try small.golden()
            #expect(tokenizer.vocabularySize == golden.vocabulary)
            #expect(tokenizer.endToken == 2)
            for pair in golden.encode {
                let ids = try tokenizer.encode(pair.text)
                #expect(ids == pair.ids, "\(pair.text.debugDescription)")
            }
        }
    }

    @Test(arguments: SmallLlama.allCases)
    func `texts are those of LlamaTokenizer`(small: SmallLlama) throws {
        try small.withFolder { folder in
            let tokenizer = try TokenizerFile.loadTokenizer(folder: folder)
            for pair in try small.golden().decode ?? [] {
                let text = try tokenizer.decode(pair.ids)
                #expect(Array(text.utf8) == Array(pair.text.utf8), "\(pair.ids)")
            }
        }
    }

    @Test(
        arguments: SmallLlama.allCases,
        [
            "", "a", " a", "the  heart ", "the<tool>heart</s>", "<tool> the", "<s>the<unk>",
            "\n<s>\n",
            "<tool>the heart\n", "é 🙂<tool>e\u{301}",
        ])
    func `text comes back byte for byte`(small: SmallLlama, text: String) throws {
        try small.withFolder { folder in
            let tokenizer = try TokenizerFile.loadTokenizer(folder: folder)
            let decoded = try tokenizer.decode(tokenizer.encode(text))
            #expect(Array(decoded.utf8) == Array(text.utf8))
        }
    }

    @Test func `an added token has its id by its name`() throws {
        try SmallLlama.first.withFolder { folder in
            let tokenizer = try TokenizerFile.loadTokenizer(folder: folder)
            #expect(try tokenizer.id(ofPiece: "<pad>") == 420)
            #expect(try tokenizer.id(ofPiece: "▁the") == 261)
            #expect(try tokenizer.id(ofPiece: "<none>") == nil)
            #expect(try tokenizer.decode([420, 421]) == "<pad><tool>")
            let words = refusal { _ = try tokenizer.decode([426]) }
            #expect(
                words == "\(folder.path)/tokenizer.model: 1 ids were to be decoded, but the id 426 "
                    + "is not in the vocabulary of 426 pieces.")
        }
    }

    @Test func `a list of added tokens needs no configuration`() throws {
        try SmallLlama.withModel { folder in
            try Data(#"{"<tool>": 420}"#.utf8).write(
                to: folder.appending(path: "added_tokens.json"))
            let tokenizer = try TokenizerFile.loadTokenizer(folder: folder)
            // The model's own space stands before every stretch.
            let the = try tokenizer.id(ofPiece: "▁the")
            #expect(try tokenizer.encode("the<tool>the") == [the, 420, the])
        }
    }

    @Test func `a role that the file leaves out has LlamaTokenizer's name`() throws {
        try SmallLlama.withModel { folder in
            try Data("{}".utf8).write(to: folder.appending(path: "tokenizer_config.json"))
            let tokenizer = try TokenizerFile.loadTokenizer(folder: folder)
            #expect(try tokenizer.encode("<s>") == [1])
            #expect(tokenizer.vocabularySize == 420)
            #expect(tokenizer.endToken == 2)
        }
    }

    @Test func `a model that changes text needs its own spaces`() throws {
        try SmallLlama.withModel { folder in
            let file = folder.appending(path: "tokenizer.model")
            // Field 4 of field 3 in sentencepiece_model.proto: remove_extra_whitespaces.
            try (Data(contentsOf: file) + Data([0x1A, 2, 0x20, 1])).write(to: file)
            let settings = folder.appending(path: "tokenizer_config.json")
            try Data(#"{"legacy": true}"#.utf8).write(to: settings)
            let tokenizer = try TokenizerFile.loadTokenizer(folder: folder)
            #expect(try tokenizer.encode("the  the") == tokenizer.encode("the the"))
            try Data("{}".utf8).write(to: settings)
            let words = refusal { try TokenizerFile.loadTokenizer(folder: folder) }
            #expect(
                words == "\(file.path): its normalizer changes or drops text, which is implemented "
                    + "only where tokenizer_config.json has 'legacy' true; one that keeps every "
                    + "space and falls back to bytes, as Llama's, is needed.")
        }
    }
}
