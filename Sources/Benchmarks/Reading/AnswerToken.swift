/// A word, a sign or a line break of a text in which an answer is looked for.
///
/// Brackets, quotes, stars and the like are no tokens: what they say stands in the flags of the
/// token that they touch.
struct AnswerToken {
    enum Kind {
        case word, sign, lineBreak
        /// The end of what one side of a conversation says.
        case turn
    }

    var kind: Kind
    /// In lower case; a character of Chinese, Japanese or Korean is a word of its own.
    var text: String
    var range: Range<String.Index>
    /// The choice that a letter by itself may stand for.
    var letter: Letter?
    /// Whether the letter is a small one, which may be a word.
    var isSmall = false
    /// Decoration stands directly before.
    var isOpened = false
    /// Decoration stands directly behind.
    var isClosed = false
    /// A closing bracket stands directly behind.
    var isBracketed = false
    /// An opening round bracket stands directly before: what follows is an aside.
    var isAside = false
    /// White space, or the text's end, stands directly behind.
    var isApart = false

    /// As in "(B)", "**B**" or "'B'".
    var isEnclosed: Bool { isOpened && isClosed }

    func isSign(_ signs: String) -> Bool { kind == .sign && signs.contains(text) }
}
