import Testing

@testable import Benchmarks

@Suite struct AnswerReaderTests {
    @Test(
        arguments: [
            ("Tea is warm. The answer is B.", .b),
            (" The answer is C.", .c),
            ("the ANSWER  is d", .d),
            ("So the answer is b.", .b),
            ("The answer is (B)", .b),
            ("The answer is **B.**", .b),
            ("The answer is: **B**.", .b),
            ("The answer is B) Paris", .b),
            ("The correct answer is option C: snow", .c),
            ("The answer is\n\nA", .a),
            ("The answer is A because of B.", .a),
            ("The answer is \"D\".", .d),
            // The first statement decides: what follows is about another question.
            ("The answer is A.\n\nWhat falls?\nA. Up\nAnswer: The answer is B.", .a),
            ("The answer is A. No, the answer is B.", .a),
            // Words behind "answer is" that are no letter are passed over.
            ("The answer is not A. The answer is B.", .b),
            ("The answer is X. The answer is C.", .c),
            ("The answer is a stone. The answer is C.", .c),
            ("The answer is Aristotle. So the answer is D.", .d),
            ("The answer is A or A.", .a),
            // A lone letter.
            ("B", .b), (" B\n", .b), ("(C)", .c), ("**D.**", .d), ("b", .b), ("C.", .c), ("B)", .b),
            ("B. Paris", .b), ("(B) Paris", .b), ("**B**: Paris", .b), ("Answer: B", .b),
            ("Tea is warm.\n\nB", .b), ("B\n\nB. Paris", .b),
        ] as [(String, Letter)])
    func `the letter is read`(text: String, letter: Letter) {
        #expect(AnswerReader.letter(in: text) == letter)
    }

    @Test(arguments: [
        "", "   ", "I do not know.", "The answer is", "The answer is E.",
        "The answer is Aristotle.",
        "The answer is a stone.", "The answer is A or B.", "The answer is (A) and (C).",
        "The answer is A/B.", "A stone falls.", "A. Up\nB. Down", "A\nB", "D.C. is a town.", "E",
        "Because B is wrong, and A too.", "The answers is B", "A-level tea",
    ])
    func `what has no letter or several is unreadable`(text: String) {
        #expect(AnswerReader.letter(in: text) == nil)
    }
}
