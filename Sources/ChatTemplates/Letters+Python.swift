/// Python's string methods that need no search.
extension [Letter] {
    var uppercased: [Letter] { mapped { $0.uppercaseMapping } }

    var lowercased: [Letter] {
        guard contains(Letter("Σ")) else { return mapped { $0.lowercaseMapping } }
        // A sigma at the end of a word has a separate form.
        return indices.flatMap { index in
            let letter = self[index]
            let isFinal =
                letter == Letter("Σ") && isCased(self[..<index].reversed())
                && !isCased(self[(index + 1)...])
            return isFinal ? letter.mapped(to: "ς") : [letter].mapped { $0.lowercaseMapping }
        }
    }

    private func mapped(_ mapping: (Unicode.Scalar.Properties) -> String) -> [Letter] {
        var letters: [Letter] = []
        letters.reserveCapacity(count)
        for letter in self { letters += letter.mapped(to: mapping(letter.scalar.properties)) }
        return letters
    }

    /// Whether the first letter that counts for case is cased.
    private func isCased(_ letters: some Sequence<Letter>) -> Bool {
        letters.first { !$0.scalar.properties.isCaseIgnorable }?.scalar.properties.isCased ?? false
    }

    /// `str.capitalize`.
    var capitalized: [Letter] {
        guard let first else { return [] }
        return first.mapped(to: first.scalar.properties.titlecaseMapping)
            + lowercased.dropFirst(first.mapped(to: first.scalar.properties.lowercaseMapping).count)
    }

    /// `str.title`: every run of cased letters is a word.
    var titled: [Letter] {
        var isInWord = false
        return flatMap { letter in
            let properties = letter.scalar.properties
            defer { isInWord = properties.isCased }
            return letter.mapped(
                to: isInWord ? properties.lowercaseMapping : properties.titlecaseMapping)
        }
    }

    /// Jinja's filter `title`: a word begins after white space or one of `-({[<`.
    var wordsCapitalized: [Letter] {
        var start = 0
        var result: [Letter] = []
        func isBreak(_ index: Int) -> Bool {
            self[index].isSpace || "-({[<".unicodeScalars.contains(self[index].scalar)
        }
        while start < count {
            let end = self[start...].indices.first { isBreak($0) != isBreak(start) } ?? count
            result += Array(self[start..<start + 1]).uppercased
            result += Array(self[(start + 1)..<end]).lowercased
            start = end
        }
        return result
    }

    enum Side { case left, right, both }

    /// Without the letters at the ends that `isStripped`; nil means white space.
    func stripped(_ side: Side, of letters: [Letter]? = nil) -> [Letter] {
        let set = letters.map(Set.init)
        func isStripped(_ letter: Letter) -> Bool { set?.contains(letter) ?? letter.isSpace }
        var rest = self[...]
        if side != .right { rest = rest.drop(while: isStripped) }
        if side != .left { while let last = rest.last, isStripped(last) { rest.removeLast() } }
        return Array(rest)
    }

    /// `str.splitlines`, which knows more line breaks than the line feed.
    var lines: [[Letter]] {
        var lines: [[Letter]] = []
        var start = 0
        var index = 0
        while index < count {
            defer { index += 1 }
            guard self[index].endsLine else { continue }
            lines.append(Array(self[start..<index]))
            if self[index].value == 0x0D, index + 1 < count, self[index + 1].value == 0x0A {
                index += 1
            }
            start = index + 1
        }
        if start < count { lines.append(Array(self[start...])) }
        return lines
    }

    /// As HTML: `& < > ' "` by entities, as MarkupSafe writes them.
    var escapedForHTML: [Letter] {
        var letters: [Letter] = []
        for letter in self {
            switch letter.scalar {
            case "&": letters += letter.mapped(to: "&amp;")
            case "<": letters += letter.mapped(to: "&lt;")
            case ">": letters += letter.mapped(to: "&gt;")
            case "'": letters += letter.mapped(to: "&#39;")
            case "\"": letters += letter.mapped(to: "&#34;")
            default: letters.append(letter)
            }
        }
        return letters
    }
}
