/// Plain text inside the signs of a format.
enum Escape {
    static func latex(_ text: String) -> String {
        text.map { character in
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
        text.map { character in
            switch character {
            case "|", "\\", "*", "_", "`", "<", "[": "\\\(character)"
            case "\n": " "
            default: String(character)
            }
        }.joined()
    }

    /// A field of RFC 4180.
    static func csv(_ text: String) -> String {
        text.contains(where: { ",\"\n\r".contains($0) })
            ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
}
