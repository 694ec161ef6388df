/// A position in a template's letters, and what can be read from there.
///
/// Between two methods the position is at a token of a tag: white space before it is skipped.
class Scanner {
    private(set) var source: [Letter]
    private(set) var position = 0
    private(set) var line = 1

    /// Line breaks become line feeds; one at the end is removed.
    init(_ template: String) {
        let letters = [Letter](template)
        source = letters.indices.compactMap { place in
            if letters[place] == "\n", place > 0, letters[place - 1] == "\r" { return nil }
            return letters[place] == "\r" ? "\n" : letters[place]
        }
        if source.last == "\n" { source.removeLast() }
    }

    // MARK: Positions

    var isAtEnd: Bool { position == source.count }
    var next: Letter? { isAtEnd ? nil : source[position] }

    func begins(_ text: String, at place: Int? = nil) -> Bool {
        var place = place ?? position
        for scalar in text.unicodeScalars {
            guard place < source.count, source[place].scalar == scalar else { return false }
            place += 1
        }
        return true
    }

    /// Advances to a position, counting lines.
    func move(to place: Int, skipsSpace: Bool = false) {
        let place = skipsSpace ? end(of: \.isSpace, from: place) : place
        line += source[position..<place].count { $0 == "\n" }
        position = place
    }

    /// The first position at or after `place` where letters are others.
    func end(of isInside: (Letter) -> Bool, from place: Int) -> Int {
        source[min(place, source.count)...].firstIndex { !isInside($0) } ?? source.count
    }

    /// Reads again from here where the body finds nothing.
    func attempt<Result>(_ body: () throws -> Result?) rethrows -> Result? {
        let start = (position, line)
        if let result = try body() { return result }
        (position, line) = start
        return nil
    }

    // MARK: Tokens

    func unexpected(_ needed: String) -> Problem {
        let found = (word ?? next.map { String($0.scalar) })?.quoted ?? "the end of the template"
        return Problem("\(found) stands where \(needed) is needed")
    }

    func skip(_ symbol: String) -> Bool {
        guard begins(symbol) else { return false }
        move(to: position + symbol.utf8.count, skipsSpace: true)
        return true
    }

    func expect(_ symbol: String) throws {
        guard skip(symbol) else { throw unexpected(symbol.quoted) }
    }

    /// The name or word that comes next.
    var word: String? {
        guard let next, next == "_" || next.properties.isXIDStart else { return nil }
        let end = end(of: { $0 == "_" || $0.properties.isXIDContinue }, from: position)
        return Array(source[position..<end]).string
    }

    func skip(word: String) -> Bool { begins(word) && self.word == word && skip(word) }

    func name() throws -> String {
        guard let word else { throw unexpected("a name") }
        move(to: position + word.unicodeScalars.count, skipsSpace: true)
        return word
    }

    /// A number; as an element's index, as in `list.0.name`, it has no point and no exponent.
    func number(isIndex: Bool = false) throws -> Expression {
        func readDigits(behind count: Int) {
            let end = end(of: \.isDigit, from: position + count)
            if end > position + count { position = end }
        }
        let start = position
        readDigits(behind: 0)
        let whole = position
        if !isIndex {
            if next == "." { readDigits(behind: 1) }
            if next == "e" || next == "E" {
                readDigits(behind: sign(at: position + 1) == nil ? 1 : 2)
            }
        }
        let isWhole = position == whole
        let digits = Array(source[start..<position]).string
        move(to: position, skipsSpace: true)
        if !isWhole { return .float(Double(digits) ?? .nan) }
        guard let value = Int(digits), digits.first != "0" || value == 0 else {
            throw Problem("\(digits.quoted) is no integer of 64 bits")
        }
        return .integer(value)
    }

    /// The letters of a string, whose quote comes next.
    func string() throws -> [Letter] {
        let quote = next
        var letters: [Letter] = []
        var place = position + 1
        while place < source.count, source[place] != quote {
            if source[place] == "\\", place + 1 < source.count {
                place += 1
                try readEscape(&place, into: &letters)
            } else {
                letters.append(source[place])
                place += 1
            }
        }
        guard place < source.count else { throw Problem("a string has no end") }
        move(to: place + 1, skipsSpace: true)
        return letters
    }

    private static let escapes: [Letter: Letter] = [
        "n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", "\"": "\"", "a": "\u{7}",
        "b": "\u{8}", "f": "\u{C}", "v": "\u{B}",
    ]
    /// Digits of a code point's number. `\N` has its name, and is refused for want of digits.
    private static let digitCounts: [Letter: Int] = ["x": 2, "u": 4, "U": 8, "N": 0]

    /// The escape after a backslash, as in a Python string.
    private func readEscape(_ place: inout Int, into letters: inout [Letter]) throws {
        let first = source[place]
        let octal = source[place...].prefix(3).prefix { "0"..."7" ~= $0 }
        place += max(octal.count, 1)
        if let value = UInt32(Array(octal).string, radix: 8) {
            letters.append(Letter(Unicode.Scalar(value) ?? "\0"))
        } else if let plain = Self.escapes[first] {
            letters.append(plain)
        } else if let count = Self.digitCounts[first] {
            let digits = source[place...].prefix(count).prefix(while: \.properties.isASCIIHexDigit)
            let value = UInt32(Array(digits).string, radix: 16)
            guard digits.count == count, let scalar = value.flatMap(Unicode.Scalar.init) else {
                throw Problem("a string has '\\\(first.scalar)' without a code point's digits")
            }
            letters.append(Letter(scalar))
            place += count
        } else if first != "\n" {
            letters += [Letter("\\"), first]
        }
    }

    // MARK: Tags and the text between them

    /// Reads text and comments up to the begin of a tag, or to the end of the template.
    ///
    /// - Returns: the text as it is to be written, and the begin of the tag
    func textAndTag() throws -> (text: [Letter], tag: String?) {
        var text: [Letter] = []
        while let place = source[position...].indices.first(where: { tag(at: $0) != nil }),
            let tag = tag(at: place)
        {
            let sign = sign(at: place + 2)
            text += self.text(upTo: place, sign, isBlock: tag != "{{")
            move(to: place + (sign == nil ? 2 : 3), skipsSpace: tag != "{#")
            if tag != "{#" { return (text, tag) }
            guard let end = source[position...].indices.first(where: { begins("#}", at: $0) })
            else { throw Problem("a comment has no end; '#}' is needed") }
            move(to: end > position && self.sign(at: end - 1) != nil ? end - 1 : end)
            skipEnd("#}", trims: true)
        }
        return (text + self.text(upTo: source.count, "+", isBlock: false), nil)
    }

    private func tag(at place: Int) -> String? {
        source[place] == "{" ? ["{{", "{%", "{#"].first { begins($0, at: place) } : nil
    }

    private func sign(at place: Int) -> Letter? {
        place < source.count && ["-", "+"].contains(source[place]) ? source[place] : nil
    }

    /// A minus strips white space before a tag; else, of a block or comment that is first in its
    /// line, the indentation goes.
    private func text(upTo tag: Int, _ sign: Letter?, isBlock: Bool) -> ArraySlice<Letter> {
        let whole = source[position..<tag]
        move(to: tag)
        if sign == "+" || sign == nil && !isBlock { return whole }
        let kept = whole.lastIndex { !$0.isSpace || sign == nil && $0 == "\n" }
        let text = whole[..<(kept.map { $0 + 1 } ?? whole.startIndex)]
        let isFirst = text.endIndex == 0 || source[text.endIndex - 1] == "\n"
        return sign == "-" || isFirst ? text : whole
    }

    /// Unprocessed text, from the end of the tag `raw` to that of `endraw`.
    func rawText() throws -> [Letter] {
        // A plus is no sign here, and no line feed goes.
        guard next != "+", isAtTagEnd else { throw unexpected("'%}'") }
        skipEnd("%}", trims: false)
        for tag in source[position...].indices where begins("{%", at: tag) {
            let sign = sign(at: tag + 2)
            let word = end(of: \.isSpace, from: tag + (sign == nil ? 2 : 3))
            let end = end(of: \.isSpace, from: word + 6)
            guard begins("endraw", at: word),
                ["%}", "-%}", "+%}"].contains(where: { begins($0, at: end) })
            else { continue }
            let text = text(upTo: tag, sign, isBlock: true)
            move(to: end)
            return Array(text)
        }
        throw Problem("'raw' has no end; '{% endraw %}' is needed")
    }

    /// Whether the end of a tag comes next, and no operator.
    var isAtTagEnd: Bool { Self.ends.contains { begins($0) } }
    private static let ends = ["%}", "-%}", "+%}", "}}", "-}}"]

    /// Reads the end of a tag.
    func expectEnd(_ mark: String) throws {
        guard begins(mark, at: position + (sign(at: position) == nil ? 0 : 1)), isAtTagEnd else {
            throw unexpected(mark.quoted)
        }
        skipEnd(mark, trims: mark == "%}")
    }

    /// Skips the end of a tag; with a minus, also all white space after it.
    ///
    /// - Parameter trims: whether one line feed is removed where there is no sign.
    private func skipEnd(_ mark: String, trims: Bool) {
        let sign = sign(at: position)
        let end = position + mark.utf8.count + (sign == nil ? 0 : 1)
        let trimsLine = sign == nil && trims && begins("\n", at: end)
        move(to: trimsLine ? end + 1 : end, skipsSpace: sign == "-")
    }
}
