/// Splits a text into tokens.
///
/// Full-width signs and letters are read as their narrow forms, and Ⓑ as (B). Traditional Chinese
/// is read as simplified where the reader needs it. HTML tags and LaTeX commands that change only
/// the look are left out.
struct AnswerScanner {
    let scalars: [Unicode.Scalar]
    private let indices: [String.Index]
    private let end: String.Index
    private(set) var position = 0
    private(set) var tokens: [AnswerToken] = []
    /// Whether decoration is directly before the position.
    private(set) var isOpened = false
    /// Whether it is a round bracket.
    private var isAside = false

    static func tokens(of text: Substring) -> [AnswerToken] {
        var scanner = AnswerScanner(text)
        while scanner.position < scanner.scalars.count { scanner.step() }
        return scanner.tokens
    }

    private init(_ text: Substring) {
        scalars = text.unicodeScalars.map(AnswerSigns.narrow)
        indices = Array(text.unicodeScalars.indices)
        end = text.endIndex
    }

    subscript(_ index: Int) -> Unicode.Scalar? {
        scalars.indices.contains(index) ? scalars[index] : nil
    }

    func index(_ position: Int) -> String.Index {
        position < indices.count ? indices[position] : end
    }

    private mutating func step() {
        let scalar = scalars[position]
        if AnswerSigns.isLineBreak(scalar) {
            breakLine(to: position + 1)
        } else if scalar.properties.isWhitespace {
            skip(to: position + 1, opens: false)
        } else if AnswerSigns.isInvisible(scalar) {
            position += 1
        } else if scalar == "<" {
            scanTag()
        } else if scalar == "\\" {
            scanCommand()
        } else if scalar == "[", let end = turnEnd(opening: "[", closing: "]") {
            add(.turn, to: end)
        } else if let letter = AnswerSigns.circled(scalar) {
            add(.word, to: position + 1, letter: letter)
            tokens[tokens.count - 1].isOpened = true
            close(isBracket: true)
        } else if AnswerSigns.isDecoration(scalar) {
            if !isOpened, index(position) == tokens.last?.range.upperBound || isClosing {
                close(isBracket: ")]}】」".unicodeScalars.contains(scalar))
            }
            skip(to: position + 1, opens: true)
            isAside = scalar == "(" || scalar == "（"
        } else if AnswerSigns.isWord(scalar) {
            scanWord()
        } else {
            scanSign()
        }
    }

    /// Whether only decoration is between the last token and the position.
    var isClosing: Bool { tokens.last.map { closedEnd == $0.range.upperBound } ?? false }
    private var closedEnd: String.Index?

    mutating func close(isBracket: Bool) {
        guard let last = tokens.indices.last else { return }
        tokens[last].isClosed = true
        if isBracket { tokens[last].isBracketed = true }
        closedEnd = tokens[last].range.upperBound
    }

    mutating func skip(to next: Int, opens: Bool) {
        if !opens {
            if let last = tokens.indices.last, index(position) == tokens[last].range.upperBound {
                tokens[last].isApart = true
            }
            closedEnd = nil
        }
        isOpened = opens
        isAside = false
        position = next
    }

    mutating func add(_ kind: AnswerToken.Kind, to next: Int, letter: Letter? = nil) {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[position..<next])
        tokens.append(
            AnswerToken(
                kind: kind, text: String(text).lowercased().replacing("’", with: "'"),
                range: index(position)..<index(next), letter: letter,
                isSmall: letter != nil && scalars[position].properties.isLowercase,
                isOpened: isOpened, isAside: isAside, isApart: next == scalars.count))
        (isOpened, isAside) = (false, false)
        closedEnd = nil
        position = next
    }

    mutating func breakLine(to next: Int) {
        if let last = tokens.indices.last, index(position) == tokens[last].range.upperBound {
            tokens[last].isApart = true
        }
        if let last = tokens.last, last.kind != .lineBreak {
            add(.lineBreak, to: next)
            tokens[tokens.count - 1].text = "\n"
        }
        (isOpened, isAside) = (false, false)
        closedEnd = nil
        position = next
    }

    /// The words of a field's name and a colon, on a new line.
    mutating func addField(_ words: [String], to next: Int) {
        breakLine(to: position)
        let range = index(position)..<index(next)
        for word in words { tokens.append(AnswerToken(kind: .word, text: word, range: range)) }
        tokens.append(AnswerToken(kind: .sign, text: ":", range: range))
        isOpened = true
        position = next
    }

    private var isLineStart: Bool { tokens.last.map { $0.kind == .lineBreak } ?? true }

    // MARK: Words

    private mutating func scanWord() {
        var next = position + 1
        if !AnswerSigns.standsAlone(scalars[position]) {
            while let scalar = self[next] {
                if AnswerSigns.isWord(scalar) {
                    if AnswerSigns.standsAlone(scalar) { break }
                    next += 1
                } else if let after = self[next + 1], AnswerSigns.isWord(after),
                    !AnswerSigns.standsAlone(after),
                    AnswerSigns.joins(scalar, self[next - 1], after)
                {
                    next += 2
                } else {
                    break
                }
            }
        }
        let letter =
            next == position + 1 && !isPartOfName
            ? Letter(rawValue: String(scalars[position]).uppercased()) : nil
        add(.word, to: next, letter: letter)
    }

    /// Whether the letter at the position belongs to the characters next to it: "U.S.A", "C#",
    /// "f(x)", "N/A", "25 °C", "x_A", "C_6".
    private var isPartOfName: Bool {
        let before = self[position - 1]
        let isJoinedBefore =
            before.map { "°@^".unicodeScalars.contains($0) } ?? false
            || before.map { ".-/&_'’".unicodeScalars.contains($0) } ?? false
                && self[position - 2].map {
                    AnswerSigns.isWord($0) && !AnswerSigns.standsAlone($0)
                } ?? false
                && !(tokens.last?.isSign("/&") == true
                    && tokens.dropLast().last?.letter != nil)
        // "P(A)"
        let isArgument =
            before == "(" && self[position - 2].map(AnswerSigns.isLatin) ?? false
            && !(self[position - 3].map(AnswerSigns.isWord) ?? false)
        guard !isJoinedBefore, !isArgument else { return true }
        guard let next = self[position + 1] else { return false }
        let after = self[position + 2]
        switch next {
        case "#", "%", "+", "^", "′", "(", "[", "²", "³": return true
        case "_":
            return before != "_" && after.map { AnswerSigns.isWord($0) || $0 == "{" } ?? false
        case ".":
            return after.map { AnswerSigns.isWord($0) && !AnswerSigns.standsAlone($0) } ?? false
                && (self[position + 3].map { !AnswerSigns.isWord($0) } ?? true)
        case "&":
            guard let after, AnswerSigns.isWord(after) else { return false }
            return self[position + 3].map(AnswerSigns.isWord) ?? false
        default: return false
        }
    }

    // MARK: Signs

    private mutating func scanSign() {
        let scalar = scalars[position]
        if scalar == ">", let last = tokens.last, last.letter != nil, last.isOpened,
            last.range.upperBound == index(position) || isClosing
        {
            close(isBracket: true)
            skip(to: position + 1, opens: true)
            return
        }
        for arrow in AnswerSigns.arrows
        where scalars[position...].starts(with: arrow.unicodeScalars) {
            addSign("→", to: position + arrow.unicodeScalars.count)
            return
        }
        if isLineStart, AnswerSigns.isBullet(scalar), scalar == ">" || self[position + 1] == " " {
            skip(to: position + 1, opens: false)
            return
        }
        addSign(nil, to: position + 1)
    }

    mutating func addSign(_ text: String?, to next: Int) {
        add(.sign, to: next)
        if let text { tokens[tokens.count - 1].text = text }
    }
}
