/// A word, a sign or a line break of a text in which an answer is looked for.
///
/// Brackets, quotes, stars and the like are no tokens; the flags of the adjacent token record them.
struct AnswerToken {
    enum Kind {
        case word, sign, lineBreak
        /// The end of a turn of a conversation.
        case turn
    }

    var kind: Kind
    /// In lower case; a character of Chinese, Japanese or Korean is a word of its own.
    var text: String
    var range: Range<String.Index>
    /// The choice that a letter by itself may mean.
    var letter: Letter?
    /// Whether the letter is a small one, which may be a word.
    var isSmall = false
    /// Decoration is directly before.
    var isOpened = false
    /// Decoration is directly after.
    var isClosed = false
    /// A closing bracket is directly after.
    var isBracketed = false
    /// An opening round bracket is directly before: what follows is an aside.
    var isAside = false
    /// White space, or the text's end, is directly after.
    var isApart = false

    /// As in "(B)", "**B**" or "'B'".
    var isEnclosed: Bool { isOpened && isClosed }

    func isSign(_ signs: String) -> Bool { kind == .sign && signs.contains(text) }
}
