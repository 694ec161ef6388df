import Basics
import Benchmarks
import Tokenization

/// A whole prompt as the model reads it, and what may follow it.
public struct TokenizedPrompt: Sendable {
    public let question: Question
    public let tokens: [Int32]
    /// The tokens of the choices' texts, from A to D; empty where answers are not taken by them.
    public let choices: [[Int32]]

    init(question: Question, tokens: [Int32], choices: [[Int32]] = []) {
        self.question = question
        self.tokens = tokens
        self.choices = choices
    }

    /// Tokens of the prompt with the longest of its choices.
    public var longestCount: Int { tokens.count + (choices.map(\.count).max() ?? 0) }

    /// - Parameter prefix: header and shots
    /// - Throws: when a shot is the evaluated question.
    init(asking question: Question, behind prefix: PromptPrefix, _ writer: PromptBuilder) throws {
        let text = try prefix.prompt(asking: question).text
        let asked = writer.template?.asking(text) ?? text
        let tokens = try writer.tokenizer.encode(asked)
        self.question = question
        self.tokens = tokens
        choices =
            try writer.scoring != .choice
            ? []
            : prefix.choiceTexts(of: question).map {
                try Self.tokens(of: $0, behind: asked, tokens, of: question, writer.tokenizer)
            }
    }

    /// The tokens of a choice: tokenised together with the prompt where a token ends before the
    /// choice, else alone.
    private static func tokens(
        of choice: String, behind asked: String, _ prompt: [Int32], of question: Question,
        _ tokenizer: any Tokenizer
    ) throws -> [Int32] {
        let whole = try tokenizer.encode(asked + choice)
        if whole.count > prompt.count, whole.starts(with: prompt) {
            return Array(whole[prompt.count...])
        }
        let alone = try tokenizer.encode(choice)
        guard !alone.isEmpty else {
            let id = question.id
            throw InputError(
                "scoring by choice: '\(choice)' of \(id.subject) \(id.split.rawValue) row "
                    + "\(id.row) has no token with this tokenizer; use --scoring letter")
        }
        return alone
    }
}
