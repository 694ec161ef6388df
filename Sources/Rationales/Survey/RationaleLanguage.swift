/// A guess at a text's language, by its script and, for Latin letters, by English function words.
public enum RationaleLanguage: String, CaseIterable, Sendable {
    case english = "English"
    /// Latin letters, and hardly any English function word among many words.
    case otherLatin = "other in Latin letters"
    case chinese = "Chinese"
    case other = "other scripts"
    /// Numbers and signs alone.
    case none = "no letters"

    public init(of text: String) {
        var latinCount = 0
        var ideographCount = 0
        var letterCount = 0
        for scalar in text.unicodeScalars where scalar.properties.isAlphabetic {
            letterCount += 1
            if scalar.properties.isIdeographic {
                ideographCount += 1
            } else if scalar.value < 0x250 {
                latinCount += 1
            }
        }
        guard letterCount > 0 else {
            self = .none
            return
        }
        // An ideograph carries as much meaning as a word.
        if ideographCount * 4 >= letterCount {
            self = .chinese
        } else if latinCount * 2 < letterCount {
            self = .other
        } else {
            let words = NearDuplicates.words(of: text)
            let known = words.count { Self.functionWords.contains($0) }
            self = known * 10 >= words.count || words.count < 8 ? .english : .otherLatin
        }
    }

    /// Frequent in English and, but for a few, in no other language.
    private static let functionWords: Set<String> = [
        "the", "of", "and", "to", "is", "that", "it", "for", "as", "with", "this", "are", "by",
        "be", "which", "its", "not", "from", "or", "was", "therefore", "because", "so", "has",
        "would", "can", "if", "than", "they", "their", "only", "have", "does", "each", "we",
    ]
}
