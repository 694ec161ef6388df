import Basics

/// Text for a terminal: text from outside cannot control the terminal, sequences of this program
/// can.
struct ScreenText {
    /// The control sequences that this program uses.
    enum Sequence: String {
        case dim = "\u{1B}[2m"
        case green = "\u{1B}[32m"
        case plain = "\u{1B}[0m"
        /// Moves to the line's beginning and clears the line.
        case rewrite = "\r\u{1B}[K"
        case lineBreak = "\n"
    }

    private(set) var bytes: String

    private init(_ bytes: String) { self.bytes = bytes }

    /// One line; control characters and line breaks become escapes.
    static func line(_ text: String) -> ScreenText { ScreenText(text.visibleLine) }

    /// Several lines of the program's own text; their breaks and tabs stay.
    static func lines(_ text: String) -> ScreenText { ScreenText(text.visibleLines) }

    static func sequence(_ sequence: Sequence) -> ScreenText { ScreenText(sequence.rawValue) }

    static func + (first: ScreenText, second: ScreenText) -> ScreenText {
        ScreenText(first.bytes + second.bytes)
    }

    static func += (text: inout ScreenText, more: ScreenText) { text.bytes += more.bytes }
}
