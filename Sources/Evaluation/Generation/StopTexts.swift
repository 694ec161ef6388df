import Tokenization

/// Stop texts, which end a generation.
package struct StopTexts {
    private let texts: [String]
    private let tokenizer: any Tokenizer
    /// The number of last tokens that may hold a stop text, each token being a byte or more; a few
    /// extra for a token that is part of a character.
    private let tokenCount: Int

    /// nil where there are none.
    init?(_ texts: [String], _ tokenizer: any Tokenizer) {
        guard let longest = texts.map(\.utf8.count).max() else { return nil }
        self.texts = texts
        self.tokenizer = tokenizer
        tokenCount = longest + 4
    }

    /// Whether the last of these tokens completes a stop text.
    func end(_ tokens: [Int32]) throws -> Bool {
        let words = try tokenizer.decode(Array(tokens.suffix(tokenCount)))
        return texts.contains { words.contains($0) }
    }
}
