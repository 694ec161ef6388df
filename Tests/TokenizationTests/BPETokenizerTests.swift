import Foundation
import TestSupport
import Testing

@testable import Tokenization

@Suite struct BPETokenizerTests {
    @Test(arguments: SmallByteLevel.allCases)
    func `ids are those of the package tokenizers`(small: SmallByteLevel) throws {
        let tokenizer = try small.tokenizer()
        for pair in try small.golden().encode {
            #expect(try tokenizer.encode(pair.text) == pair.ids, "\(pair.text.debugDescription)")
            #expect(try tokenizer.encode(pair.text) == pair.ids, "again, with known words")
        }
    }

    @Test(arguments: SmallByteLevel.allCases)
    func `texts are those of the package tokenizers`(small: SmallByteLevel) throws {
        let tokenizer = try small.tokenizer()
        for pair in try small.golden().decode {
            #expect(try Array(tokenizer.decode(pair.ids).utf8) == Array(pair.text.utf8))
        }
    }

    @Test func `a piece goes by the file's spelling`() throws {
        let tokenizer = try SmallByteLevel.split.tokenizer()
        #expect(try tokenizer.id(ofPiece: "Ġthe") != nil)
        #expect(try tokenizer.id(ofPiece: " the") == nil)
        #expect(try tokenizer.id(ofPiece: "<|endoftext|>") == 420)
        #expect(tokenizer.vocabularySize == 429)
        #expect(tokenizer.endToken == nil)
    }

    @Test(arguments: [#""<|im_end|>""#, #"{"content": "<|im_end|>", "lstrip": false}"#])
    func `the end token is that of tokenizer_config.json`(spelling: String) throws {
        try withTemporaryFolder { folder in
            try Data(SmallByteLevel.split.bytes())
                .write(to: folder.appending(path: "tokenizer.json"))
            try Data(#"{"eos_token": \#(spelling)}"#.utf8)
                .write(to: folder.appending(path: "tokenizer_config.json"))
            let tokenizer = try TokenizerFile.loadTokenizer(folder: folder)
            #expect(tokenizer.endToken == 422)
        }
    }

    @Test func `without tokenizer_config.json there is no end token`() throws {
        try withTemporaryFolder { folder in
            try Data(SmallByteLevel.split.bytes())
                .write(to: folder.appending(path: "tokenizer.json"))
            #expect(try TokenizerFile.loadTokenizer(folder: folder).endToken == nil)
        }
    }

    @Test(arguments: [63, 64, 65, 200, 1000])
    func `a long word is merged like a short one`(length: Int) throws {
        let split = try SmallByteLevel.split.tokenizer()
        // Letters of one word; what merges does not depend on how long the word is.
        let word = String(String(repeating: "thequestionheartanswer", count: 50).prefix(length))
        var pieces = try word.utf8.map { byte in
            try #require(try split.id(ofPiece: String(Character(Unicode.Scalar(byte)))))
        }
        let model = try BPEDescription(json: SmallByteLevel.split.bytes()).merges
        while true {
            let merges = zip(pieces, pieces.dropFirst()).map { model.merge($0, $1) }
            guard let best = merges.min(), best != MergeTable.none,
                let place = merges.firstIndex(of: best)
            else { break }
            pieces.replaceSubrange(place...(place + 1), with: [MergeTable.piece(of: best)])
        }
        #expect(try split.encode(word) == pieces)
    }

    @Test func `threads may share one tokenizer`() async throws {
        let tokenizer = try SmallByteLevel.split.tokenizer()
        let expected = try tokenizer.encode("the heart of the horse")
        try await withThrowingTaskGroup(of: [Int32].self) { group in
            for _ in 0..<50 { group.addTask { try tokenizer.encode("the heart of the horse") } }
            for try await ids in group { #expect(ids == expected) }
        }
    }

    @Test func `words are right after the cache was full`() throws {
        let tokenizer = try SmallByteLevel.split.tokenizer()
        let before = try tokenizer.encode(" question")
        let letters = "abcdefghijklmnopqrstuvwxyz".map(String.init)
        for first in letters {
            for second in letters {
                for third in letters {
                    let words = letters.map { " \(first)\(second)\(third)\($0)" }.joined()
                    _ = try tokenizer.encode(words)
                }
            }
        }
        #expect(try tokenizer.encode(" question") == before)
    }

    @Test(arguments: [-1, 429, Int32.max])
    func `an id outside the vocabulary is refused`(id: Int32) throws {
        let tokenizer = try SmallByteLevel.split.tokenizer()
        expectRefusal(
            "split.json: 2 ids were to be decoded, but the id \(id) is not in the vocabulary of "
                + "429 pieces."
        ) { try tokenizer.decode([2, id]) }
    }
}
