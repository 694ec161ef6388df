/// A tag such as `<b>` or `</answer>`.
struct AnswerTag {
    enum Role {
        /// Changes the look.
        case look
        /// Ends a line, or a field.
        case line
        /// Names what follows: "answer" of `<answer>`.
        case field([String])
        /// Brackets around a letter: `<B>`.
        case letter
    }

    let role: Role
    /// The position after it.
    let end: Int

    private static let longest = 100
    private static let looks: Set = [
        "b", "i", "u", "em", "strong", "span", "code", "font", "mark", "sub", "sup", "small", "big",
        "a", "s", "center", "tt", "kbd",
    ]
    private static let lines: Set = [
        "br", "p", "div", "li", "ul", "ol", "hr", "tr", "td", "th", "table", "h1", "h2", "h3", "h4",
    ]

    init?(in scalars: [Unicode.Scalar], at start: Int) {
        let limit = min(scalars.count, start + Self.longest)
        guard let stop = scalars[start..<limit].firstIndex(of: ">"), stop > start + 1 else {
            return nil
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[start + 1..<stop])
        let written = String(view)
        let words = written.split(separator: " ")
        // "x < y and z > 0" has no tag.
        guard let first = words.first, first.startIndex == written.startIndex,
            words.count == 1 || written.contains("=") || words.dropFirst() == ["/"]
        else { return nil }
        var name = first
        let isEnd = name.hasPrefix("/")
        if isEnd { name.removeFirst() }
        if name.hasSuffix("/") { name.removeLast() }
        guard let initial = name.first, initial.isLetter, initial.isASCII,
            name.allSatisfy({ $0.isLetter || $0.isNumber || "_-:".contains($0) })
        else { return nil }
        end = stop + 1
        if name.count == 1, !isEnd, Letter(rawValue: String(name)) != nil,
            !Self.isClosed(String(name), in: scalars, from: end)
        {
            role = .letter
            return
        }
        let known = name.lowercased()
        if Self.looks.contains(known) {
            role = .look
        } else if isEnd || Self.lines.contains(known) {
            role = .line
        } else {
            role = .field(known.split { "_-:".contains($0) }.map(String.init))
        }
    }

    /// Whether a tag in capitals, as `<B>`, has its end near.
    private static func isClosed(_ name: String, in scalars: [Unicode.Scalar], from start: Int)
        -> Bool
    {
        let limit = min(scalars.count, start + longest)
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[start..<limit])
        return String(view).contains("</\(name)>")
    }
}
