/// A token of a template.
struct Token {
    enum Kind: Equatable {
        case data([Letter])
        case variableBegin, variableEnd, blockBegin, blockEnd
        case name(String), string([Letter]), integer(Int), float(Double), symbol(String)
        case end
    }

    let kind: Kind
    let line: Int

    /// The token as errors show it.
    var shown: String {
        switch kind {
        case .data: "text"
        case .variableBegin: "'{{'"
        case .variableEnd: "'}}'"
        case .blockBegin: "'{%'"
        case .blockEnd: "'%}'"
        case .name(let name): name.quoted
        case .string: "a string"
        case .integer, .float: "a number"
        case .symbol(let symbol): symbol.quoted
        case .end: "the end of the template"
        }
    }
}

/// Splits a template into tokens, as Jinja does with `trim_blocks` and `lstrip_blocks`.
struct Lexer {
    var source: [Unicode.Scalar]
    var position = 0
    var line = 1
    private(set) var tokens: [Token] = []

    /// The tokens of a template; `end` is the last.
    ///
    /// Line breaks become line feeds; one at the end is removed.
    static func tokens(of template: String) throws -> [Token] {
        let scalars = Array(template.unicodeScalars)
        var lexer = Lexer(source: [])
        guard scalars.count <= Bounds.template else {
            throw lexer.failure(
                "the template has \(scalars.count) characters; at most \(Bounds.template) are read")
        }
        for (place, scalar) in scalars.enumerated()
        where scalar != "\n" || place == 0 || scalars[place - 1] != "\r" {
            lexer.source.append(scalar == "\r" ? "\n" : scalar)
        }
        if lexer.source.last == "\n" { lexer.source.removeLast() }
        try lexer.readTemplate()
        return lexer.tokens
    }

    mutating func add(_ kind: Token.Kind) { tokens.append(Token(kind: kind, line: line)) }

    func failure(_ problem: String) -> TemplateError {
        TemplateError(line: line, problem: problem, isRaised: false)
    }

    func begins(_ text: String, at place: Int) -> Bool {
        source[min(place, source.count)...].starts(with: text.unicodeScalars)
    }

    /// Advances to a position, counting lines.
    mutating func move(to place: Int) {
        line += source[position..<place].count { $0 == "\n" }
        position = place
    }

    mutating func skipSpace() { move(to: endOfSpace(from: position)) }

    private func endOfSpace(from place: Int) -> Int {
        source[place...].firstIndex { !$0.isPythonSpace } ?? source.count
    }

    private mutating func readTemplate() throws {
        while let tag = nextTag() {
            let sign = tag + 2 < source.count ? source[tag + 2] : " "
            let isSigned = sign == "-" || sign == "+"
            let inside = tag + (isSigned ? 3 : 2)
            if let end = endOfWord("raw", in: inside), source[tag + 1] == "%",
                begins("%}", at: end) || begins("-%}", at: end)
            {
                addData(upTo: tag, sign: sign, isVariable: false)
                move(to: end)
                // Of the two marks only the minus has an effect here.
                if begins("-", at: position) { skipEnd("%}") } else { move(to: position + 2) }
                try readRaw()
                continue
            }
            addData(upTo: tag, sign: sign, isVariable: source[tag + 1] == "{")
            move(to: inside)
            switch source[tag + 1] {
            case "#": try skipComment()
            case "{": try readTag("}}", .variableBegin, .variableEnd)
            default: try readTag("%}", .blockBegin, .blockEnd)
            }
        }
        addData(upTo: source.count, sign: "+", isVariable: true)
        add(.end)
    }

    private func nextTag() -> Int? {
        source[position...].indices.first { place in
            source[place] == "{" && place + 1 < source.count
                && "{%#".unicodeScalars.contains(source[place + 1])
        }
    }

    /// The end of a word and the white space around it; nil where another word is.
    private func endOfWord(_ word: String, in place: Int) -> Int? {
        let start = endOfSpace(from: place)
        guard begins(word, at: start) else { return nil }
        return endOfSpace(from: start + word.unicodeScalars.count)
    }

    /// Text up to a tag: a minus strips white space before it; else, before a block or comment that
    /// is first in its line, the line's indentation goes.
    private mutating func addData(upTo tag: Int, sign: Unicode.Scalar, isVariable: Bool) {
        var end = tag
        if sign == "-" {
            while end > position, source[end - 1].isPythonSpace { end -= 1 }
        } else if sign != "+", !isVariable {
            var start = tag
            while start > position, source[start - 1] != "\n", source[start - 1].isPythonSpace {
                start -= 1
            }
            if start == 0 || source[start - 1] == "\n" { end = start }
        }
        if end > position { add(.data(source[position..<end].map { Letter($0) })) }
        move(to: tag)
    }

    /// Skips the end of a tag; with a minus, also all white space after it.
    ///
    /// - Parameter trims: whether one line feed is removed where there is no mark.
    private mutating func skipEnd(_ end: String, trims: Bool = false) {
        let isMinus = begins("-", at: position)
        if isMinus || begins("+" + end, at: position) {
            move(to: position + 1 + end.unicodeScalars.count)
            if isMinus { skipSpace() }
        } else {
            move(to: position + end.unicodeScalars.count)
            if trims, begins("\n", at: position) { move(to: position + 1) }
        }
    }

    private mutating func skipComment() throws {
        let start = position
        guard let end = source[start...].indices.first(where: { begins("#}", at: $0) }) else {
            throw failure("a comment has no end; '#}' is needed")
        }
        let isSigned = end > start && (source[end - 1] == "-" || source[end - 1] == "+")
        move(to: isSigned ? end - 1 : end)
        skipEnd("#}", trims: true)
    }

    /// Unprocessed text, up to `endraw`.
    private mutating func readRaw() throws {
        for tag in source[position...].indices where begins("{%", at: tag) {
            let sign = tag + 2 < source.count ? source[tag + 2] : " "
            let isSigned = sign == "-" || sign == "+"
            guard let end = endOfWord("endraw", in: tag + (isSigned ? 3 : 2)),
                ["%}", "-%}", "+%}"].contains(where: { begins($0, at: end) })
            else { continue }
            addData(upTo: tag, sign: sign, isVariable: false)
            move(to: end)
            return skipEnd("%}", trims: true)
        }
        throw failure("'raw' has no end; '{% endraw %}' is needed")
    }

    /// The tokens of one tag and its end.
    private mutating func readTag(
        _ end: String, _ first: Token.Kind, _ last: Token.Kind
    ) throws {
        add(first)
        var open: [String] = []
        while true {
            skipSpace()
            guard position < source.count else { return }
            if open.isEmpty {
                let isBlock = last == .blockEnd
                if begins(end, at: position) || begins("-" + end, at: position)
                    || isBlock && begins("+" + end, at: position)
                {
                    add(last)
                    return skipEnd(end, trims: isBlock)
                }
            }
            try readToken(&open)
        }
    }
}
