/// One step of cutting text into words, whose pieces the model then merges.
///
/// A component of a file is one step or several: `ByteLevel` may write a space, cut, and spell bytes.
enum PreTokenizer {
    /// Cuts at the matches, or where `isInverted` at the parts between them.
    case split(Separator, SplitBehavior, isInverted: Bool)
    /// Writes a space before every piece that has none.
    case leadingSpace
    /// Writes the character for every space, and before pieces as the scheme says.
    case metaspace(character: [UInt8], SpaceScheme)
    /// Writes the letter of each byte.
    case byteLetters

    /// The pieces before which `Metaspace` writes a space.
    enum SpaceScheme: String, CaseIterable {
        case always
        /// Before a piece with which the text begins.
        case first
        case never
    }

    /// Whether the step differs where the text begins.
    var asksForStart: Bool {
        if case .metaspace(_, .first) = self { true } else { false }
    }

    /// Whether the step runs a regular expression.
    var isPattern: Bool {
        if case .split(let separator, _, _) = self { separator.isPattern } else { false }
    }

    /// The text that the step writes instead of this one; nil where it writes none.
    ///
    /// - Parameter isFirst: whether the whole text begins with this one.
    func rewritten(_ text: UnsafeBufferPointer<UInt8>, isFirst: Bool) -> [UInt8]? {
        switch self {
        case .split: return nil
        case .leadingSpace:
            return text.first == UInt8(ascii: " ") ? nil : [UInt8(ascii: " ")] + text
        case .metaspace(let character, let scheme):
            let isAsked = scheme == .always || scheme == .first && isFirst
            let begins = text.first == UInt8(ascii: " ") || text.starts(with: character)
            var result = isAsked && !begins ? character : []
            result.reserveCapacity(text.count + text.count / 2)
            for byte in text {
                if byte == UInt8(ascii: " ") {
                    result.append(contentsOf: character)
                } else {
                    result.append(byte)
                }
            }
            return result
        case .byteLetters: return ByteAlphabet.spelled(text)
        }
    }
}
