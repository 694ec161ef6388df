/// Lets PCRE2 match characters that are newer than its tables.
///
/// Hugging Face's library (tokenizers 0.23) matches by Oniguruma with Unicode 16, Debian's PCRE2
/// 10.42 by Unicode 14. So the pattern runs over a copy in which every newer character is replaced
/// by an old one of its category and length. Its matches are valid for the text itself.
enum StandIns {
    private static let oldest: Unicode.Version = (14, 0)
    private static let newest: Unicode.Version = (16, 0)

    /// The copy to match in; nil where the text itself is sufficient.
    ///
    /// - Parameter text: well-formed UTF-8.
    static func copy(of text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard !CommonCharacters.fill(text) else { return nil }
        var copy: [UInt8]? = nil
        var offset = 0
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            let width = scalar.utf8.count
            if let age = scalar.properties.age, age > oldest,
                let standIn = standIn(for: scalar, isKnown: age <= newest, width: width)
            {
                copy = copy ?? Array(text)
                copy?.replaceSubrange(offset..<(offset + width), with: standIn.utf8)
            }
            offset += width
        }
        return copy
    }

    /// A character of Unicode 14 of the same category; nil where there is none of the same length.
    private static func standIn(
        for scalar: Unicode.Scalar, isKnown: Bool, width: Int
    ) -> String? {
        guard width == 3 || width == 4 else { return nil }
        let isLong = width == 4
        guard isKnown else { return isLong ? "\u{E0000}" : "\u{2FE0}" }
        return switch scalar.properties.generalCategory {
        case .uppercaseLetter: isLong ? "\u{10400}" : "\u{1E00}"
        case .lowercaseLetter: isLong ? "\u{10428}" : "\u{1E01}"
        case .otherLetter: isLong ? "\u{20000}" : "\u{4E00}"
        case .modifierLetter: isLong ? "\u{16B40}" : "\u{3005}"
        case .nonspacingMark: isLong ? "\u{1D167}" : "\u{20D0}"
        case .spacingMark: isLong ? "\u{11000}" : "\u{0903}"
        case .decimalNumber: isLong ? "\u{1D7CE}" : "\u{0966}"
        case .letterNumber: isLong ? "\u{10140}" : "\u{2160}"
        case .otherNumber: isLong ? "\u{10107}" : "\u{2460}"
        case .dashPunctuation: isLong ? "\u{10EAD}" : "\u{2010}"
        case .otherPunctuation: isLong ? "\u{10100}" : "\u{2020}"
        case .mathSymbol: isLong ? "\u{1D6C1}" : "\u{2200}"
        case .currencySymbol: isLong ? "\u{1E2FF}" : "\u{20A0}"
        case .otherSymbol: isLong ? "\u{1F300}" : "\u{2190}"
        case .format: isLong ? "\u{110BD}" : "\u{2060}"
        default: nil
        }
    }
}
