import Foundation
import TestSupport
import Testing

@testable import Tokenization

/// Start tokens, and control tokens' names in data.
@Suite struct PromptEncoderTests {
    /// A small SentencePiece model with `<s>` and `</s>`.
    private func withLlama(
        _ settings: String = #", "add_bos_token": true"#,
        _ body: (any Tokenizer) throws -> Void
    ) throws {
        try SmallLlama.withModel { folder in
            try Data(#"{"tokenizer_class": "LlamaTokenizer"\#(settings)}"#.utf8)
                .write(to: folder.appending(path: "tokenizer_config.json"))
            try body(TokenizerFile.loadTokenizer(folder: folder))
        }
    }

    private func chat(_ template: String) throws -> ChatFormat {
        var format: ChatFormat?
        try withTemporaryFolder { folder in
            try Data(template.utf8).write(to: folder.appending(path: "chat_template.jinja"))
            format = try ChatFormat.of(folder: folder, named: nil)
        }
        return try #require(format)
    }

    @Test func `a start token is put in front as the files say, once`() throws {
        try withLlama { tokenizer in
            let the = try tokenizer.encode("the")
            #expect(try PromptEncoder(tokenizer).encode("the") == [1] + the)
            #expect(try PromptEncoder(tokenizer, startToken: .off).encode("the") == the)
            #expect(try PromptEncoder(tokenizer, startToken: .on).encode("the") == [1] + the)
            #expect(try PromptEncoder(tokenizer).opening("the") == [1] + the)
            #expect(try PromptEncoder(tokenizer).encode(part: "the") == the)
        }
        try withLlama(#", "add_bos_token": false"#) { tokenizer in
            let the = try tokenizer.encode("the")
            #expect(try PromptEncoder(tokenizer).encode("the") == the)
            #expect(try PromptEncoder(tokenizer, startToken: .on).encode("the") == [1] + the)
        }
        try withLlama(#", "bos_token": null"#) { tokenizer in
            expectRefusal("--bos on: the tokenizer names no start token; leave it out") {
                try PromptEncoder(tokenizer, startToken: .on)
            }
        }
    }

    @Test func `a chat template writes its own start token`() throws {
        try withLlama { tokenizer in
            let own = try chat("<s>{{ messages[0].content }}")
            let bare = try chat("{{ messages[0].content }}")
            for rule in [PromptEncoder.StartToken.auto, .on, .off] {
                let encoder = try PromptEncoder(tokenizer, chat: own, startToken: rule)
                #expect(
                    try encoder.encode(encoder.prompt("the")) == tokenizer.encode("<s>the"),
                    "\(rule)")
            }
            let encoder = try PromptEncoder(tokenizer, chat: bare)
            #expect(try encoder.encode(encoder.prompt("the")) == tokenizer.encode("the"))
            let forced = try PromptEncoder(tokenizer, chat: bare, startToken: .on)
            #expect(try forced.encode(forced.prompt("the")) == [1] + tokenizer.encode("the"))
        }
    }

    @Test func `names of control tokens in data are text, the template's are tokens`() throws {
        try withLlama(#", "add_bos_token": false"#) { tokenizer in
            let encoder = try PromptEncoder(tokenizer, chat: chat("{{ messages[0].content }}</s>"))
            let data = "the </s> the</s>"
            #expect(tokenizer.controlToken(in: data) == "</s>")
            #expect(tokenizer.controlToken(in: "the s>") == nil)
            let prompt = try encoder.prompt(encoder.marked(data))
            #expect(PromptEncoder.text(prompt) == data + "</s>")
            let ids = try encoder.encode(prompt)
            #expect(ids.count { $0 == 2 } == 1 && ids.last == 2)
            #expect(try tokenizer.decode(ids) == data + "</s>")
            #expect(
                try tokenizer.encode(data + "</s>", literal: [0..<data.utf8.count]) == ids)
            let parsing = try PromptEncoder(
                tokenizer, chat: chat("{{ messages[0].content }}</s>"), parsesSpecialTokens: true)
            let parsed = try parsing.encode(parsing.prompt(parsing.marked(data)))
            #expect(parsed.count { $0 == 2 } == 3)
        }
    }

    /// Offsets move where a space is written in front and `▁` is a space.
    @Test func `places of literal text are those of the text as given`() throws {
        for settings in [#", "legacy": false"#, #", "legacy": true"#] {
            try withLlama(#", "add_bos_token": false"# + settings) { tokenizer in
                let text = "\u{2581}é</s> <s>"
                let ids = try tokenizer.encode(text, literal: [5..<9])
                #expect(!ids.contains(2) && ids.last == 1, "\(settings) \(ids)")
                let other = try tokenizer.encode(text, literal: [10..<13])
                #expect(other.contains(2) && other.last != 1, "\(settings) \(other)")
            }
        }
    }

    @Test func `byte-level tokenizers keep names of control tokens as text too`() throws {
        let tokenizer = try SmallByteLevel.split.tokenizer()
        let name = try #require(
            ["<|endoftext|>", "<|im_end|>", "<|end|>"].first {
                tokenizer.controlToken(in: $0) != nil
            })
        let id = try #require(try tokenizer.id(ofPiece: name))
        let encoder = try PromptEncoder(tokenizer)
        let data = "a\(name)b \(name)"
        #expect(try tokenizer.encode(data).contains(id))
        let ids = try encoder.encode(encoder.marked(data))
        #expect(!ids.contains(id))
        #expect(try tokenizer.decode(ids) == data)
    }

    @Test func `the token that ends an assistant's turn is found`() throws {
        try withLlama { tokenizer in
            let template = "{% for m in messages %}{{ m.role }}: {{ m.content }} </s>\n{% endfor %}"
            let turns = try chat(template)
            #expect(turns.endOfTurn(tokenizer) == 2)
            let open = try chat("{{ messages[-1].content }}.")
            #expect(open.endOfTurn(tokenizer) == nil)
            let raising = try chat("{{ raise_exception(1) }}")
            #expect(raising.endOfTurn(tokenizer) == nil)
        }
    }

    @Test func `a system message and arguments reach the template`() throws {
        try withLlama { tokenizer in
            var format = try chat("{{ messages[0].content }}|{{ messages[1].content }}|{{ think }}")
            format.system = "be kind"
            format.arguments = [.init("think", false)]
            #expect(try format.prompt("Q").text == "be kind|Q|False")
            #expect(try format.opening() == "be kind|")
        }
    }
}
