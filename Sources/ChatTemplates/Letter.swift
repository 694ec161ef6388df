/// One code point of a text, and whether it belongs to a message's content.
///
/// Python's strings are sequences of code points; so are these. Two letters are equal where their
/// code points are: a template cannot see the origin of a letter.
struct Letter: Hashable, Comparable, Sendable, ExpressibleByUnicodeScalarLiteral {
    private let bits: UInt32
    private static let contentBit: UInt32 = 1 << 31

    init(_ scalar: Unicode.Scalar, isContent: Bool = false) {
        bits = scalar.value | (isContent ? Self.contentBit : 0)
    }

    init(unicodeScalarLiteral scalar: Unicode.Scalar) { self.init(scalar) }

    var isContent: Bool { bits & Self.contentBit != 0 }
    var value: UInt32 { bits & ~Self.contentBit }
    var scalar: Unicode.Scalar { Unicode.Scalar(value) ?? "\u{FFFD}" }
    var properties: Unicode.Scalar.Properties { scalar.properties }

    static func == (left: Letter, right: Letter) -> Bool { left.value == right.value }
    static func < (left: Letter, right: Letter) -> Bool { left.value < right.value }
    func hash(into hasher: inout Hasher) { hasher.combine(value) }

    /// White space in Python's `str.isspace` and in the `\s` of its regular expressions.
    var isSpace: Bool {
        value < 0x80
            ? value == 0x20 || 0x09...0x0D ~= value || 0x1C...0x1F ~= value
            : properties.isWhitespace
    }

    /// The letters at which Python's `str.splitlines` splits.
    var endsLine: Bool {
        0x0A...0x0D ~= value || 0x1C...0x1E ~= value || [0x85, 0x2028, 0x2029].contains(value)
    }

    var isDigit: Bool { "0"..."9" ~= self }

    /// Letters in place of this one; they have its origin.
    func mapped(to text: String) -> [Letter] {
        text.unicodeScalars.map { Letter($0, isContent: isContent) }
    }

    /// As HTML, as MarkupSafe writes it.
    var escapedForHTML: [Letter] { Self.entities[self].map(mapped) ?? [self] }
    private static let entities: [Letter: String] = [
        "&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&#39;", "\"": "&#34;",
    ]
}

extension [Letter] {
    init(_ text: String, isContent: Bool = false) {
        self = text.unicodeScalars.map { Letter($0, isContent: isContent) }
    }

    var string: String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: lazy.map(\.scalar))
        return String(view)
    }

    static func += (letters: inout [Letter], text: String) {
        letters.append(contentsOf: text.unicodeScalars.lazy.map { Letter($0) })
    }

    // MARK: Python's methods

    private func mapped(_ mapping: (Unicode.Scalar.Properties) -> String) -> [Letter] {
        flatMap { $0.mapped(to: mapping($0.properties)) }
    }

    var uppercased: [Letter] { mapped(\.uppercaseMapping) }

    var lowercased: [Letter] {
        zip(indices, self).flatMap { index, letter in
            // A sigma at the end of a word has a separate form.
            let isFinal =
                letter == "Σ" && self[..<index].reversed().beginsCased
                && !self[(index + 1)...].beginsCased
            return letter.mapped(to: isFinal ? "ς" : letter.properties.lowercaseMapping)
        }
    }

    var capitalized: [Letter] {
        let first = Array(prefix(1))
        let rest = lowercased.dropFirst(first.mapped(\.lowercaseMapping).count)
        return first.mapped(\.titlecaseMapping) + rest
    }

    /// `str.title`: every run of cased letters is a word.
    var titled: [Letter] {
        var isInWord = false
        return flatMap { letter in
            let properties = letter.properties
            defer { isInWord = properties.isCased }
            return letter.mapped(
                to: isInWord ? properties.lowercaseMapping : properties.titlecaseMapping)
        }
    }

    /// Jinja's filter `title`: a word begins after white space or one of `-({[<`.
    var wordsCapitalized: [Letter] {
        func isBreak(_ letter: Letter) -> Bool {
            letter.isSpace || [Letter]("-({[<").contains(letter)
        }
        var result: [Letter] = []
        var rest = self[...]
        while let first = rest.popFirst() {
            result += [first].uppercased
            let word = isBreak(first) ? [] : rest.prefix { !isBreak($0) }
            result += Array(word).lowercased
            rest = rest.dropFirst(word.count)
        }
        return result
    }

    /// Without the letters of a set at its ends; nil means white space.
    func stripped(left: Bool = true, right: Bool = true, of set: [Letter]? = nil) -> [Letter] {
        let set = set.map(Set.init)
        func isKept(_ letter: Letter) -> Bool { !(set?.contains(letter) ?? letter.isSpace) }
        let start = left ? firstIndex(where: isKept) ?? count : 0
        let end = right ? self[start...].lastIndex(where: isKept).map { $0 + 1 } ?? start : count
        return Array(self[start..<end])
    }

    var lines: [[Letter]] {
        var lines: [[Letter]] = []
        var start = 0
        for (index, letter) in enumerated() where letter.endsLine {
            // With a carriage return before it, a line feed ends no further line.
            if letter != "\n" || index == 0 || self[index - 1] != "\r" {
                lines.append(Array(self[start..<index]))
            }
            start = index + 1
        }
        return start < count ? lines + [Array(self[start...])] : lines
    }

    func ends(with part: [Letter]) -> Bool {
        count >= part.count && suffix(part.count) == part[...]
    }

    /// Whether letters fulfil Python's `islower` or `isupper`.
    func areCased(_ isRight: (Unicode.Scalar.Properties) -> Bool) -> Bool {
        let cased = map(\.properties).filter {
            $0.isLowercase || $0.isUppercase || $0.generalCategory == .titlecaseLetter
        }
        return !cased.isEmpty && cased.allSatisfy(isRight)
    }
}

extension Sequence<Letter> {
    /// Whether the first letter that counts for case is cased.
    fileprivate var beginsCased: Bool {
        first { !$0.properties.isCaseIgnorable }?.properties.isCased ?? false
    }
}
