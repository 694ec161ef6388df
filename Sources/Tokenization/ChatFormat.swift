import ChatTemplates

/// A checkpoint's format of a conversation: its chat template, and the tokens that the template
/// names.
public struct ChatFormat: Sendable {
    /// `chatml`, or the name of the file that has the template.
    public let name: String
    /// The template's name in errors.
    private let place: String
    private let template: JinjaTemplate
    /// The tokenizer's tokens with a role, such as `bos_token`, by their names.
    private let tokens: [TemplateValue.Field]
    /// Control tokens that the template writes; empty for the checkpoint's own template.
    private let markers: [String]

    /// - Throws: `TokenizerError`, which names the location and the line, if the template cannot be
    ///   read.
    init(
        name: String, place: String, template: String, tokens: [TemplateValue.Field] = [],
        markers: [String] = []
    ) throws {
        self.name = name
        self.place = place
        self.tokens = tokens
        self.markers = markers
        self.template = try Self.reporting(place) { try JinjaTemplate(template) }
    }

    /// ChatML in general: nothing is put before the conversation.
    static func chatML() throws -> ChatFormat {
        try ChatFormat(
            name: "chatml", place: "the chat template 'chatml'",
            template: """
                {% for message in messages %}
                {{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
                {%- endfor %}
                {{- '<|im_start|>assistant\\n' if add_generation_prompt }}
                """,
            markers: ["<|im_start|>", "<|im_end|>"])
    }

    /// The text of a conversation, and which parts of it are the messages' contents.
    ///
    /// The template itself writes the start token, so no other must be put before the text.
    ///
    /// - Parameters:
    ///   - addsGenerationPrompt: whether the text ends where the assistant is to answer.
    ///   - more: further names for the template, such as `enable_thinking`.
    /// - Throws: `TokenizerError`, which names the line, if the template refuses the conversation.
    public func rendering(
        _ messages: [ChatMessage], addsGenerationPrompt: Bool, more: [TemplateValue.Field] = []
    ) throws -> Rendering {
        let context = TemplateValue.conversation(
            messages.map { .message(role: $0.role.rawValue, content: $0.content) },
            addsGenerationPrompt: addsGenerationPrompt, more: tokens + more)
        return try Self.reporting(place) { try template.rendering(context) }
    }

    /// The text of a conversation whose only message is the user's, up to the start of the answer.
    public func asking(_ text: String) throws -> Rendering {
        try rendering([ChatMessage(role: .user, content: text)], addsGenerationPrompt: true)
    }

    /// The text before every question.
    ///
    /// - Throws: `TokenizerError` if the template refuses a question, or does not write it.
    public func opening() throws -> String {
        let asked = try asking("?")
        guard let start = asked.contents.first?.lowerBound else {
            throw TokenizerError("\(place) leaves out what a user's message says.")
        }
        return String(decoding: asked.text.utf8.prefix(start), as: UTF8.self)
    }

    /// Checks that the tokenizer has every control token that a template by name writes.
    ///
    /// - Throws: `TokenizerError`, which names those that are missing.
    public func check(_ tokenizer: any Tokenizer) throws {
        let missing = try markers.filter { try tokenizer.id(ofPiece: $0) == nil }
        guard missing.isEmpty else {
            throw TokenizerError(
                "\(place) writes \(missing.joined(separator: " and ")), which the tokenizer has "
                    + "not; a template of this checkpoint's own tokens is needed.")
        }
    }

    private static func reporting<Result>(
        _ place: String, _ body: () throws -> Result
    ) throws -> Result {
        do {
            return try body()
        } catch let error as TemplateError {
            throw TokenizerError("\(place), \(error).")
        }
    }
}
