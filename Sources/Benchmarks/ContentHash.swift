import Basics

/// Identifies a question by its content, independent of its location.
///
/// Some rows of MMLU occur more than once, some of them in several splits. Questions that were
/// trained on must not be evaluated, so questions are compared by content and not by row. The
/// subject is not part of the hash: 99 of MMLU's repeated questions are in two subjects.
public enum ContentHash {
    /// SHA-256, in hexadecimal, of the normalised question and the normalised choices in their
    /// order. The answer is not part of it.
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

extension ContentHash {
    /// Hexadecimal digits of a short hash. With 64 bits two of 20,000 questions agree by chance once in
    /// 10¹¹ times.
    static let shortCount = 16

    /// Whether a text from a file has the form of a short hash.
    public static func isShort(_ text: String) -> Bool {
        text.utf8.count == shortCount
            && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}

extension Question {
    /// The same for two questions that are equal but for case and white space.
    public var contentHash: String { ContentHash.of(question: question, choices: choices) }

    /// The first 16 digits of the content hash; this is stored with each answer.
    public var shortHash: String { String(contentHash.prefix(ContentHash.shortCount)) }
}
