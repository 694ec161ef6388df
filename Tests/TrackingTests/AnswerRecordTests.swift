import Benchmarks
import Scoring
import Testing

@testable import Basics
@testable import Tracking

@Suite struct AnswerRecordTests {
    @Test func `an answer by letter has log-probabilities and margin`() throws {
        let answer = Answer(
            question: QuestionID(subject: "philosophy", split: .test, row: 4), shots: 7,
            repetition: 0, answer: .b, chosen: .d, evidence: .letters([-3, -2, -4, -0.5]))
        #expect(
            try AnswerRecord(answer, of: .base, scoring: .letter, prompt: "hendrycks").json.line
                == """
                {"model": "base", "adapter_scale": 0.0, "subject": "philosophy", "split": "test", \
                "row": 4, "shots": 7, "repeat": 0, "scoring": "letter", "prompt": "hendrycks", \
                "answer": "B", "chosen": "D", "correct": false, \
                "logprobs": [-3.0, -2.0, -4.0, -0.5], "margin": 1.5}
                """)
    }

    @Test func `an answer by choice has the choices' sums and lengths`() throws {
        let answer = Answer(
            question: QuestionID(subject: "virology", split: .val, row: 1), shots: 0,
            repetition: 0, answer: .a, chosen: .a,
            evidence: .choices(logprobs: [-3, -2, -4, -0.5], bytes: [9, 1, 2, 30]))
        #expect(
            try AnswerRecord(answer, of: .base, scoring: .choice, prompt: "continuation").json.line
                .hasSuffix(
                    """
                    "scoring": "choice", "prompt": "continuation", "answer": "A", "chosen": "A", \
                    "correct": true, "choice_logprobs": [-3.0, -2.0, -4.0, -0.5], \
                    "choice_bytes": [9, 1, 2, 30]}
                    """))
    }

    @Test func `an answer by text has the text, unreadable is null`() throws {
        let answer = Answer(
            question: QuestionID(subject: "virology", split: .test, row: 0), shots: 0,
            repetition: 2, answer: .a, chosen: nil, evidence: .text("hm\n"))
        #expect(
            try AnswerRecord(
                answer, of: .adapted(scale: 0.5), scoring: .generate, prompt: "plain-cot"
            ).json.line == """
                {"model": "adapted", "adapter_scale": 0.5, "subject": "virology", \
                "split": "test", "row": 0, "shots": 0, "repeat": 2, "scoring": "generate", \
                "prompt": "plain-cot", "answer": "A", "chosen": null, "correct": false, "text": "hm\\n"}
                """)
    }

    @Test(arguments: [
        Answer.Evidence.text("a \"b\"\nü"), .letters([-0.1, -12.345678901234567, -1e-9, -3]),
        .choices(logprobs: [-1, -2.5, -1e-9, -30], bytes: [3, 14, 1, 5]),
    ])
    func `a line and a row of the store give the answer back`(evidence: Answer.Evidence) throws {
        let answer = Answer(
            question: QuestionID(subject: "virology", split: .val, row: 3),
            questionHash: "0123456789abcdef", shots: 7, repetition: 1, answer: .c, chosen: nil,
            evidence: evidence)
        var record = AnswerRecord(
            answer, of: .adapted(scale: 0.5), scoring: .choice, prompt: "hendrycks")
        let read = try #require(AnswerRecord(line: try record.json.line.utf8))
        #expect(read == record)
        #expect(read.observation == answer)
        #expect(read.answeringModel == .adapted(scale: 0.5))
        record.category = "other"
        try Small.withStore { store in
            let run = Small.run("a")
            try store.begin(run)
            try store.append([record], to: run.id)
            // The store has the prompt with the run.
            record.prompt = nil
            #expect(try store.answers(of: run.id) == [record])
        }
    }
}
