import TestSupport
import Testing

@testable import Tokenization

/// Files laid out as those of Llama 2 and 3, Gemma, SmolLM, DeepSeek, Falcon, Pythia and others.
@Suite struct LayoutTests {
    @Test(arguments: SmallLayout.allCases)
    func `ids are those of the package tokenizers`(layout: SmallLayout) throws {
        let tokenizer = try layout.tokenizer()
        for (text, ids) in zip(try SmallLayout.texts(), try layout.golden().ids) {
            #expect(try tokenizer.encode(text) == ids, "\(text.debugDescription)")
            #expect(try tokenizer.encode(text) == ids, "again, with known words")
        }
    }

    @Test(arguments: SmallLayout.allCases)
    func `texts are those of the package tokenizers`(layout: SmallLayout) throws {
        let tokenizer = try layout.tokenizer()
        let golden = try layout.golden()
        for (ids, text) in zip(golden.ids + golden.mixed, golden.decoded + golden.mixedDecoded) {
            #expect(try Array(tokenizer.decode(ids).utf8) == Array(text.utf8), "\(ids)")
        }
    }

    @Test(arguments: SmallLayout.allCases)
    func `tokens around a text are those of the package tokenizers`(layout: SmallLayout) throws {
        let (tokenizer, golden) = (try layout.tokenizer(), try layout.golden())
        #expect(tokenizer.specialPrefix == golden.prefix)
        #expect(tokenizer.specialSuffix == golden.suffix)
    }

    @Test func `Llama's files put a token before a text, some one after it`() throws {
        #expect(try SmallLayout.llamaLegacy.golden().prefix == [1])
        #expect(try SmallLayout.llamaFirst.golden().suffix == [2])
        #expect(try SmallLayout.llama3.golden().prefix == [0])
        #expect(try SmallLayout.smollm.golden().prefix.isEmpty)
    }

    @Test(arguments: [
        (#""truncation":null"#, #""truncation":{"max_length":2,"stride":0}"#),
        (#""padding":null"#, #""padding":{"strategy":{"Fixed":9},"pad_id":0}"#),
    ])
    func `truncation and padding are about batches`(old: String, new: String) throws {
        let text = try SmallLayout.smollm.text()
        let changed = text.replacing(old, with: new)
        #expect(changed != text)
        let tokenizer = try BPETokenizer(json: Array(changed.utf8), name: "a.json")
        let sentence = "the heart of the horse"
        #expect(try tokenizer.encode(sentence) == SmallLayout.smollm.tokenizer().encode(sentence))
    }

    @Test func `a piece for the unknown that is needed and missing is refused`() throws {
        let changed = try SmallLayout.smollm.text().replacing(
            #""unk_token":null"#, with: #""unk_token":"[UNK]""#)
        expectRefusal(
            "a.json: 'vocab' has neither a piece for each byte nor the 'unk_token' '[UNK]'."
        ) { try BPETokenizer(json: Array(changed.utf8), name: "a.json") }
    }

    @Test func `ids may leave gaps`() throws {
        let text = try SmallLayout.fused.text()
        let changed = text.replacing(#","a":"#, with: #","a":900,"zz":"#)
        #expect(changed != text)
        let tokenizer = try BPETokenizer(json: Array(changed.utf8), name: "a.json")
        #expect(tokenizer.vocabularySize == 901)
        #expect(try tokenizer.encode("a") == [900])
        expectRefusal(
            "a.json: 1 ids were to be decoded, but the id 500 is not in the vocabulary of 901 "
                + "pieces."
        ) { try tokenizer.decode([500]) }
    }

    @Test func `steps that make a text longer and longer are stopped`() throws {
        let step = #"{"type":"Replace","pattern":{"String":"a"},"content":"aaaaaaaa"}"#
        let steps = Array(repeating: step, count: 16).joined(separator: ",")
        let text = try SmallLayout.fused.text()
        let changed = text.replacing(
            #"{"type":"NFD"}"#, with: #"{"type":"Sequence","normalizers":[\#(steps)]}"#)
        #expect(changed != text)
        let tokenizer = try BPETokenizer(json: Array(changed.utf8), name: "a.json")
        expectRefusal(
            "a.json: text of 1 bytes was to be encoded, but its normalizer or pre-tokenizer makes "
                + "more than 4160 bytes of it."
        ) { try tokenizer.encode("a") }
    }
}
