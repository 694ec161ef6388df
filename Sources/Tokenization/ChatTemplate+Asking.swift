extension ChatTemplate {
    /// The text of a conversation whose only message is the user's, up to where the answer goes.
    public func asking(_ text: String) -> String {
        render([ChatMessage(role: .user, content: text)], addsGenerationPrompt: true)
    }
}
