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
    init(of question: Question, after prefix: PromptPrefix, _ writer: PromptBuilder) throws {
        let prompt = try writer.encoder.prompt(prefix.prompt(asking: question).text)
        let tokens = try writer.encoder.encode(prompt)
        self.question = question
        self.tokens = tokens
        choices =
            try writer.scoring != .choice
            ? []
            : prefix.choiceTexts(of: question).map {
                try Self.tokens(of: $0, after: prompt, tokens, of: question, writer.encoder)
            }
    }

    /// The tokens of a choice: tokenised together with the prompt where a token ends before the
    /// choice, else alone.
    private static func tokens(
        of choice: String, after prompt: String, _ tokens: [Int32],
        of question: Question, _ encoder: PromptEncoder
    ) throws -> [Int32] {
        let whole = try encoder.encode(prompt + choice)
        if whole.count > tokens.count, whole.starts(with: tokens) {
            return Array(whole[tokens.count...])
        }
        let alone = try encoder.encode(part: choice)
        guard !alone.isEmpty else {
            let id = question.id
            throw InputError(
                "scoring by choice: '\(choice)' of \(id.subject) \(id.split.rawValue) row "
                    + "\(id.row) has no token with this tokenizer; use --scoring letter")
        }
        return alone
    }
}
