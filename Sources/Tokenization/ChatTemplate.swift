import Foundation

/// The format of a conversation as one text.
///
/// Templates are rendered here and not by Jinja: the file's own template is recognised by its
/// content, any other is refused.
public struct ChatTemplate: Hashable, Sendable {
    /// The templates that can be selected by name; `none` means no template.
    public static let names = ["chatml", "none"]

    public let name: String
    /// The text before a conversation that does not begin with a system message.
    public let defaultSystemPrompt: String?

    /// ChatML in general: nothing is put before the conversation.
    public static let chatML = ChatTemplate(name: "chatml", defaultSystemPrompt: nil)
    /// The template of Qwen2.5's instruction-tuned checkpoints.
    public static let qwen25Instruct = ChatTemplate(
        name: "qwen2.5-instruct",
        defaultSystemPrompt:
            "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.")
    /// The template of Qwen2.5's base checkpoints.
    public static let qwen25Base = ChatTemplate(
        name: "qwen2.5-base", defaultSystemPrompt: "You are a helpful assistant.")

    private init(name: String, defaultSystemPrompt: String?) {
        self.name = name
        self.defaultSystemPrompt = defaultSystemPrompt
    }

    /// The text of a conversation.
    ///
    /// - Parameter addsGenerationPrompt: whether the text ends where the assistant is to answer.
    public func render(_ messages: [ChatMessage], addsGenerationPrompt: Bool) -> String {
        var text = ""
        if messages.first?.role != .system, let defaultSystemPrompt {
            text += "<|im_start|>system\n\(defaultSystemPrompt)<|im_end|>\n"
        }
        for message in messages {
            text += "<|im_start|>\(message.role.rawValue)\n\(message.content)<|im_end|>\n"
        }
        return text + (addsGenerationPrompt ? "<|im_start|>assistant\n" : "")
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

extension ChatTemplate {
    /// The text of a conversation whose only message is the user's, up to the start of the answer.
    public func asking(_ text: String) -> String {
        render([ChatMessage(role: .user, content: text)], addsGenerationPrompt: true)
    }
}
