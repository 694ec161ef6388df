import Benchmarks
import Scoring
@testable import Basics
@testable import Experiments
import Foundation
import TestSupport
import Testing

@Suite struct JSONValueTests {
    @Test func `fields keep their order`() {
        let value = JSONValue.object([
            ("z", .whole(1)), ("a", .bool(true)),
            ("m", .array([.number(0.5), .null, .string("x")])),
        ])
        #expect(value.line == "{\"z\": 1, \"a\": true, \"m\": [0.5, null, \"x\"]}")
    }

    @Test func `a document has a line for each nested part`() {
        let value = JSONValue.object([
            ("a", .array([.whole(1), .whole(2)])),
            ("b", .array([.object([("c", .whole(3))]), .object([])])), ("d", .array([])),
        ])
        #expect(
            value.document == """
                {
                  "a": [1, 2],
                  "b": [
                    {"c": 3},
                    {}
                  ],
                  "d": []
                }

                """)
    }

    @Test(arguments: [
        "plain", "quote \" and \\", "line\nfeed\r\ttab", "\u{0}\u{1f}\u{7f}", "ünï 🦊 \u{2028}",
        "a/b", "",
    ])
    func `text reads back as it was`(text: String) throws {
        let line = JSONValue.array([.string(text)]).line
        let found = try JSONDecoder().decode([String].self, from: Data(line.utf8))
        #expect(found.map { Array($0.unicodeScalars) } == [Array(text.unicodeScalars)])
        #expect(!line.contains("\n"))
    }

    @Test func `escapes are JSON's`() {
        #expect(JSONValue.string("\"\\\n\r\t\u{1}\u{7f}é").line == #""\"\\\n\r\t\u0001\u007fé""#)
    }

    @Test(arguments: [0.1, 1e-5, -2.5, 16, 1e300, 5e-324, 1.0 / 3])
    func `numbers read back as they were`(number: Double) throws {
        let line = JSONValue.array([.number(number)]).line
        #expect(try JSONDecoder().decode([Double].self, from: Data(line.utf8)) == [number])
    }

    @Test func `numbers that are not finite are null`() {
        #expect(JSONValue.array([.number(.nan), .number(-.infinity)]).line == "[null, null]")
    }
}

@Suite struct AnswerRecordTests {
    private func settings(_ flags: [String: String]) throws -> EvaluationSettings {
        try GivenLayers.evaluation(of: "d", flags)
    }

    @Test func `an answer by letter has log-probabilities and margin`() throws {
        let answer = Answer(
            question: QuestionID(subject: "philosophy", split: .test, row: 4), shots: 7,
            repetition: 0, answer: .b, chosen: .d, evidence: .letters([-3, -2, -4, -0.5]))
        #expect(
            try answer.record(.base, settings([:])).line == """
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
            try answer.record(.base, settings(["prompt": "continuation"])).line.hasSuffix(
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
            try answer.record(.adapted(scale: 0.5), settings(["prompt": "plain-cot"])).line == """
                {"model": "adapted", "adapter_scale": 0.5, "subject": "virology", \
                "split": "test", "row": 0, "shots": 0, "repeat": 2, "scoring": "generate", \
                "prompt": "plain-cot", "answer": "A", "chosen": null, "correct": false, "text": "hm\\n"}
                """)
    }
}

/// Whole numbers of files that others wrote.
@Suite struct JSONWholeNumberTests {
    @Test(arguments: [
        ("3", 3), ("-3", -3), ("3.0", 3), ("1e3", 1000), ("9223372036854775807", Int.max),
        ("9223372036854775808", nil), ("1e300", nil), ("-1e300", nil), ("0.5", nil), ("\"3\"", nil),
        ("true", nil), ("null", nil),
    ])
    func `what does not fit is no whole number, and no trap`(text: String, whole: Int?) throws {
        let value = try JSONDecoder().decode(JSONValue.self, from: Data("[\(text)]".utf8))
        #expect(value.elements.first?.whole == whole)
    }

    @Test(arguments: ["correct", "questions", "repeats", "unreadable"])
    func `a score of such numbers is refused`(field: String) throws {
        try Fixture.withTemporaryFolder { folder in
            for number in ["9223372036854775807", "1e300", "-1e300", "-1", "0.5"] {
                var fields = ["correct": "1", "questions": "2", "repeats": "1", "unreadable": "0"]
                fields[field] = number
                let line = fields.map { "\"\($0)\": \($1)" }.joined(separator: ", ")
                try "{\(line)}\n".write(
                    toFile: folder + "/evaluations.jsonl", atomically: false, encoding: .utf8)
                #expect(
                    refusal { try ValidationScore(run: folder, keeps: .last) }
                        == "\(folder)/evaluations.jsonl: does not say how the kept adapter answered; "
                        + "the file that the run wrote is needed", "\(field) \(number)")
            }
        }
    }
}
