/// A value in a template's context.
public indirect enum TemplateValue: Hashable, Sendable {
    case none
    case boolean(Bool)
    case integer(Int)
    case float(Double)
    case string(String)
    /// Text of the conversation; a template sees a string, and `Rendering` records its location.
    case content(String)
    case list([TemplateValue])
    /// Fields in order. For several of the same name the last counts.
    case dictionary([Field])

    /// One entry of a dictionary.
    public struct Field: Hashable, Sendable {
        public let name: String
        public let value: TemplateValue

        public init(_ name: String, _ value: TemplateValue) {
            self.name = name
            self.value = value
        }
    }

    /// A dictionary's value for a name; nil where it has none, or this is no dictionary.
    public subscript(name: String) -> TemplateValue? {
        guard case .dictionary(let fields) = self else { return nil }
        return fields.last { Array($0.name.unicodeScalars) == Array(name.unicodeScalars) }?.value
    }
}

extension TemplateValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(arrayLiteral elements: TemplateValue...) { self = .list(elements) }
    public init(dictionaryLiteral elements: (String, TemplateValue)...) {
        self = .dictionary(elements.map { Field($0.0, $0.1) })
    }
}

// MARK: Conversations

extension TemplateValue {
    /// The context of a chat, as transformers' `apply_chat_template` gives it to a template.
    ///
    /// Where a message has its reasoning under one of the names `reasoning_content`, `thinking` and
    /// `reasoning`, templates find it under the first two.
    ///
    /// - Parameters:
    ///   - messages: dictionaries with `role`, `content`, and other keys that a template reads.
    ///   - tools: descriptions of functions; `tools` is none where there are none.
    ///   - bosToken, eosToken: the tokenizer's; without a value the names stay undefined.
    ///   - more: further names, such as `enable_thinking`; they take precedence over all others.
    public static func conversation(
        _ messages: [TemplateValue], addsGenerationPrompt: Bool, bosToken: String? = nil,
        eosToken: String? = nil, tools: [TemplateValue]? = nil, more: [Field] = []
    ) -> TemplateValue {
        var fields = [
            Field("messages", .list(messages.map(\.withNamedReasoning))),
            Field("tools", tools.map(TemplateValue.list) ?? .none),
            Field("documents", .none),
            Field("add_generation_prompt", .boolean(addsGenerationPrompt)),
        ]
        if let bosToken { fields.append(Field("bos_token", .string(bosToken))) }
        if let eosToken { fields.append(Field("eos_token", .string(eosToken))) }
        return .dictionary(fields + more)
    }

    /// A message of text.
    public static func message(role: String, content: String) -> TemplateValue {
        .dictionary([Field("role", .string(role)), Field("content", .content(content))])
    }

    private var withNamedReasoning: TemplateValue {
        let names = ["reasoning_content", "thinking", "reasoning"]
        guard case .dictionary(let fields) = self,
            let reasoning = names.lazy.compactMap({ self[$0] }).first(where: { $0 != .none })
        else { return self }
        let thinking = self["thinking"] == nil ? [Field("thinking", reasoning)] : []
        return .dictionary(thinking + fields + [Field("reasoning_content", reasoning)])
    }
}
