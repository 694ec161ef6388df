import Benchmarks
import Testing

@testable import Scoring

@Suite struct AccuracyTableTests {
    /// Answers of one question; a point is unreadable.
    private func answers(
        _ subject: String, _ row: Int, right: Letter, shots: Int = 0, _ given: String
    ) -> [Answer] {
        given.enumerated().map { repetition, letter in
            Answer(
                question: QuestionID(subject: subject, split: .test, row: row), shots: shots,
                repetition: repetition, answer: right, chosen: Letter(rawValue: String(letter)),
                evidence: .text(""))
        }
    }

    @Test func `groups are micro averages over their questions`() throws {
        let table = try AccuracyTable(
            answers("philosophy", 0, right: .a, "A") + answers("philosophy", 1, right: .a, "B")
                + answers("philosophy", 2, right: .c, "C")
                + answers("world_religions", 0, right: .d, "D")
                + answers("astronomy", 0, right: .b, "A"))
        #expect(table.categories.map(\.group) == ["humanities", "stem", "all"])
        #expect(table.categories.map(\.accuracy.mean) == [3.0 / 4, 0, 3.0 / 5])
        #expect(table.categories.map(\.accuracy.questionCount) == [4, 1, 5])
        #expect(table.subjects.map(\.group) == ["astronomy", "philosophy", "world_religions"])
        #expect(table.subjects.map(\.accuracy.mean) == [0, 2.0 / 3, 1])
        #expect(table["stem", shots: 0]?.accuracy.itemStandardError == nil)
        #expect(table["humanities", shots: 0]?.accuracy.standardError == nil)
        #expect(table["other", shots: 0] == nil)
        // Of 1, 0, 1, 1: the sample deviation is 1/2, over √4.
        #expect(table["humanities", shots: 0]?.accuracy.itemStandardError == 0.25)
    }

    @Test func `repeats give the error over repeats`() throws {
        // Repeats: 1, 1/2, 0, whose sample deviation is 1/2; questions: 2/3 and 1/3.
        let table = try AccuracyTable(
            answers("philosophy", 0, right: .a, "AAB") + answers("philosophy", 1, right: .b, "BAA"))
        let row = try #require(table["humanities", shots: 0])
        #expect(row.accuracy.mean == 0.5)
        #expect(row.accuracy.repeatCount == 3)
        let error = try #require(row.accuracy.standardError)
        #expect(abs(error - 0.5 / 3.0.squareRoot()) < 1e-12)
        let itemError = try #require(row.accuracy.itemStandardError)
        #expect(abs(itemError - 1.0 / 6) < 1e-12)
    }

    @Test func `repeats are told apart by their number, not by their order`() throws {
        let inOrder =
            answers("philosophy", 0, right: .a, "AAB") + answers("philosophy", 1, right: .b, "BAA")
        let accuracy = try AccuracyTable(inOrder)["all", shots: 0]?.accuracy
        #expect(try AccuracyTable(inOrder.reversed())["all", shots: 0]?.accuracy == accuracy)
    }

    @Test func `an unreadable answer is wrong and counted`() throws {
        let table = try AccuracyTable(
            answers("philosophy", 0, right: .a, "A.") + answers("astronomy", 0, right: .b, ".."))
        #expect(table["humanities", shots: 0]?.unreadable == 1)
        #expect(table["humanities", shots: 0]?.accuracy.mean == 0.5)
        #expect(table["all", shots: 0]?.unreadable == 3)
        #expect(table["all", shots: 0]?.accuracy.mean == 0.25)
    }

    @Test func `numbers of shots are rows apart`() throws {
        let table = try AccuracyTable(
            answers("philosophy", 0, right: .a, shots: 7, "A")
                + answers("philosophy", 0, right: .a, shots: 0, "B"))
        #expect(table.categories.map(\.shots) == [0, 0, 7, 7])
        #expect(table["humanities", shots: 0]?.accuracy.mean == 0)
        #expect(table["humanities", shots: 7]?.accuracy.mean == 1)
    }

    @Test func `questions with unlike repeats are refused`() throws {
        #expect(throws: (any Error).self) {
            try AccuracyTable(
                answers("philosophy", 0, right: .a, "AA") + answers("philosophy", 1, right: .a, "A")
            )
        }
    }
}
