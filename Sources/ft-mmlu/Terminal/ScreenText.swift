import Basics

/// Text for a terminal: what comes from outside cannot steer it, sequences of this program can.
struct ScreenText {
    /// What this program does on a terminal.
    enum Sequence: String {
        case dim = "\u{1B}[2m"
        case green = "\u{1B}[32m"
        case plain = "\u{1B}[0m"
        /// Goes to the line's beginning and empties it.
        case rewrite = "\r\u{1B}[K"
        case lineBreak = "\n"
    }

    private(set) var bytes: String

    private init(_ bytes: String) { self.bytes = bytes }

    /// Control characters and line breaks stand as escapes.
    static func line(_ text: String) -> ScreenText { ScreenText(text.visibleLine) }

    /// Several lines of our own: their breaks and tabs stay.
    static func lines(_ text: String) -> ScreenText { ScreenText(text.visibleLines) }

    static func sequence(_ sequence: Sequence) -> ScreenText { ScreenText(sequence.rawValue) }

    static func + (first: ScreenText, second: ScreenText) -> ScreenText {
        ScreenText(first.bytes + second.bytes)
    }

    static func += (text: inout ScreenText, more: ScreenText) { text.bytes += more.bytes }
}
