import Basics

/// Escapes plain text for a format; control characters become visible escapes.
enum Escape {
    static func latex(_ text: String) -> String {
        text.visibleLine.map { character in
            switch character {
            case "\\": "\\textbackslash{}"
            case "{", "}", "$", "&", "#", "_", "%": "\\\(character)"
            case "~": "\\textasciitilde{}"
            case "^": "\\textasciicircum{}"
            case "λ": "$\\lambda$"
            case "₀": "$_0$"
            case "×": "$\\times$"
            case "<", ">": "$\(character)$"
            default: String(character)
            }
        }.joined()
    }

    /// A cell or a paragraph of Markdown.
    static func markdown(_ text: String) -> String {
        text.replacing("\n", with: " ").visibleLine.map { character in
            switch character {
            case "|", "\\", "*", "_", "`", "<", "[": "\\\(character)"
            default: String(character)
            }
        }.joined()
    }
}
