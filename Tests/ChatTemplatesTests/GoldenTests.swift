import ChatTemplates
import Foundation
import TestSupport
import Testing

/// What transformers renders; `scripts/oracle/chat_templates.py` made the files.
@Suite struct GoldenTests {
    @Test func `each construct is rendered as by Jinja`() throws {
        let file = try Golden.read(ConstructFile.self, "constructs.json")
        #expect(file.cases.count > 80)
        for golden in file.cases {
            Golden.expect(golden.result, of: golden.template) {
                try $0.render(file.values.value)
            }
        }
    }

    /// A fault of the template's own words is found in the line that Jinja names.
    @Test func `a syntax error names its line`() throws {
        let goldens = try Golden.read(ConstructFile.self, "constructs.json").cases
            .filter { $0.result.error == "TemplateSyntaxError" }
        #expect(goldens.count > 10)
        for golden in goldens {
            let error = #expect(throws: TemplateError.self) { try JinjaTemplate(golden.template) }
            #expect(error?.line == golden.result.line, "\(golden.template)")
        }
    }

    @Test func `templates drawn by a grammar are rendered as by Jinja`() throws {
        let file = try Golden.read(DrawnFile.self, "random.json")
        #expect(file.cases.count == 1_000)
        for golden in file.cases {
            let template = try #require(golden.first ?? nil)
            let text = try #require(golden.last)
            Golden.expect(
                GoldenResult(text: text, error: text == nil ? "any" : nil), of: template
            ) { try $0.render(file.values.value) }
        }
    }

    @Test func `conversations are rendered as by transformers`() throws {
        let file = try Golden.read(ConversationFile.self, "conversations.json")
        #expect(file.templates.count == 10)
        for (name, results) in file.templates {
            let source = try Golden.text("templates/\(name)")
            for (context, result) in zip(file.contexts, results) {
                Golden.expect(result, of: source, "\(name), \(context.name)") {
                    try $0.render(context.value)
                }
            }
        }
    }

    @Test(
        .enabled(
            if: Golden.sharedTemplates != nil,
            "no ../shared or FT_MMLU_SHARED: its templates were not rendered"))
    func `published templates are rendered as by transformers`() throws {
        let contexts = try Golden.read(ConversationFile.self, "conversations.json").contexts
        let goldens = try Golden.read(SharedFile.self, "shared.json").templates
        #expect(goldens.count == 10)
        let folder = try #require(Golden.sharedTemplates)
        for (name, results) in goldens {
            let source = try String(contentsOfFile: folder + name, encoding: .utf8)
            for (context, result) in zip(contexts, results) {
                Golden.expect(result, of: source, "\(name), \(context.name)") {
                    try $0.render(context.value)
                }
            }
        }
    }
}

private struct ConstructFile: Decodable {
    let values: GoldenValue
    let cases: [Construct]

    struct Construct: Decodable {
        let template: String
        let result: GoldenResult

        private enum Key: String, CodingKey { case template }

        init(from decoder: any Decoder) throws {
            template = try decoder.container(keyedBy: Key.self).decode(
                String.self, forKey: .template)
            result = try GoldenResult(from: decoder)
        }
    }
}

private struct DrawnFile: Decodable {
    let values: GoldenValue
    /// A template, and its text or nil where Jinja refuses.
    let cases: [[String?]]
}

private struct SharedFile: Decodable {
    let templates: [String: [GoldenResult]]
}

private struct ConversationFile: Decodable {
    let contexts: [Context]
    let templates: [String: [GoldenResult]]

    struct Context: Decodable {
        let name: String
        let value: TemplateValue

        private enum Key: String, CodingKey {
            case name, messages, tools, more
            case generates = "add_generation_prompt"
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            name = try fields.decode(String.self, forKey: .name)
            func elements(_ key: Key) throws -> [TemplateValue]? {
                try fields.decodeIfPresent([GoldenValue].self, forKey: key)?.map(\.value)
            }
            guard
                case .dictionary(let more) = try fields.decode(GoldenValue.self, forKey: .more)
                    .value
            else {
                throw DecodingError.dataCorruptedError(
                    forKey: .more, in: fields, debugDescription: "no dictionary")
            }
            value = .conversation(
                try elements(.messages) ?? [],
                addsGenerationPrompt: try fields.decode(Bool.self, forKey: .generates),
                bosToken: "<s>", eosToken: "</s>", tools: try elements(.tools), more: more)
        }
    }
}
