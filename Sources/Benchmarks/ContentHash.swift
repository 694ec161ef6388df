/// Tells whether two questions are the same question, wherever they stand.
///
/// MMLU has rows that occur more than once, some of them in several splits; what was trained on
/// must not be asked, so questions are compared by content and not by row. The subject is no part of
/// it: 99 of MMLU's repeated questions stand in two subjects.
public enum ContentHash {
    /// SHA-256, in hexadecimal, of the normalised question and the normalised choices in their order.
    /// The answer is no part of it.
    public static func of(question: String, choices: [String]) -> String {
        let parts = ([question] + choices).map(normalized)
        return SHA256.hexDigest(of: parts.map { "\($0.utf8.count):\($0)" }.joined())
    }

    /// In lower case, runs of white space as one space, none at the ends.
    static func normalized(_ text: String) -> String {
        text.lowercased().unicodeScalars
            .split(whereSeparator: \.properties.isWhitespace)
            .map(String.init)
            .joined(separator: " ")
    }
}

extension Question {
    /// The same for two questions that are equal but for case and white space.
    public var contentHash: String { ContentHash.of(question: question, choices: choices) }
}
