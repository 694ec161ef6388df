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
        ("It lives in a meadow. The answer is B.", Rejection.wrongLetter),
        ("The answer is C.", .noReasoning),
        ("So, the answer is C.", .noReasoning),
        ("", .empty),
        (" \n ", .empty),
        ("It lives somewhere.", .unreadable),
        ("I'm sorry, but I can't help with that.", .refusal),
        ("I’m unable to answer.", .refusal),
        ("It is so. The answer is C. No: the answer is D.", .severalAnswers),
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
