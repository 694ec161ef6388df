/// Reads the chosen letter from generated text.
public enum AnswerReader {
    /// The letter that the text answers with, or nil if it is unreadable.
    ///
    /// The first "answer is" with a letter behind it decides, because a model that goes on after
    /// its answer goes on to other questions. Case, white space, a colon, "option" or "choice", and
    /// brackets, quotes, stars and the like around the letter do not matter; "is A or B" is
    /// unreadable. Without such words, a line that is an answer by itself counts: "B", "(B)",
    /// "B. Paris", "Answer: B"; lines with different letters are unreadable.
    public static func letter(in text: String) -> Letter? {
        let text = Array(text.unicodeScalars)
        for start in text.indices {
            guard let end = matched(["answer", "is"], in: text, at: start),
                let found = statement(in: text, at: end)
            else { continue }
            return found.isAmbiguous ? nil : found.letter
        }
        let lines = text.split(whereSeparator: isLineBreak)
        let letters = Set(lines.compactMap { lone(in: Array($0)) })
        return letters.count == 1 ? letters.first : nil
    }

    private typealias Scalars = [Unicode.Scalar]

    /// A letter behind "answer is", and whether another one stands beside it.
    private static func statement(
        in text: Scalars, at start: Int
    ) -> (letter: Letter, isAmbiguous: Bool)? {
        var start = skipped(text, from: start) { isDecoration($0) || $0 == ":" }
        for word in ["option", "choice"] {
            if let end = matched([word], in: text, at: start) {
                start = skipped(text, from: end) { isDecoration($0) || $0 == ":" }
            }
        }
        guard let letter = letter(in: text, at: start) else { return nil }
        let next = skipped(text, from: start + 1, while: isDecoration)
        let joins = [["or"], ["and"], ["/"], ["&"]]
        let other = joins.lazy.compactMap { matched($0, in: text, at: next) }.first
            .flatMap { Self.letter(in: text, at: skipped(text, from: $0, while: isDecoration)) }
        return (letter, other != nil && other != letter)
    }

    /// The letter of a line that is nothing but an answer.
    private static func lone(in line: Scalars) -> Letter? {
        var start = skipped(line, from: 0, while: isDecoration)
        if let end = matched(["answer"], in: line, at: start) {
            start = skipped(line, from: end) { isDecoration($0) || $0 == ":" }
        }
        guard let letter = letter(in: line, at: start) else { return nil }
        let end = skipped(line, from: start + 1, while: isDecoration)
        guard end < line.count else { return letter }
        let stop = skipped(line, from: start + 1) { isDecoration($0) && !isSpace($0) && $0 != ")" }
        guard stop < line.count, ".):".unicodeScalars.contains(line[stop]) else { return nil }
        // "D.C." is a place.
        return stop + 1 == line.count || isDecoration(line[stop + 1]) ? letter : nil
    }

    /// The letter that stands by itself at a place: a small one only before punctuation or the end,
    /// for "a" is also a word.
    private static func letter(in text: Scalars, at index: Int) -> Letter? {
        guard index < text.count else { return nil }
        let scalar = text[index]
        guard let letter = Letter(rawValue: String(scalar).uppercased()) else { return nil }
        guard index + 1 < text.count else { return letter }
        let next = text[index + 1]
        if next.properties.isAlphabetic || next.properties.numericType != nil { return nil }
        if "-'’".unicodeScalars.contains(next), index + 2 < text.count,
            text[index + 2].properties.isAlphabetic
        {
            return nil
        }
        if scalar.properties.isLowercase {
            let end = skipped(text, from: index + 1) { isDecoration($0) && !isSpace($0) }
            guard
                end == text.count || isLineBreak(text[end])
                    || ".,;:!?".unicodeScalars.contains(text[end])
            else { return nil }
        }
        return letter
    }

    /// The place behind the words, in any case and with any white space between them.
    private static func matched(_ words: [String], in text: Scalars, at start: Int) -> Int? {
        var index = start
        for (number, word) in words.enumerated() {
            if number > 0 {
                let end = skipped(text, from: index, while: isSpace)
                guard end > index else { return nil }
                index = end
            }
            for scalar in word.unicodeScalars {
                guard index < text.count, String(text[index]).lowercased() == String(scalar)
                else { return nil }
                index += 1
            }
        }
        if let last = words.last?.unicodeScalars.last, last.properties.isAlphabetic,
            index < text.count, text[index].properties.isAlphabetic
        {
            return nil
        }
        return index
    }

    private static func skipped(
        _ text: Scalars, from start: Int, while condition: (Unicode.Scalar) -> Bool
    ) -> Int {
        var index = start
        while index < text.count, condition(text[index]) { index += 1 }
        return index
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }

    private static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\n" || scalar == "\r"
    }

    private static func isDecoration(_ scalar: Unicode.Scalar) -> Bool {
        isSpace(scalar) || "*_()[]{}\"'`$“”‘’".unicodeScalars.contains(scalar)
    }
}
