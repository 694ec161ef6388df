/// Reads the chosen letter from generated text.
///
/// A letter that is read and was not meant is worse than one that is not read, so what could mean
/// two things is unreadable. Full-width characters are read as their narrow forms. In this order:
///
/// 1. *Statements.* "answer is X" (also "would be", "must be", "should be"), "correct option is X",
///    "correct choice is X", `\boxed{X}`, 答案是X, 答案为X and 选X, in any case. The first statement
///    decides, because a model that goes on after its answer goes on to other questions. Passed over
///    are those without a letter ("is Aristotle"), questions ("is A?"), and clauses that deny or
///    suppose ("I don't think the answer is A", "if the answer is A", 不选A). "is not A but C" states
///    C; "is A or C", "is A, C" make the whole text unreadable.
/// 2. *Lines*, where there is no statement: lines that are an answer and nothing else ("B", "(B)",
///    "**B.**", "Option B"), that begin as one ("B. Paris", "Answer: B) Paris"), or that end in one
///    ("So, final answer: B."), and 答案：B. All such lines must give the same letter: a list of the
///    choices has none.
///
/// White space, brackets, quotes, stars and dollars around a letter do not matter. A letter stands by
/// itself: "A-level" and "D.C." have none, and a small one counts only before punctuation or the
/// end, "a" only before punctuation, for it is also a word.
public enum AnswerReader {
    /// The letter that the text answers with, or nil if it is unreadable.
    public static func letter(in text: String) -> Letter? {
        let text = AnswerText(text)
        for start in text.scalars.indices {
            guard text.has(firsts, at: start), let end = stated(in: text, at: start)
            else { continue }
            switch statement(in: text, at: end) {
            case .none: continue
            case .letter(let letter): return letter
            case .several: return nil
            }
        }
        let letters = Set(text.lines.compactMap(lineLetter))
        return letters.count == 1 ? letters.first : nil
    }

    private enum Statement {
        case none
        case letter(Letter)
        case several
    }

    /// What statements begin with.
    private static let firsts: Set<Unicode.Scalar> = ["a", "c", "\\", "答", "选"]
    private static let openings = [
        ["answer", "is"], ["answer", "would", "be"], ["answer", "must", "be"],
        ["answer", "should", "be"], ["correct", "option", "is"], ["correct", "choice", "is"],
    ]
    /// Words that may stand between an opening and its letter.
    private static let fillers = [
        ["most", "likely"], ["likely"], ["probably"], ["clearly"], ["definitely"], ["therefore"],
        ["thus"], ["simply"], ["the"], ["letter"], ["option"], ["choice"],
    ]
    /// Words by which a clause denies or supposes what it says.
    private static let doubts: Set = [
        "not", "never", "cannot", "nor", "if", "whether", "unless", "doubt", "suppose", "assume",
        "assuming",
    ]

    /// The place behind words that state an answer.
    private static func stated(in text: AnswerText, at start: Int) -> Int? {
        if let end = text.matched("\\boxed{", at: start) { return end }
        if let end = text.matched("答案是", at: start) ?? text.matched("答案为", at: start) {
            return text.matched("选项", at: end) ?? end
        }
        if let end = text.matched("选", at: start) {
            return isChosenInChinese(text, start) ? text.matched("择", at: end) ?? end : nil
        }
        let found = openings.lazy.compactMap { text.matched($0, at: start) }.first
        guard let end = found, !text.clause(before: start).contains(where: isDoubt) else {
            return nil
        }
        return end
    }

    private static func isDoubt(_ word: String) -> Bool {
        doubts.contains(word) || word.hasSuffix("n't") || word.hasSuffix("n’t")
    }

    /// Whether 选 means "I choose" here: it begins a clause or follows a word for it, undenied.
    private static func isChosenInChinese(_ text: AnswerText, _ start: Int) -> Bool {
        let before = text.scalars[..<start]
        guard !before.suffix(4).contains(where: "不别勿".unicodeScalars.contains) else { return false }
        guard let last = before.last else { return true }
        return !last.properties.isAlphabetic || "故应该以此我题要答就".unicodeScalars.contains(last)
    }

    /// What stands behind the words of a statement.
    private static func statement(in text: AnswerText, at start: Int) -> Statement {
        var start = text.passing(start, colons: true)
        while let end = fillers.lazy.compactMap({ text.matched($0, at: start) }).first {
            start = text.passing(end, colons: true)
        }
        if let end = text.matched(["not"], at: start) {
            guard let denied = text.letter(at: text.passing(end)) else { return .none }
            var next = text.passing(denied.end)
            if let comma = text.matched(",", at: next) { next = text.passing(comma) }
            guard let but = text.matched(["but"], at: next) else { return .none }
            start = text.passing(but)
        }
        guard let found = text.letter(at: start) else { return .none }
        var next = text.passing(found.end)
        if text.matched("?", at: next) != nil { return .none }
        for join in [["or"], ["and"], ["/"], ["&"], ["、"], ["或"], ["和"]] {
            guard let end = text.matched(join, at: next),
                let other = text.letter(at: text.passing(end))
            else { continue }
            return other.letter == found.letter ? .letter(found.letter) : .several
        }
        if let comma = text.matched(",", at: next),
            let other = text.letter(at: text.passing(comma)), other.letter != found.letter
        {
            // "A, C." are two answers; "A, D is wrong" is one.
            next = text.passing(other.end)
            let isList =
                next == text.scalars.count || ".,;\n".unicodeScalars.contains(text.scalars[next])
                || [["or"], ["and"]].contains { text.matched($0, at: next) != nil }
            if isList { return .several }
        }
        return .letter(found.letter)
    }

    /// The letter of a line that is, begins with or ends in nothing but an answer.
    private static func lineLetter(_ line: AnswerText) -> Letter? {
        let start = line.passing(0)
        if let word = line.matched(["option"], at: start) ?? line.matched(["choice"], at: start) {
            guard let found = line.letter(at: line.passing(word)) else { return nil }
            return line.isEnd(found.end) ? found.letter : nil
        }
        for place in line.scalars.indices {
            if let word = line.matched("答案", at: place),
                let colon = line.matched(":", at: line.passing(word)),
                let found = line.letter(at: line.passing(colon))
            {
                return found.letter
            }
            if let word = line.matched(["answer"], at: place),
                let colon = line.matched(":", at: line.passing(word)),
                let found = line.letter(at: line.passing(colon)), line.isEnd(found.end)
            {
                return found.letter
            }
        }
        let word = line.matched(["answer"], at: start)
        guard let found = line.letter(at: word.map { line.passing($0, colons: true) } ?? start)
        else { return nil }
        if line.isEnd(found.end, stops: "") { return found.letter }
        return line.isLabel(found.end) && !line.hasLabel(after: found.end, but: found.letter)
            ? found.letter : nil
    }
}
