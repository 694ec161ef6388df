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
            // The first passage decides: what follows is about another question.
            ("The answer is A.\n\nWhat falls?\nA. Up\nAnswer: The answer is B.", .a),
            // "No" corrects what stands before.
            ("The answer is A. No, the answer is B.", .b),
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
            // Other words for a statement, and words within it.
            ("The correct option is (C).", .c), ("The correct choice is D", .d),
            ("The answer would be B.", .b), ("The answer must be A!", .a),
            ("The answer is most likely B.", .b), ("The answer is therefore (D).", .d),
            ("The answer is the letter A.", .a), ("**Answer is: Choice C**", .c),
            ("I'm not sure, but the answer is B.", .b), ("The answer is A, D is wrong.", .a),
            ("The answer is A, not B.", .a), ("The answer is B, because a stone falls.", .b),
            // What is denied is not the answer, what is put in its place is.
            ("The answer is not A but C.", .c), ("The answer is not (A), but (C)", .c),
            ("I don't think the answer is A. The answer is B.", .b),
            ("If the answer is A, tea is cold. So the answer is C.", .c),
            ("The answer is A? No: the answer is D.", .d),
            // LaTeX.
            ("\\boxed{C}", .c), ("So $\\boxed{\\text{B}}$.", .b),
            ("The answer is $\\boxed{D}$.", .d), ("The answer is \\textbf{A}", .a),
            ("\\boxed{42} is the number, and the answer is C.", .c),
            // Full width and Chinese.
            ("The answer is Ｂ", .b), ("（Ｃ）", .c), ("答案是B", .b), ("答案是B，因为茶是热的。", .b),
            ("正确答案为：C。", .c), ("答案：B", .b), ("答案: D。因为", .d), ("所以选B。", .b), ("我选择C", .c),
            ("故选：D", .d), ("选B", .b), ("不选A，答案是选项D", .d), ("答案是【A】", .a),
            // Lines that end in an answer.
            ("So, final answer: B.", .b), ("**Final Answer:** (C)", .c), ("Option B", .b),
            ("Choice (D).", .d),
            // Loops, and texts cut short.
            ("The answer is A. The answer is A. The answer is A. The ans", .a),
            ("B\nB\nB\nB", .b), ("Fire is hot.\nThe answer is D", .d),
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
        // Refusals.
        "I cannot answer this question.", "I'm sorry, but I can't choose between A and B.",
        "None of the above.", "As an AI, I have no answer.",
        // Prose: "a" and "I" are words.
        "a stone falls", "I think a stone falls, as I said.", "The answer is a", "b is a letter",
        "I believe it is a or b",
        // Denied or supposed.
        "I don't think the answer is A.", "The answer is not A.", "The answer isn't B.",
        "If the answer is A, tea is cold.", "I do not know whether the answer is C.",
        "The answer is A?", "不选B", "如果选B", "选项B是错的", "我不认为应选A",
        "The answer is not A or B but",
        // Several.
        "The answer is A, C.", "The answer is A, B, and D.", "The answer is both A and B.",
        "答案是A或B", "答案是A、C", "A. B. C. D.", "A) Up B) Down", "(A) Up (B) Down (C) Light",
        "Answer: A\nAnswer: B", "Option A\nOption B", "答案：A\n答案：B",
        // A choice discussed is no choice made; a text cut short has no letter yet.
        "Option A: Up is not right because", "Answer: B is wrong", "The answer is (", "答案是",
        "\\boxed{", "\\boxed{42}", "The answer is An apple", "Answer:",
    ])
    func `what has no letter or several is unreadable`(text: String) {
        #expect(AnswerReader.letter(in: text) == nil)
    }
}
