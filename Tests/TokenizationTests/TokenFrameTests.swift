import Foundation
import TestSupport
import Testing

@testable import Tokenization

/// The tokens that files put around a text; expected is what transformers 5.23 puts there.
@Suite struct TokenFrameTests {
    /// The tokenizer of the small model beside these files.
    private func tokenizer(
        configuration: String?, json: String? = nil, _ body: (any Tokenizer, URL) throws -> Void
    ) throws {
        try SmallLlama.withModel { folder in
            for (name, text) in [
                ("tokenizer_config.json", configuration), ("tokenizer.json", json),
            ] {
                try text.map { try Data($0.utf8).write(to: folder.appending(path: name)) }
            }
            try body(TokenizerFile.loadTokenizer(folder: folder), folder)
        }
    }

    @Test(
        arguments: [
            ("", [], []), (#", "add_bos_token": true"#, [1], []),
            (#", "add_bos_token": false"#, [], []), (#", "add_bos_token": null"#, [], []),
            (#", "bos_token": "<s>", "add_eos_token": true"#, [], [2]),
            (
                #", "bos_token": {"content": "<s>"}, "add_bos_token": true, "add_eos_token": true"#,
                [1], [2]
            ),
            (#", "bos_token": "</s>", "add_bos_token": true"#, [2], []),
            (#", "bos_token": null, "add_bos_token": true"#, [], []),
        ] as [(String, [Int32], [Int32])])
    func `beside a tokenizer_model the settings say it`(
        settings: String, prefix: [Int32], suffix: [Int32]
    ) throws {
        let configuration = #"{"tokenizer_class": "LlamaTokenizer"\#(settings)}"#
        try tokenizer(configuration: configuration) { tokenizer, _ in
            #expect(tokenizer.specialPrefix == prefix)
            #expect(tokenizer.specialSuffix == suffix)
            let ids = try tokenizer.encode("the")
            #expect(ids == [261])
        }
    }

    @Test func `a tokenizer_model alone has none`() throws {
        try tokenizer(configuration: nil) { tokenizer, _ in
            #expect(tokenizer.specialPrefix.isEmpty && tokenizer.specialSuffix.isEmpty)
        }
    }

    @Test(
        arguments: [
            (SmallLayout.llamaFirst, "false", [1], [2]), (.metaspaceAlways, "true", [], []),
        ] as [(SmallLayout, String, [Int32], [Int32])])
    func `where a tokenizer_json is, it alone says it`(
        layout: SmallLayout, adds: String, prefix: [Int32], suffix: [Int32]
    ) throws {
        let configuration = #"{"add_bos_token": \#(adds), "bos_token": "<s>"}"#
        // Its pieces are not those of the tokenizer.model, which would be refused.
        let whole = Data(try layout.text().utf8)
        var fields = try JSONSerialization.jsonObject(with: whole) as? [String: Any]
        fields?["model"] = nil
        let frame = try JSONSerialization.data(withJSONObject: fields ?? [:])
        let json = String(decoding: frame, as: UTF8.self)
        try tokenizer(configuration: configuration, json: json) { tokenizer, folder in
            #expect(tokenizer.specialPrefix == prefix)
            #expect(tokenizer.specialSuffix == suffix)
            try whole.write(to: folder.appending(path: "tokenizer.json"))
            try FileManager.default.removeItem(at: folder.appending(path: "tokenizer.model"))
            let alone = try TokenizerFile.loadTokenizer(folder: folder)
            #expect(alone.specialPrefix == prefix)
            #expect(alone.specialSuffix == suffix)
        }
    }

    @Test(
        arguments: [
            (
                #"{"add_bos_token": 1}"#, nil,
                "tokenizer_config.json: 'add_bos_token' is 1; true, false or null is needed."
            ),
            (
                nil, #"{"post_processor": {"type": "BertProcessing"}}"#,
                "tokenizer.json: 'post_processor' has the type 'BertProcessing', which is not "
                    + "implemented; 'ByteLevel' or 'TemplateProcessing' is."
            ),
        ] as [(String?, String?, String)])
    func `what cannot be put around a text is refused`(
        configuration: String?, json: String?, words: String
    ) throws {
        try SmallLlama.withModel { folder in
            for (name, text) in [
                ("tokenizer_config.json", configuration), ("tokenizer.json", json),
            ] {
                try text.map { try Data($0.utf8).write(to: folder.appending(path: name)) }
            }
            expectRefusal("\(folder.path)/\(words)") {
                try TokenizerFile.loadTokenizer(folder: folder)
            }
        }
    }

    @Test func `a piece that the model has not is not put around a text`() throws {
        try withTemporaryFolder { folder in
            try SmallSentencePiece.bytes().write(to: folder.appending(path: "tokenizer.model"))
            let file = folder.appending(path: "tokenizer_config.json")
            try Data(#"{"add_bos_token": true}"#.utf8).write(to: file)
            expectRefusal(
                "\(file.path): the model has no piece '<s>', which is to stand around texts."
            ) { try TokenizerFile.loadTokenizer(folder: folder) }
        }
    }

    @Test func `a token that is not in the vocabulary is refused`() throws {
        let text = try SmallLayout.llama3.text()
        let changed = text.replacing(#""ids":[0]"#, with: #""ids":[7000]"#)
        #expect(changed != text)
        expectRefusal(
            "a.json: 'post_processor' puts the token 7000 around a text; it is not in the "
                + "vocabulary."
        ) { try BPETokenizer(json: Array(changed.utf8), name: "a.json") }
    }
}
