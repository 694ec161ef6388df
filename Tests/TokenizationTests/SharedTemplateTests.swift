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
            let template: ChatTemplate =
                example.template == "base" ? .qwen25Base : .qwen25Instruct
            let messages = try example.messages.map { message in
                ChatMessage(
                    role: try #require(ChatMessage.Role(rawValue: message.role)),
                    content: try #require(message.content))
            }
            let text = template.render(
                messages, addsGenerationPrompt: example.addsGenerationPrompt)
            #expect(text == example.rendered, "\(example.name)")
            let format = try format(of: example.template)
            let rendering = try format.rendering(
                messages, addsGenerationPrompt: example.addsGenerationPrompt)
            #expect(rendering.text == example.rendered, "\(example.name)")
            #expect(try tokenizer.encode(text) == example.ids, "\(example.name)")
        }
    }

    @Test(arguments: [
        ("tokenizer_config.json", ChatTemplate.qwen25Instruct),
        ("tokenizer_config.base.json", .qwen25Base),
    ])
    func `Qwen's templates are recognised by content`(
        name: String, expected: ChatTemplate
    ) throws {
        try withTemporaryFolder { temporary in
            try FileManager.default.copyItem(
                at: folder("qwen2.5-tokenizer").appending(path: name),
                to: temporary.appending(path: "tokenizer_config.json"))
            #expect(try ChatTemplate.of(folder: temporary, named: nil) == expected)
        }
    }

    @Test(arguments: [
        ("qwen2.5-instruct.jinja", ChatTemplate.qwen25Instruct),
        ("qwen2.5-base.jinja", .qwen25Base),
    ])
    func `a template in a file of its own is recognised`(
        name: String, expected: ChatTemplate
    ) throws {
        try withTemporaryFolder { temporary in
            try FileManager.default.copyItem(
                at: folder("chat_template").appending(path: name),
                to: temporary.appending(path: "chat_template.jinja"))
            #expect(try ChatTemplate.of(folder: temporary, named: nil) == expected)
        }
    }

    /// Where a folder has both files, transformers takes the one of its own.
    @Test func `the file of its own comes first`() throws {
        try withTemporaryFolder { temporary in
            try FileManager.default.copyItem(
                at: folder("qwen2.5-tokenizer").appending(path: "tokenizer_config.json"),
                to: temporary.appending(path: "tokenizer_config.json"))
            try FileManager.default.copyItem(
                at: folder("chat_template").appending(path: "qwen2.5-base.jinja"),
                to: temporary.appending(path: "chat_template.jinja"))
            #expect(try ChatTemplate.of(folder: temporary, named: nil) == .qwen25Base)
        }
    }
}
