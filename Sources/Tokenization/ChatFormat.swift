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
    /// The system message; nil leaves that to the template.
    public var system: String?
    /// Further names for the template, such as `enable_thinking`.
    public var arguments: [TemplateValue.Field] = []

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
    /// - Throws: `TokenizerError`, which names the line, if the template refuses the conversation.
    public func rendering(
        _ messages: [ChatMessage], addsGenerationPrompt: Bool
    ) throws -> Rendering {
        let context = TemplateValue.conversation(
            messages.map { .message(role: $0.role.rawValue, content: $0.content) },
            addsGenerationPrompt: addsGenerationPrompt, more: tokens + arguments)
        return try Self.reporting(place) { try template.rendering(context) }
    }

    /// The text of a conversation with one message of the user, up to the start of the answer.
    ///
    /// - Returns: the text; its contents are the system message and the user's
    public func prompt(_ text: String) throws -> Rendering {
        try rendering(
            messages + [ChatMessage(role: .user, content: text)], addsGenerationPrompt: true)
    }

    private var messages: [ChatMessage] {
        system.map { [ChatMessage(role: .system, content: $0)] } ?? []
    }

    /// The control token that ends the assistant's turn; nil where the template writes none.
    public func endOfTurn(_ tokenizer: any Tokenizer) -> Int32? {
        let turns = [("?", ChatMessage.Role.user), ("!", .assistant)]
        guard
            let whole = try? rendering(
                messages + turns.map { ChatMessage(role: $1, content: $0) },
                addsGenerationPrompt: false),
            let end = whole.contents.last?.upperBound
        else { return nil }
        let rest = String(decoding: whole.text.utf8.dropFirst(end), as: UTF8.self)
        guard let name = tokenizer.controlToken(in: rest),
            rest.drop(while: \.isWhitespace).hasPrefix(name)
        else { return nil }
        return try? tokenizer.id(ofPiece: name)
    }

    /// The text before every question.
    ///
    /// - Throws: `TokenizerError` if the template refuses a question, or does not write it.
    public func opening() throws -> String {
        let prompt = try prompt("?")
        guard let start = prompt.contents.last?.lowerBound else {
            throw TokenizerError("\(place) leaves out what a user's message says.")
        }
        return String(decoding: prompt.text.utf8.prefix(start), as: UTF8.self)
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

/// One message of a conversation.
public struct ChatMessage: Hashable, Sendable {
    public enum Role: String, Sendable { case system, user, assistant }

    public let role: Role
    public let content: String

    public init(role: Role, content: String) {
        self.role = role
        self.content = content
    }
}
