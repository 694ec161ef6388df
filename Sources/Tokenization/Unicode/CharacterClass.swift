/// The characters at which a component of Hugging Face's library cuts.
///
/// Each comes from other tables there, so each is based on another version of Unicode; found with
/// tokenizers 0.23.3, character by character.
enum CharacterClass: Sendable {
    /// Rust's `char::is_numeric`.
    case number
    /// Rust's `is_ascii_punctuation`, and `is_punctuation` of the crate unicode_categories.
    case punctuation
    /// Rust's `char::is_whitespace`.
    case space

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        switch self {
        case .number:
            if scalar.isASCII { return ("0"..."9").contains(scalar) }
            return Self.numbers.contains(properties.generalCategory)
        case .punctuation:
            if scalar.isASCII {
                return Self.asciiPunctuation.contains(scalar)
            }
            // U+166D and U+111C9 were punctuation then.
            return Self.punctuations.contains(properties.generalCategory)
                && properties.age.map { $0 <= (8, 0) } == true
                || scalar == "\u{166D}" || scalar == "\u{111C9}"
        case .space: return properties.isWhitespace
        }
    }

    private static let numbers: Set<Unicode.GeneralCategory> = [
        .decimalNumber, .letterNumber, .otherNumber,
    ]
    private static let punctuations: Set<Unicode.GeneralCategory> = [
        .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
        .initialPunctuation, .finalPunctuation, .otherPunctuation,
    ]
    private static let asciiPunctuation = Set(
        ##"!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~"##.unicodeScalars)
}
