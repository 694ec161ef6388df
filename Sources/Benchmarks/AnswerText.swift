/// A text in which an answer is looked for, scalar by scalar.
struct AnswerText {
    let scalars: [Unicode.Scalar]
    private let lowered: [Unicode.Scalar]

    /// Full-width forms become their narrow ones.
    init(_ text: String) {
        self.init(
            scalars: text.unicodeScalars.map { scalar in
                guard (0xFF01...0xFF5E).contains(scalar.value) else { return scalar }
                return Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar
            })
    }

    private init(scalars: [Unicode.Scalar]) {
        self.scalars = scalars
        lowered = scalars.map { scalar in
            guard ("A"..."Z").contains(scalar) else { return scalar }
            return Unicode.Scalar(scalar.value + 0x20) ?? scalar
        }
    }

    var lines: [AnswerText] {
        scalars.split(whereSeparator: Self.isLineBreak).map { AnswerText(scalars: Array($0)) }
    }

    /// The letter that stands by itself at a place, and the place behind it; a small one only before
    /// punctuation or the end, "a" only before punctuation.
    func letter(at index: Int) -> (letter: Letter, end: Int)? {
        guard index < scalars.count else { return nil }
        let scalar = scalars[index]
        guard let letter = Letter(rawValue: String(scalar).uppercased()) else { return nil }
        let end = index + 1
        guard end < scalars.count else { return scalar == "a" ? nil : (letter, end) }
        let next = scalars[end]
        if Self.isWord(next) { return nil }
        if "-'’".unicodeScalars.contains(next), end + 1 < scalars.count,
            Self.isWord(scalars[end + 1])
        {
            return nil
        }
        if scalar.properties.isLowercase {
            let stop = skipped(from: end) { Self.isDecoration($0) && !Self.isSpace($0) }
            guard
                stop == scalars.count || Self.isLineBreak(scalars[stop])
                    || ".,;:!?。，；".unicodeScalars.contains(scalars[stop])
            else { return nil }
        }
        return (letter, end)
    }

    /// Whether one of these stands at a place, in any case.
    func has(_ firsts: Set<Unicode.Scalar>, at index: Int) -> Bool {
        firsts.contains(lowered[index])
    }

    /// The place behind the words, in any case, with any white space between them and no letter
    /// behind them.
    func matched(_ words: [String], at start: Int) -> Int? {
        var index = start
        for (number, word) in words.enumerated() {
            if number > 0 {
                let end = skipped(from: index, while: Self.isSpace)
                guard end > index else { return nil }
                index = end
            }
            guard let end = matched(word, at: index) else { return nil }
            index = end
        }
        let isWord = words.last?.unicodeScalars.last.map(Self.isWord) ?? false
        if isWord, index < scalars.count, Self.isWord(scalars[index]) { return nil }
        return index
    }

    /// The place behind the text, which is in lower case.
    func matched(_ text: String, at start: Int) -> Int? {
        var index = start
        for scalar in text.unicodeScalars {
            guard index < lowered.count, lowered[index] == scalar else { return nil }
            index += 1
        }
        return index
    }

    /// The place behind white space and decoration, and colons where they do not matter, and LaTeX's
    /// words for a box or a font.
    func passing(_ start: Int, colons: Bool = false) -> Int {
        var index = start
        while true {
            index = skipped(from: index) { Self.isDecoration($0) || colons && $0 == ":" }
            let words = ["\\boxed", "\\text", "\\textbf", "\\mathrm", "\\mathbf"]
            guard let end = words.compactMap({ matched($0 + "{", at: index) }).first else {
                return index
            }
            index = end
        }
    }

    /// The words between the last stop or comma and a place, in lower case.
    func clause(before index: Int) -> [String] {
        let words = scalars[..<index].reversed().prefix {
            !".,;:!?\n\r".unicodeScalars.contains($0)
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: words.reversed())
        return String(text).lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// Whether nothing but decoration and stops follows.
    func isEnd(_ start: Int, stops: String = ".。!") -> Bool {
        skipped(from: start) {
            Self.isDecoration($0) || stops.unicodeScalars.contains($0)
        } == scalars.count
    }

    /// Whether the letter before a place is a label, as in "B.", "(B)", "**B**:". "D.C." has none.
    func isLabel(_ start: Int) -> Bool {
        let stop = skipped(from: start) {
            Self.isDecoration($0) && !Self.isSpace($0) && $0 != ")"
        }
        guard stop < scalars.count, ".):".unicodeScalars.contains(scalars[stop]) else {
            return false
        }
        return stop + 1 == scalars.count || Self.isDecoration(scalars[stop + 1])
    }

    /// Whether another letter stands as a label somewhere behind a place.
    func hasLabel(after start: Int, but letter: Letter) -> Bool {
        (start..<scalars.count).contains { place in
            guard !Self.isWord(scalars[place - 1]), let other = self.letter(at: place) else {
                return false
            }
            return other.letter != letter && isLabel(other.end)
        }
    }

    private func skipped(from start: Int, while condition: (Unicode.Scalar) -> Bool) -> Int {
        var index = start
        while index < scalars.count, condition(scalars[index]) { index += 1 }
        return index
    }

    /// Part of a word of an alphabet or of a number; Chinese characters stand beside letters.
    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            && !scalar.properties.isIdeographic
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }

    private static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\n" || scalar == "\r"
    }

    private static func isDecoration(_ scalar: Unicode.Scalar) -> Bool {
        isSpace(scalar) || "*_()[]{}\"'`$“”‘’「」【】《》".unicodeScalars.contains(scalar)
    }
}
