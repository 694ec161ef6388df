import Basics
import Foundation

/// Solved questions with their reasoning, in the format of Flan's and chain-of-thought-hub's
/// `mmlu-cot.json`: an object with a text for each subject.
///
/// A text is a header and, for each question,
///
///     Q: {question}
///     (A) {a} (B) {b} (C) {c} (D) {d}
///     A: Let's think step by step. {reasoning} The answer is (X).
///
/// The choices follow line breaks or blanks. The texts differ from the CSV files in some bytes. A
/// question is therefore found by its subject and by the letters and digits of question and
/// choices, in order. Six of 282 are not found, because the file's damage changed these characters.
struct Exemplars: Sendable {
    private var reasonings: [Key: String] = [:]

    private struct Key: Hashable {
        let subject: String
        /// Letters and digits of question and choices.
        let content: String
        let answer: Letter
    }

    var count: Int { reasonings.count }

    /// Adds the exemplars of a file; they replace existing ones of the same question.
    mutating func add(_ other: Exemplars) { reasonings.merge(other.reasonings) { $1 } }

    init() {}

    /// - Parameters:
    ///   - texts: by subject
    ///   - name: the file's name in errors
    /// - Throws: `InputError` for an unknown subject, and for a text in which no question can
    ///   be read.
    init(_ texts: [String: String], named name: String) throws {
        for (subject, text) in texts.sorted(by: { $0.key < $1.key }) {
            guard Subjects.all.contains(where: { $0.name == subject }) else {
                throw InputError(
                    "\(name): has a text for '\(subject)', which is no subject of MMLU"
                        + suggestion(for: subject, in: Subjects.all.map(\.name)))
            }
            let solved = text.components(separatedBy: "\n\nQ: ").dropFirst()
                .compactMap { Self.solved($0, subject: subject) }
            guard !solved.isEmpty else {
                throw InputError(
                    "\(name): the text for \(subject) has no solved question; 'Q:' with choices"
                        + " '(A)' to '(D)', then 'A:' with reasoning that ends in 'The answer is"
                        + " (X).' is needed")
            }
            for (key, reasoning) in solved { reasonings[key] = reasoning }
        }
    }

    /// The reasoning, without its opening words and the answer sentence.
    func reasoning(for question: Question) -> String? {
        if reasonings.isEmpty { return nil }
        let content =
            Self.folded(question.question)
            + zip(["a", "b", "c", "d"], question.choices).map { $0 + Self.folded($1) }.joined()
        return reasonings[
            Key(subject: question.id.subject, content: content, answer: question.answer)]
    }

    private static func solved(_ text: String, subject: String) -> (Key, String)? {
        guard let cut = text.range(of: "\nA: ") else { return nil }
        var reasoning = text[cut.upperBound...].trimmed
        let opening = "Let's think step by step."
        if reasoning.hasPrefix(opening) {
            reasoning = reasoning.dropFirst(opening.count).trimmed
        }
        for letter in Letter.allCases {
            let ending = "The answer is (\(letter.rawValue))."
            guard reasoning.hasSuffix(ending) else { continue }
            reasoning = reasoning.dropLast(ending.count).trimmed
            guard !reasoning.isEmpty else { return nil }
            let content = folded(String(text[..<cut.lowerBound]))
            return (Key(subject: subject, content: content, answer: letter), reasoning)
        }
        return nil
    }

    /// Letters and digits alone, in lower case.
    private static func folded(_ text: String) -> String {
        var folded = String.UnicodeScalarView()
        for scalar in text.lowercased().unicodeScalars
        where scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
            folded.append(scalar)
        }
        return String(folded)
    }
}
