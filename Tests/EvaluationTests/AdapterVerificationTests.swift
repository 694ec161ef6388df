import Benchmarks
import Scoring
import TestSupport
import Testing

@testable import Evaluation

@Suite struct AdapterVerificationTests {
    private func answer(_ row: Int, _ logprobs: [Double]) -> Answer {
        var best = 0
        for index in logprobs.indices where logprobs[index] > logprobs[best] { best = index }
        return Answer(
            question: QuestionID(subject: "anatomy", split: .test, row: row), shots: 0,
            repetition: 0, answer: .a, chosen: Letter.allCases[best], evidence: .letters(logprobs))
    }

    @Test func `answers that differ are counted, and told from rounding`() throws {
        let applied = [
            answer(0, [-1, -2, -3, -4]), answer(1, [-1.0001, -1, -3, -4]),
            answer(2, [-1, -2, -3, -4]),
        ]
        let merged = [
            answer(0, [-1, -2, -3, -4.5]), answer(1, [-1, -1.0001, -3, -4]),
            answer(2, [-2, -1.5, -3, -4]),
        ]
        let found = try AdapterVerification(applied: applied, merged: merged, dtype: .float32)
        #expect(found.questionCount == 3)
        #expect(found.differences.map(\.question.row) == [1, 2])
        #expect(found.differences.map(\.applied) == [.b, .a])
        #expect(found.differences.map(\.merged) == [.a, .b])
        #expect(found.failures.map(\.question.row) == [2])
        #expect(found.failures[0].margin == 1)
        #expect(found.largestDifference == 1)
        let rough = try AdapterVerification(applied: applied, merged: applied, dtype: .bfloat16)
        #expect(rough.differences.isEmpty)
        #expect(rough.largestDifference == 0)
    }

    @Test func `a score that is not finite is refused`() throws {
        let good = [answer(7, [-1, -2, -3, -4])]
        let bad = [answer(7, [-1, .nan, -3, -4])]
        expectRefusal(
            "verifying an adapter: anatomy row 7 has a letter whose log-probability is not finite"
        ) { try AdapterVerification(applied: good, merged: bad, dtype: .float32) }
    }
}
