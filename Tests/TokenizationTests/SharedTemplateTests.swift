import Foundation
import TestSupport
import Testing
import Tokenization

/// Conversations as Jinja rendered them from Qwen2.5's own templates.
@Suite(
    .enabled(
        if: QwenFolder.url != nil,
        "no data/qwen2.5-tokenizer in ../shared or FT_MMLU_SHARED: no templates were checked"))
struct SharedTemplateTests {
    private struct Example: Decodable {
        let name: String
        let template: String
        let messages: [Message]
        let hasTools: Bool
        let addsGenerationPrompt: Bool
        let rendered: String
        let ids: [Int32]

        enum CodingKeys: String, CodingKey {
            case name, template, messages, tools, rendered, ids
            case addsGenerationPrompt = "add_generation_prompt"
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            name = try fields.decode(String.self, forKey: .name)
            template = try fields.decode(String.self, forKey: .template)
            messages = try fields.decode([Message].self, forKey: .messages)
            hasTools = try !fields.decodeNil(forKey: .tools)
            addsGenerationPrompt = try fields.decode(Bool.self, forKey: .addsGenerationPrompt)
            rendered = try fields.decode(String.self, forKey: .rendered)
            ids = try fields.decode([Int32].self, forKey: .ids)
        }
    }

    private struct Message: Decodable {
        let role: String
        let content: String?
    }

    private func examples() throws -> [Example] {
        let file = try folder("chat_template").appending(path: "rendered_examples.jsonl")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            .map { try JSONDecoder().decode(Example.self, from: Data($0.utf8)) }
            .filter { !$0.hasTools }
    }

    private func folder(_ name: String) throws -> URL {
        try #require(QwenFolder.url).deletingLastPathComponent().appending(path: name)
    }

    /// The template as the engine renders it.
    private func format(of name: String) throws -> ChatFormat {
        var format: ChatFormat?
        try withTemporaryFolder { temporary in
            try FileManager.default.copyItem(
                at: folder("chat_template").appending(path: "qwen2.5-\(name).jinja"),
                to: temporary.appending(path: "chat_template.jinja"))
            format = try ChatFormat.of(folder: temporary, named: nil)
        }
        return try #require(format)
    }

    @Test func `conversations without tools are equal in text and ids`() throws {
        let tokenizer = try BPETokenizer(folder: folder("qwen2.5-tokenizer"))
        let examples = try examples()
        #expect(examples.count == 30)
        for example in examples {
            let messages = try example.messages.map { message in
                ChatMessage(
                    role: try #require(ChatMessage.Role(rawValue: message.role)),
                    content: try #require(message.content))
            }
            let format = try format(of: example.template)
            let text = try format.rendering(
                messages, addsGenerationPrompt: example.addsGenerationPrompt
            ).text
            #expect(text == example.rendered, "\(example.name)")
            #expect(try tokenizer.encode(text) == example.ids, "\(example.name)")
        }
    }

    /// The text of one question, where the folder has these copies of shared files.
    private func text(_ files: [String: URL]) throws -> String? {
        var text: String?
        try withTemporaryFolder { temporary in
            for (name, file) in files {
                try FileManager.default.copyItem(at: file, to: temporary.appending(path: name))
            }
            text = try ChatFormat.of(folder: temporary, named: nil)?.prompt("Q").text
        }
        return text
    }

    /// Where a folder has both files, transformers takes the template in its own file.
    @Test func `Qwen's templates are read from both files, its own file first`() throws {
        let end = "<|im_end|>\n<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\n"
        let base = "<|im_start|>system\nYou are a helpful assistant." + end
        let instruct =
            "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant."
            + end
        let tokenizer = try folder("qwen2.5-tokenizer")
        let own = try folder("chat_template").appending(path: "qwen2.5-base.jinja")
        #expect(
            try text([
                "tokenizer_config.json": tokenizer.appending(path: "tokenizer_config.json")
            ]) == instruct)
        #expect(
            try text([
                "tokenizer_config.json": tokenizer.appending(path: "tokenizer_config.base.json")
            ]) == base)
        #expect(
            try text([
                "tokenizer_config.json": tokenizer.appending(path: "tokenizer_config.json"),
                "chat_template.jinja": own,
            ]) == base)
    }
}
