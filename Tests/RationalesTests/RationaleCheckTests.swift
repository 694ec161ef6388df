import Benchmarks
import Testing

@testable import Rationales

@Suite struct RationaleCheckTests {
    private func check(
        _ text: String, end: TeacherReply.End = .complete, answer: Letter = .c
    ) -> RationaleCheck {
        RationaleCheck(TeacherReply(text: text, end: end, model: "m"), answer: answer)
    }

    @Test(arguments: [
        ("It lives in a meadow. The answer is C.", "It lives in a meadow."),
        ("It lives in a meadow.\n\nThe answer is (C).\n", "It lives in a meadow."),
        ("It lives in a meadow, so the answer is C.", "It lives in a meadow."),
        ("One. Two! Three? Therefore, the correct option is **C**.", "One. Two! Three?"),
        (
            "It is warm. It lives in a meadow, so the answer is C.",
            "It is warm. It lives in a meadow."
        ),
        ("It is 3.5 m long. Thus this matches option C.", "It is 3.5 m long."),
        ("It is 3.5 m long. The final answer is: $\\boxed{C}$", "It is 3.5 m long."),
        ("It is 3.5 m long. Thus \\boxed{C}", "It is 3.5 m long."),
        ("A, B and D are false.\nC", "A, B and D are false."),
        ("兔子住在草地上。因此答案是C。", "兔子住在草地上。"),
        // A base model goes on after its answer.
        (" Its home: meadow. The answer is C.\n\nWhat goes with the wolf?", "Its home: meadow."),
    ])
    func `what stands before the answer's sentence is the rationale`(
        text: String, rationale: String
    ) {
        #expect(check(text) == .accepted(rationale: rationale))
    }

    @Test(arguments: [
        "<think>\nForest? The answer is B.\n</think>\n\n%",
        "Forest? The answer is B.\n</think>\n\n%",
        "Let me think.\n<thinking>The answer is B.</thinking>\n%",
        "[THINK]The answer is B.[/THINK]%",
        "<|channel|>analysis<|message|>B?<|end|><|start|>assistant<|channel|>final<|message|>%",
        "analysisThe answer is B?assistantfinal%",
        "<|begin_of_thought|>B?<|end_of_thought|>\n\n<|begin_of_solution|>\n%\n<|end_of_solution|>",
        "<think></think>%",
    ])
    func `think blocks are no part of a rationale`(form: String) {
        let text = form.replacing("%", with: "It lives in a meadow. The answer is C.")
        #expect(check(text) == .accepted(rationale: "It lives in a meadow."))
    }

    @Test func `a long think block does not make a short rationale too long`() {
        let thought = String(repeating: "Is it A? ", count: 4000)
        #expect(
            check("<think>\(thought)</think>It lives in a meadow. The answer is C.")
                == .accepted(rationale: "It lives in a meadow."))
    }

    @Test(arguments: [
        ("Es lebt auf der Wiese. Die richtige Antwort ist C.", "Es lebt auf der Wiese."),
        ("Es lebt auf der Wiese, daher ist die Antwort C.", "Es lebt auf der Wiese."),
        ("Il vit dans un pré. La réponse est donc C.", "Il vit dans un pré."),
        ("Vive en un prado, por lo tanto, la respuesta es C.", "Vive en un prado."),
        ("它住在草地上，所以选C。", "它住在草地上。"),
        ("It lives in a meadow, so I choose C.", "It lives in a meadow."),
        ("It lives in a meadow. C is the correct answer.", "It lives in a meadow."),
        ("It lives in a meadow.\n\n**Final Answer: C**", "It lives in a meadow."),
        ("It lives in a meadow.\n<answer>C</answer>", "It lives in a meadow."),
        (
            "A and B are too cold. Therefore the correct answer is\n\n**C. 42**",
            "A and B are too cold."
        ),
    ])
    func `the answer's sentence is found in every form that is read`(
        text: String, rationale: String
    ) {
        #expect(check(text) == .accepted(rationale: rationale))
    }

    @Test(arguments: [
        ("It lives in a meadow. The answer is B.", Rejection.wrongLetter),
        ("The answer is C.", .noReasoning),
        ("So, the answer is C.", .noReasoning),
        ("", .empty),
        (" \n ", .empty),
        ("It lives somewhere.", .unreadable),
        ("I'm sorry, but I can't help with that.", .refusal),
        ("I’m unable to answer.", .refusal),
        // D corrects C.
        ("It is so. The answer is C. No: the answer is D.", .wrongLetter),
        ("It is so. The answer is D. No: the answer is C.", .severalAnswers),
        ("It is so. The answer is C.\n\nQuestion: And now?\nThe answer is D.", .severalAnswers),
        ("It is so. The answer is C. The answer is D.", .unreadable),
        ("<think>\nIt lives in a meadow. The answer is C.", .onlyThinking),
        ("<think>\nIt lives in a meadow. The answer is C.\n</think>\n", .onlyThinking),
        ("It is so. The answer is C. <think> Or is it", .onlyThinking),
        ("[THINK]It lives in a meadow. The answer is C.[/THINK]", .onlyThinking),
        ("<|channel|>analysis<|message|>It lives in a meadow. The answer is C.", .onlyThinking),
        // What was thought is not what was written down.
        ("<think>It lives in a meadow.</think>\n\nThe answer is C.", .noReasoning),
        ("<think>The answer is C.</think>\n\nIt flies. The answer is B.", .wrongLetter),
        ("It is B or C. The answer is B or C.", .unreadable),
    ])
    func `a reply that reasons to no right letter is rejected with the reason`(
        text: String, reason: Rejection
    ) {
        #expect(check(text) == .rejected(reason))
    }

    @Test func `a text too long to be a rationale is not taken apart`() {
        let text = String(repeating: "So.\n", count: 4990) + "The answer is C."
        #expect(check(text + String(repeating: "!", count: 100)) == .rejected(.tooLong))
        #expect(Rejection.tooLong.rawValue == "too long")
    }

    @Test func `how a text ended counts before what it says`() {
        let text = "It lives in a meadow. The answer is C."
        #expect(check(text, end: .truncated) == .rejected(.truncated))
        #expect(check("", end: .truncated) == .rejected(.empty))
        #expect(check(text, end: .refused) == .rejected(.refusal))
        #expect(check("", end: .missing) == .rejected(.missing))
    }

    @Test func `an apology that answers rightly is no refusal`() {
        #expect(
            check("As an AI I reason: it is a meadow. The answer is C.")
                == .accepted(rationale: "As an AI I reason: it is a meadow."))
    }
}
