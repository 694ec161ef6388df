/// Translates a regular expression of Oniguruma, which Hugging Face's library runs, for PCRE2.
///
/// Syntax that the two interpret differently is translated or refused; from Oniguruma's doc/RE and
/// pcre2pattern(3). Both match `^` and `$` at lines, for which `SplitPattern` sets an option.
struct OnigurumaPattern {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    /// The number of open classes; a nested class adds its characters.
    private var depth = 0
    private var isInClass: Bool { depth > 0 }
    private var result = ""

    /// The expression in PCRE2's syntax.
    ///
    /// - Throws: `RegexFailure` if it uses syntax that is not implemented.
    static func translated(_ expression: String) throws -> String {
        var pattern = OnigurumaPattern(scalars: Array(expression.unicodeScalars))
        while pattern.position < pattern.scalars.count { try pattern.translateNext() }
        return pattern.result
    }

    private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    private func at(_ offset: Int) -> Unicode.Scalar? {
        scalars.indices.contains(position + offset) ? scalars[position + offset] : nil
    }

    /// Whether these characters are at the position.
    private func begins(_ text: String) -> Bool {
        scalars[position...].starts(with: text.unicodeScalars)
    }

    /// Consumes characters and writes others for them.
    private mutating func take(_ count: Int, as text: String? = nil) {
        let taken = scalars[position..<min(position + count, scalars.count)]
        position += taken.count
        result += text ?? String(String.UnicodeScalarView(taken))
    }

    private mutating func translateNext() throws {
        switch scalars[position] {
        case "\\": try translateEscape()
        case "[" where !isInClass:
            depth = 1
            take(at(1) == "^" ? 2 : 1)
            if at(0) == "]" { take(1) }  // the first one stands for itself
        case "[": try translateInnerClass()
        case "]" where isInClass:
            depth -= 1
            take(1, as: isInClass ? "" : "]")
        case "&" where isInClass && at(1) == "&":
            throw RegexFailure("it has '&&' in a class, which is not implemented")
        case "(" where !isInClass && at(1) == "?": try translateGroup()
        case "{" where !isInClass: try translateCount()
        default: take(1)
        }
    }
}

// MARK: Details

extension OnigurumaPattern {
    private static let space =
        #"\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}"#
        + #"\x{205f}\x{3000}"#
    private static let noSpace =
        #"\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{84}\x{86}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}"#
        + #"\x{200b}-\x{2027}\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}"#
        + #"\x{3001}-\x{10ffff}"#
    /// Found with the library, character by character: `²` belongs to it, but most other numeric
    /// characters do not.
    private static let word =
        #"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\x{b2}\x{b3}\x{b9}\x{bc}-\x{be}"#
    private static let members: [Unicode.Scalar: String] = [
        "s": space, "S": noSpace, "w": word, "h": "0-9A-Fa-f", "v": #"\x{b}"#,
    ]
    private static let opposites: [Unicode.Scalar: String] = [
        "W": word, "H": "0-9A-Fa-f",
    ]
    private static let named = [
        "alnum": #"\p{Alphabetic}\p{Nd}"#, "alpha": #"\p{Alphabetic}"#, "digit": #"\p{Nd}"#,
        "lower": #"\p{Lowercase}"#, "punct": #"\p{P}\p{S}"#, "space": space,
        "upper": #"\p{Uppercase}"#, "word": word,
    ]
    /// Escapes that both interpret in the same way.
    private static let shared = Set("dDnrtfaeAzZ0".unicodeScalars)

    private mutating func translateEscape() throws {
        guard let letter = at(1) else { throw RegexFailure(#"it ends with '\'"#) }
        if let members = Self.members[letter] {
            take(2, as: isInClass ? members : "[\(members)]")
        } else if let opposite = Self.opposites[letter], !isInClass {
            take(2, as: "[^\(opposite)]")
        } else if letter == "b" || letter == "B", !isInClass {
            let inside = "[\(Self.word)]"
            let change = "(?<=\(inside))(?!\(inside))|(?<!\(inside))(?=\(inside))"
            let none = "(?<=\(inside))(?=\(inside))|(?<!\(inside))(?!\(inside))"
            take(2, as: "(?:\(letter == "b" ? change : none))")
        } else if letter == "u" {
            let digits = scalars[position...].dropFirst(2).prefix(4)
            take(6, as: "\\x{" + String(String.UnicodeScalarView(digits)) + "}")
        } else if letter == "p" || letter == "P", at(2) == "{" {
            translateProperty()
        } else if letter == "x", at(2) == "{" || !isHigh(at(2)) {
            take(at(2) == "{" ? scalars[position...].prefix { $0 != "}" }.count : 2)
        } else if Self.shared.contains(letter) || letter == "b" {
            take(2)
        } else if !isLetter(letter), !("1"..."9").contains(letter) {
            take(2)  // stands for itself
        } else {
            throw RegexFailure("it has '\\\(letter)', which is not implemented")
        }
    }

    private func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }

    /// Whether a hexadecimal digit begins a byte above 7F, which Oniguruma treats as one of UTF-8.
    private func isHigh(_ digit: Unicode.Scalar?) -> Bool {
        digit.map { !("0"..."7").contains($0) } ?? true
    }

    /// PCRE2 interprets the name of a script as all characters that it is written with, Oniguruma
    /// as its own characters. Names of one or two letters are categories.
    private mutating func translateProperty() {
        let name = scalars[position...].dropFirst(3).prefix { $0 != "}" }
        let isScript =
            name.count > 2 && name.first != "^"
            && (try? SplitPattern(
                raw: "\\p{sc:" + String(String.UnicodeScalarView(name)) + "}")) != nil
        take(3)
        if isScript { result += "sc:" }
        take(name.count)
    }

    /// A named class such as `[:alpha:]`, or a class in a class.
    private mutating func translateInnerClass() throws {
        let name = scalars[position...].dropFirst(2).prefix { isLetter($0) }
        let text = String(String.UnicodeScalarView(name))
        if at(1) == ":", begins("[:\(text):]"), let members = Self.named[text] {
            take(text.count + 4, as: members)
        } else if let next = at(1), next != ":", next != "^", next != "]" {
            depth += 1
            take(1, as: "")
        } else {
            throw RegexFailure("it has '[' in a class, which is not implemented before such a one")
        }
    }

    /// Groups that begin with `(?`. Oniguruma's option `m` is the one that PCRE2 calls `s`.
    private mutating func translateGroup() throws {
        let plain = ["(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>"]
        if let start = plain.first(where: begins) { return take(start.count) }
        var end = 2
        while let scalar = at(end), "imx-".unicodeScalars.contains(scalar) { end += 1 }
        // Without a colon an option applies to the end of the group in the one, of the choice in
        // the other.
        guard end > 2, at(end) == ":" || at(end) == ")" && position == 0 else {
            throw RegexFailure(
                "it has a group '(?\(at(2).map(String.init) ?? "")', which is not implemented")
        }
        let options = String(String.UnicodeScalarView(scalars[position..<(position + end)]))
        if options.contains("i") { try checkFolding() }
        take(end, as: options.replacing("m", with: "s"))
    }

    /// Where case does not count, Oniguruma matches `ß` with `ss` and similar pairs; PCRE2 does
    /// not.
    private func checkFolding() throws {
        let group = scalars[position..<groupEnd()]
        let text = String(String.UnicodeScalarView(group)).lowercased()
        let isPlain = group.allSatisfy(\.isASCII)
        guard isPlain, !["ss", "st", "ff", "fi", "fl"].contains(where: text.contains) else {
            throw RegexFailure(
                "it ignores case beside letters that are one with others, such as 'ss' with 'ß', "
                    + "which is not implemented")
        }
    }

    /// The end of the group that begins at the position; without a colon its option applies to the
    /// end.
    private func groupEnd() -> Int {
        var depth = 0
        var isInClass = false
        var place = position
        while place < scalars.count {
            switch scalars[place] {
            case "\\": place += 1
            case "[": isInClass = true
            case "]": isInClass = false
            case "(" where !isInClass: depth += 1
            case ")" where !isInClass:
                depth -= 1
                let isOption = !scalars[position..<place].contains(":")
                if depth == 0, !isOption { return place }
            default: break
            }
            place += 1
        }
        return scalars.count
    }

    /// A count such as `{1,3}`. After it Oniguruma's `+` repeats, and after `{2}` its `?` does.
    private mutating func translateCount() throws {
        let inside = scalars[position...].dropFirst()
            .prefix { $0 == "," || ("0"..."9").contains($0) }
        let numbers = String(String.UnicodeScalarView(inside)).split(
            separator: ",", omittingEmptySubsequences: false)
        let isCount =
            at(inside.count + 1) == "}" && numbers.count <= 2 && numbers.contains { !$0.isEmpty }
        guard isCount else { return take(1, as: "\\{") }
        let next = at(inside.count + 2)
        guard next != "+", next != "?" || numbers.count == 2 else {
            throw RegexFailure("it has '+' or '?' after a count, which is not implemented")
        }
        take(1)
        if numbers[0].isEmpty { result += "0" }
        take(inside.count + 1)
    }
}
