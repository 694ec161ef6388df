import Foundation
import Testing

@testable import Benchmarks

/// Files of solved questions by subject, as `mmlu-cot.json` is.
@Suite struct ExemplarsTests {
    private let world: World
    private let tea = Question(
        id: QuestionID(subject: "virology", split: .dev, row: 3),
        question: "Which  $x_1$ warms tea?", choices: ["Fire", "Ice", "A (B) stone", "None"],
        answer: .c)

    init() throws { world = try World() }

    private func book(_ text: String, _ subject: String = "virology") throws -> RationaleIndex {
        let data = try JSONEncoder().encode([subject: text])
        let file = try world.write(String(decoding: data, as: UTF8.self), to: "cot.json")
        return try RationaleIndex(files: [file])
    }

    private let header = "The following are multiple choice questions (with answers) about it."

    private func solved(_ answer: String = "C", choices: String = "(A) Fire (B) Ice") -> String {
        header + """


            Q: Which x_1 warms
            tea?
            \(choices) (C) A (B) stone (D) None
            A: Let's think step by step. A stone is warm.
            So it is. The answer is (\(answer)).

            Q: What else?
            (A) 1
            (B) 2
            (C) 3
            (D) 4
            A: Let's think step by step. Count to two. The answer is (B).
            """
    }

    @Test func `reasoning is found by letters and digits, without opening and answer`() throws {
        let book = try book(solved())
        #expect(book.count == 2)
        #expect(book.rationale(for: tea) == "A stone is warm.\nSo it is.")
        var other = tea
        other.id.split = .val
        #expect(book.rationale(for: other) == "A stone is warm.\nSo it is.")
        let lines = Question(
            id: tea.id, question: "What else?", choices: ["1", "2", "3", "4"], answer: .b)
        #expect(book.rationale(for: lines) == "Count to two.")
    }

    @Test func `another subject, answer, choice or order of choices has none`() throws {
        let book = try book(solved())
        var other = tea
        other.answer = .a
        #expect(book.rationale(for: other) == nil)
        other = tea
        other.id.subject = "anatomy"
        #expect(book.rationale(for: other) == nil)
        other = tea
        other.choices[0] = "Fires"
        #expect(book.rationale(for: other) == nil)
        other = tea
        other.choices.swapAt(0, 1)
        #expect(book.rationale(for: other) == nil)
    }

    @Test func `shots show exemplars' reasoning where all have it`() throws {
        let prefix = PromptPrefix(
            PlainCoT(), topic: "virology", shots: [tea], rationales: try book(solved()))
        #expect(prefix.showsRationales)
        #expect(
            prefix.text.hasSuffix(
                "Answer: A stone is warm.\nSo it is. The answer is C.\n\n"))
    }

    @Test func `what is no such file is refused with what would be right`() throws {
        let path = world.folder.appending(path: "cot.json").path
        #expect(
            refusal { try book(solved(), "virolgy") }
                == "\(path): has a text for 'virolgy', which is no subject of MMLU; did you mean"
                + " 'virology'?")
        for text in ["", header, header + "\n\nQ: Why?\nA: Because."] {
            #expect(
                refusal { try book(text) }
                    == "\(path): the text for virology has no solved question; 'Q:' with"
                    + " choices '(A)' to '(D)', then 'A:' with reasoning that ends in 'The answer"
                    + " is (X).' is needed")
        }
        #expect(try book(solved("E")).count == 1)
    }
}
