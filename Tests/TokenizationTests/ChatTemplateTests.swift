import Foundation
import TestSupport
import Testing
import Tokenization

@Suite struct ChatTemplateTests {
    private let conversation = [
        ChatMessage(role: .user, content: "Hi"), ChatMessage(role: .assistant, content: "Yes?"),
    ]

    @Test func `ChatML puts nothing before the conversation`() {
        let text = ChatTemplate.chatML.render(conversation, addsGenerationPrompt: false)
        #expect(text == "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nYes?<|im_end|>\n")
    }

    @Test func `the generation prompt opens the answer`() {
        let text = ChatTemplate.chatML.render([], addsGenerationPrompt: true)
        #expect(text == "<|im_start|>assistant\n")
    }

    @Test func `Qwen's system prompt stands where the conversation has none`() {
        let user = ChatMessage(role: .user, content: "Hi")
        #expect(
            ChatTemplate.qwen25Base.render([user], addsGenerationPrompt: false)
                == "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
                + "<|im_start|>user\nHi<|im_end|>\n")
        let system = ChatMessage(role: .system, content: "")
        #expect(
            ChatTemplate.qwen25Instruct.render([system, user], addsGenerationPrompt: false)
                == "<|im_start|>system\n<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n")
    }

    @Test func `a folder without a template has none`() throws {
        try withTemporaryFolder { folder in
            #expect(try ChatTemplate.of(folder: folder, named: nil) == nil)
            try Data(#"{"chat_template": null}"#.utf8)
                .write(to: folder.appending(path: "tokenizer_config.json"))
            #expect(try ChatTemplate.of(folder: folder, named: nil) == nil)
            #expect(try ChatTemplate.of(folder: folder, named: "chatml") == .chatML)
        }
    }

    @Test(arguments: [
        ("tokenizer_config.json", #"{"chat_template": "{{ messages }}"}"#),
        (
            "tokenizer_config.json",
            #"{"chat_template": [{"name": "default", "template": "{{ messages }}"}]}"#
        ),
        ("chat_template.jinja", "{{ messages }}"),
    ])
    func `an unknown template is refused unless a name decides`(
        name: String, text: String
    ) throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: name)
            try Data(text.utf8).write(to: file)
            expectRefusal(
                "\(file.path): the chat template is none of Qwen2.5's, and others are not "
                    + "rendered; --chat-template NAME|none decides (NAME is 'chatml')."
            ) { try ChatTemplate.of(folder: folder, named: nil) }
            #expect(try ChatTemplate.of(folder: folder, named: "chatml") == .chatML)
            #expect(try ChatTemplate.of(folder: folder, named: "none") == nil)
        }
    }

    @Test func `an unknown name is refused`() {
        expectRefusal(
            "The chat template 'alpaca' was asked for; we know 'chatml' and 'none'."
        ) { try ChatTemplate.of(folder: URL(fileURLWithPath: "."), named: "alpaca") }
    }
}
