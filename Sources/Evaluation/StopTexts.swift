import Tokenization

/// Texts at whose sight a generated text ends.
package struct StopTexts {
    private let texts: [String]
    private let tokenizer: any Tokenizer
    /// Tokens that may hold one of the texts, each being a byte or more; some room for a token that is
    /// part of a character.
    private let tokenCount: Int

    /// nil where there are none.
    init?(_ texts: [String], _ tokenizer: any Tokenizer) {
        guard let longest = texts.map(\.utf8.count).max() else { return nil }
        self.texts = texts
        self.tokenizer = tokenizer
        tokenCount = longest + 4
    }

    /// Whether a text of these tokens ends, which it did not without the last of them.
    func end(_ tokens: [Int32]) throws -> Bool {
        let words = try tokenizer.decode(Array(tokens.suffix(tokenCount)))
        return texts.contains { words.contains($0) }
    }
}
