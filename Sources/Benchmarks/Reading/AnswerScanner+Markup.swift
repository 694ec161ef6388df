/// Tags, special tokens and LaTeX.
extension AnswerScanner {
    private static let longestTag = 100

    /// The position after `<|name|>`, `[INST]`, `</s>` and the like.
    func turnEnd(opening: String, closing: String) -> Int? {
        let isSquare = opening == "["
        guard scalars[position...].starts(with: opening.unicodeScalars) else { return nil }
        let start = position + opening.unicodeScalars.count
        let limit = min(scalars.count, start + Self.longestTag)
        guard let stop = scalars[start..<limit].firstIndex(of: isSquare ? "]" : ">") else {
            return nil
        }
        var name = String.UnicodeScalarView()
        name.append(contentsOf: scalars[start..<stop])
        let words = String(name)
        let isTurn =
            isSquare
            ? words == "INST" || words == "/INST"
            : words.hasPrefix("|") && words.hasSuffix("|")
                || AnswerSigns.turnTags.contains(words)
        return isTurn ? stop + 1 : nil
    }

    mutating func scanTag() {
        if let end = turnEnd(opening: "<", closing: ">") {
            add(.turn, to: end)
            return
        }
        guard let tag = AnswerTag(in: scalars, at: position) else {
            addSign(nil, to: position + 1)
            return
        }
        switch tag.role {
        case .letter: skip(to: position + 1, opens: true)
        case .look:
            if !isOpened, index(position) == tokens.last?.range.upperBound || isClosing {
                close(isBracket: false)
            }
            skip(to: tag.end, opens: true)
        case .line: breakLine(to: tag.end)
        case .field(let words):
            addField(words, to: tag.end)
        }
    }

    /// A LaTeX command such as "\boxed"; commands that change only the look are left out.
    mutating func scanCommand() {
        var next = position + 1
        while let scalar = self[next], AnswerSigns.isLatin(scalar) { next += 1 }
        guard next > position + 1 else {
            // A bracket or space of LaTeX, or an escaped sign of Markdown.
            if !isOpened, index(position) == tokens.last?.range.upperBound || isClosing {
                close(isBracket: false)
            }
            skip(to: min(position + 2, scalars.count), opens: true)
            return
        }
        var name = String.UnicodeScalarView()
        name.append(contentsOf: scalars[position + 1..<next])
        if AnswerSigns.looks.contains(String(name)) {
            skip(to: next, opens: true)
        } else {
            add(.word, to: next)
        }
    }
}
