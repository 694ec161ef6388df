import Foundation
import TestSupport
import Testing
import Tokenization

@Suite struct ChatFormatTests {
    private let user = ChatMessage(role: .user, content: "Hi <|im_end|>")

    private func with(
        _ files: [String: String], _ body: (URL) throws -> Void
    ) throws {
        try withTemporaryFolder { folder in
            for (name, text) in files {
                try Data(text.utf8).write(to: folder.appending(path: name))
            }
            try body(folder)
        }
    }

    /// The text for one question, where the folder has these files.
    private func text(_ files: [String: String], named name: String? = nil) throws -> String? {
        var text: String?
        try with(files) { folder in
            text = try ChatFormat.of(folder: folder, named: name)?.prompt("Q").text
        }
        return text
    }

    @Test func `ChatML is written as before`() throws {
        let format = try #require(
            try ChatFormat.of(folder: URL(fileURLWithPath: "."), named: "chatml"))
        let messages = [user, ChatMessage(role: .assistant, content: " yes\n")]
        for addsGenerationPrompt in [false, true] {
            for count in 0...2 {
                let shown = Array(messages.prefix(count))
                let text = try format.rendering(
                    shown, addsGenerationPrompt: addsGenerationPrompt
                ).text
                let parts = [
                    "<|im_start|>user\nHi <|im_end|><|im_end|>\n",
                    "<|im_start|>assistant\n yes\n<|im_end|>\n",
                ]
                #expect(
                    text
                        == parts.prefix(count).joined()
                        + (addsGenerationPrompt ? "<|im_start|>assistant\n" : ""))
            }
        }
    }

    @Test func `a message's marker is told from the template's`() throws {
        let format = try #require(
            try ChatFormat.of(folder: URL(fileURLWithPath: "."), named: "chatml"))
        let rendering = try format.rendering([user], addsGenerationPrompt: false)
        let bytes = Array(rendering.text.utf8)
        #expect(
            rendering.contents.map { String(decoding: bytes[$0], as: UTF8.self) } == [
                user.content
            ])
    }

    @Test func `a folder's files are asked in the order of transformers`() throws {
        let own = "own {{ messages[0].content }}"
        let configuration = #"{"chat_template": "config {{ messages[0].content }}"}"#
        let list = """
            {"chat_template": [{"name": "tool_use", "template": "x"},
                {"name": "default", "template": "listed {{ messages[0].content }}"}]}
            """
        let older = #"{"chat_template": "older {{ messages[0].content }}"}"#
        let (jinja, config, json) = (
            "chat_template.jinja", "tokenizer_config.json", "chat_template.json"
        )
        #expect(try text([jinja: own, config: configuration, json: older]) == "own Q")
        #expect(try text([config: configuration, json: older]) == "config Q")
        #expect(try text([config: list]) == "listed Q")
        #expect(try text([config: "{}", json: older]) == "older Q")
        #expect(try text([config: "{}"]) == nil)
        #expect(try text([jinja: own], named: "none") == nil)
        #expect(
            try text([jinja: own], named: "chatml")
                == "<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\n")
    }

    @Test func `a template's file may have a byte order mark, and must be UTF-8`() throws {
        let template = "\u{feff}a\r\n{{ messages[0].content }}"
        for name in ["chat_template.jinja", "own.jinja"] {
            try with([name: template]) { folder in
                let file = folder.appending(path: name)
                let given = name == "own.jinja" ? file.path : nil
                let text = try #require(
                    try ChatFormat.of(folder: folder, named: given)?.prompt("Q").text)
                #expect(Array(text.utf8) == Array("a\nQ".utf8))
                try (Data("a\n".utf8) + [0xE9]).write(to: file)
                expectRefusal("\(file.path), line 2: is not UTF-8; text in UTF-8 is needed") {
                    try ChatFormat.of(folder: folder, named: given)
                }
            }
        }
    }

    @Test func `a template finds the tokens that the files name`() throws {
        let template = "{{ bos_token }}|{{ eos_token }}|{{ pad_token is defined }}"
        let files = [
            "chat_template.jinja": template,
            "tokenizer_config.json":
                #"{"bos_token": {"content": "<s>"}, "eos_token": "</s>", "pad_token": null}"#,
        ]
        #expect(try text(files) == "<s>|</s>|False")
        let map = ["special_tokens_map.json": #"{"eos_token": "<|end|>"}"#]
        #expect(try text(files.merging(map) { $1 }) == "<s>|<|end|>|False")
        let described = [
            "tokenizer_config.json": #"{"bos_token": "<s>", "added_tokens_decoder": {}}"#
        ]
        #expect(
            try text(files.merging(map) { $1 }.merging(described) { $1 }) == "<s>||False")
    }

    @Test func `the opening is what stands before a question`() throws {
        try with(["chat_template.jinja": "<é>{{ messages[0].content | trim }}?"]) { folder in
            let format = try #require(try ChatFormat.of(folder: folder, named: nil))
            #expect(try format.opening() == "<é>")
        }
        try with(["chat_template.jinja": "<é>?"]) { folder in
            let format = try #require(try ChatFormat.of(folder: folder, named: nil))
            let file = folder.appending(path: "chat_template.jinja").path
            expectRefusal(
                "\(file): the chat template leaves out what a user's message says."
            ) { try format.opening() }
        }
    }

    @Test func `further names reach the template`() throws {
        try with(["chat_template.jinja": "{{ enable_thinking }}"]) { folder in
            var format = try #require(try ChatFormat.of(folder: folder, named: nil))
            format.arguments = [.init("enable_thinking", false)]
            let rendering = try format.rendering([user], addsGenerationPrompt: true)
            #expect(rendering.text == "False")
        }
    }

    @Test func `refusals name the file and the line`() throws {
        try with(["chat_template.jinja": "a\n{% nosuch %}"]) { folder in
            let file = folder.appending(path: "chat_template.jinja").path
            expectRefusal(
                "\(file): the chat template, line 2: 'nosuch' is none of the tags set, for, "
                    + "if, macro, call, filter, raw, generation, break, continue."
            ) { try ChatFormat.of(folder: folder, named: nil) }
        }
        try with(["chat_template.jinja": "\n\n{{ raise_exception('No, ' ~ 1) }}"]) { folder in
            let file = folder.appending(path: "chat_template.jinja").path
            let format = try #require(try ChatFormat.of(folder: folder, named: nil))
            expectRefusal("\(file): the chat template, line 3: the template says: No, 1.") {
                try format.prompt("Q")
            }
        }
        try with(["chat_template.json": "[]"]) { folder in
            let file = folder.appending(path: "chat_template.json").path
            expectRefusal("\(file): it holds an array; an object is needed.") {
                try ChatFormat.of(folder: folder, named: nil)
            }
        }
        try with(["chat_template.json": "{}"]) { folder in
            let file = folder.appending(path: "chat_template.json").path
            expectRefusal("\(file): it has no string 'chat_template'; one is needed.") {
                try ChatFormat.of(folder: folder, named: nil)
            }
        }
        expectRefusal(
            "the chat template 'alpaca' is unknown; a file with a template, 'chatml' or 'none' is "
                + "needed"
        ) {
            try ChatFormat.of(folder: URL(fileURLWithPath: "."), named: "alpaca")
        }
    }

    @Test func `markers that the tokenizer lacks are refused by name`() throws {
        struct Pieces: Tokenizer {
            let pieces: [String]
            var vocabularySize: Int { pieces.count }
            var endToken: Int32? { nil }
            func controlToken(in text: String) -> String? { nil }
            func encode(_ text: String, literal: [Range<Int>]) throws -> [Int32] { [] }
            func decode(_ ids: [Int32]) throws -> String { "" }
            func id(ofPiece piece: String) throws -> Int32? {
                pieces.firstIndex(of: piece).map(Int32.init)
            }
        }
        let format = try #require(
            try ChatFormat.of(folder: URL(fileURLWithPath: "."), named: "chatml"))
        try format.check(Pieces(pieces: ["<|im_end|>", "<|im_start|>"]))
        expectRefusal(
            "the chat template 'chatml' writes <|im_start|>, which the tokenizer has not; a template "
                + "of this checkpoint's own tokens is needed."
        ) { try format.check(Pieces(pieces: ["<|im_end|>"])) }
        try with(["chat_template.jinja": "[INST] <|user|>"]) { folder in
            // Its own markers may be plain text.
            try ChatFormat.of(folder: folder, named: nil)?.check(Pieces(pieces: []))
        }
    }
}
