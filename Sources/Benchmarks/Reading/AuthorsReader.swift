/// Reads the letter of an answer as the evaluator of the authors of arXiv 2602.23197 does.
///
/// It reads lines from the last to the first. The first with "Answer", a colon and one of A to D or
/// digits decides, in either case and without a word boundary. "Answer: Dogs" reads D, and "Answer:
/// b" or "Answer: 2" reads nothing.
public enum AuthorsReader {
    /// - Returns: nil for an answer that counts as wrong.
    public static func letter(in answer: String) -> Letter? {
        let pattern = /Answer\s*:\s*([A-D]|\d+)/.ignoresCase().matchingSemantics(.unicodeScalar)
        for line in answer.split(separator: "\n").reversed() {
            guard let match = line.firstMatch(of: pattern) else { continue }
            return Letter(rawValue: String(match.1))
        }
        return nil
    }
}
