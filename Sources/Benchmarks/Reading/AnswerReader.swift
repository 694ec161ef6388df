/// Reads the chosen letter from generated text.
///
/// A letter that is read and was not meant is worse than one that is not read, so ambiguous text is
/// unreadable. The words are English, German, French, Spanish and Chinese (`AnswerWords`), in any
/// case. Reading takes these steps:
///
/// 1. *Think blocks* (`ThinkBlocks`) are left out. A text that ends inside one is unreadable.
/// 2. The text is cut where another question, list of choices or turn of a conversation begins. The
///    first passage that states anything decides: a model that continues after its answer continues
///    with other questions.
/// 3. *Statements* are looked for:
///    - plain: "the answer is X" (also "would be", "must be", "could be" …), "the correct option is
///      X", "Answer: X", `\boxed{X}`, "I choose X", "X is the correct answer", 答案是X, 选X;
///    - final: the same where the words call it final ("Final answer: X");
///    - in passing: "X is correct", "it's X", "this matches option X", "so X".
///
///    Skipped are statements without a letter ("is Aristotle"), questions ("is A?"), clauses that
///    deny, doubt or report ("I don't think the answer is A", "he says the answer is A"), sentences
///    with a condition ("if x > 0, the answer is A"), and letters that belong to other words ("B
///    vitamins", "A + B", "C_6", "A-level"). "Is not A but C" states C. "Is A or C" states several.
/// 4. Among statements of a passage a final one takes precedence over a plain one, and a plain one
///    over one in passing. Two of the same rank that differ are unreadable, except after a
///    *correction*: after "wait", "no", "scratch that", "actually", "however", 不对 and the like the
///    later one decides. An answer that is retracted and not replaced is unreadable.
/// 5. *Lines*, where there is no statement: lines that are an answer and nothing else ("B", "(B)",
///    "Option B"), and a first or last line that begins as one ("B. Paris", "A, because …"). All
///    lines that begin with a letter must give the same: a list of the choices has none.
///
/// White space, brackets, quotes, stars, dollars, tags and LaTeX's fonts around a letter do not
/// matter, and full-width and circled letters are read as plain ones. A small letter counts only in
/// brackets and before a sign or the end, "a" only in brackets and before a sign, for it is also a
/// word. The time is linear in the text's length.
public enum AnswerReader {
    /// The letter that the text answers with, or nil if it is unreadable.
    public static func letter(in text: String) -> Letter? { reading(of: text)?.letter }

    /// The letter that the text answers with and its position, or nil if it is unreadable.
    public static func reading(of text: String) -> AnswerReading? {
        let blocks = ThinkBlocks(text)
        for piece in blocks.pieces {
            let isLast = !blocks.isOpen && piece.endIndex == text.endIndex
            var passages = AnswerPassage.passages(of: piece)
            // Before a think block only an answer counts that ends before another question.
            if !isLast { passages = passages.dropLast() }
            for passage in passages {
                switch passage.outcome() {
                case .silent: continue
                case .unreadable: return nil
                case .answered(let reading): return reading
                }
            }
        }
        return nil
    }
}

/// A letter that a text answers with, and where.
public struct AnswerReading: Equatable, Sendable {
    public let letter: Letter
    /// From the first word of the statement to its letter.
    public let range: Range<String.Index>
    /// Whether the text stated another letter before, and corrected it.
    public let isCorrected: Bool
}

/// Reads the letter of an answer as the evaluator of the authors of arXiv 2602.23197 does.
///
/// It reads lines from the last to the first. The first with "Answer", a colon and one of A to D or
/// digits decides, in either case and without a word boundary. "Answer: Dogs" reads D, and "Answer:
/// b" or "Answer: 2" reads nothing.
enum AuthorsReader {
    /// - Returns: nil for an answer that counts as wrong.
    static func letter(in answer: String) -> Letter? {
        let pattern = /Answer\s*:\s*([A-D]|\d+)/.ignoresCase().matchingSemantics(.unicodeScalar)
        for line in answer.split(separator: "\n").reversed() {
            guard let match = line.firstMatch(of: pattern) else { continue }
            return Letter(rawValue: String(match.1))
        }
        return nil
    }
}
