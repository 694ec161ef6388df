import Foundation
import GRDB
import TestSupport
import Testing
import Tracking

/// Accuracies as SQL has them, beside numbers that were worked out by hand.
@Suite struct AccuracyViewTests {
    private static let run = Small.run("11111111-0000-4000-8000-000000000000")

    /// Three questions of the humanities in two subjects and one of STEM, two repeats:
    ///
    ///     philosophy 0   1 1        1
    ///     philosophy 1   1 0        1/2
    ///     law 0          0 ?        0
    ///     physics 0      1 0        1/2
    private static let answers =
        Small.answers("philosophy", "humanities", row: 0, "11")
        + Small.answers("philosophy", "humanities", row: 1, "10")
        + Small.answers("professional_law", "humanities", row: 0, "0?")
        + Small.answers("college_physics", "stem", row: 0, "10")

    private func withAnswers(_ answers: [AnswerRecord], _ body: (Store) throws -> Void) throws {
        try Small.withStore { store in
            try store.begin(Self.run)
            try store.append(answers, to: Self.run.id)
            try body(store)
        }
    }

    private func expect(
        _ row: AccuracyEntry?, mean: Double, error: Double?, itemError: Double?, questions: Int,
        unreadable: Int, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(row?.mean == mean, sourceLocation: sourceLocation)
        for (found, right) in [(row?.standardError, error), (row?.itemStandardError, itemError)] {
            #expect((found == nil) == (right == nil), sourceLocation: sourceLocation)
            if let found, let right {
                #expect(abs(found - right) < 1e-15, sourceLocation: sourceLocation)
            }
        }
        #expect(row?.questions == questions, sourceLocation: sourceLocation)
        #expect(row?.unreadable == unreadable, sourceLocation: sourceLocation)
    }

    @Test func `means and both errors are those of the hand`() throws {
        try withAnswers(Self.answers) { store in
            let rows = try store.accuracies(of: [Self.run.id])
            #expect(rows.map(\.category) == ["all", "humanities", "stem"])
            #expect(rows.allSatisfy { $0.repeats == 2 && $0.model == "adapted" && $0.shots == 0 })
            // Humanities: repeats 2/3 and 1/3, so a deviation of √(1/18) and an error of 1/6.
            // Questions 1, 1/2, 0: a deviation of 1/2, over √3.
            expect(
                rows[1], mean: 0.5, error: 1 / 6, itemError: 0.5 / 3.0.squareRoot(), questions: 3,
                unreadable: 1)
            // One question: repeats 1 and 0, a deviation of √(1/2) over √2.
            expect(rows[2], mean: 0.5, error: 0.5, itemError: nil, questions: 1, unreadable: 0)
            // All: repeats 3/4 and 1/4; questions 1, 1/2, 0, 1/2: squares 1/2 over 3, over √4.
            expect(
                rows[0], mean: 0.5, error: 0.25, itemError: (1.0 / 6).squareRoot() / 2,
                questions: 4, unreadable: 1)
            let subjects = try store.subjectAccuracies(of: [Self.run.id])
            #expect(
                subjects.map(\.subject) == ["philosophy", "professional_law", "college_physics"])
            // Repeats 1 and 1/2; questions 1 and 1/2.
            expect(
                subjects[0], mean: 0.75, error: 0.25, itemError: 0.25, questions: 2, unreadable: 0)
            expect(subjects[1], mean: 0, error: 0, itemError: nil, questions: 1, unreadable: 1)
            let questions = try store.questions(of: [Self.run.id])
            #expect(questions.map(\.correct) == [1, 2, 1, 0])
        }
    }

    @Test func `a repeat alone has no spread`() throws {
        try withAnswers(Small.answers("philosophy", "humanities", row: 0, "1")) { store in
            let row = try store.accuracies(of: [Self.run.id]).first
            expect(row, mean: 1, error: nil, itemError: nil, questions: 1, unreadable: 0)
        }
    }

    @Test func `models, scales and shots are kept apart`() throws {
        let half = Self.answers.map { answer in
            var answer = answer
            answer.adapterScale = 0.5
            answer.correct = false
            return answer
        }
        let more =
            Small.answers("philosophy", "humanities", row: 0, "00", model: "base")
            + Small.answers("philosophy", "humanities", row: 0, "00", shots: 7)
        try withAnswers(Self.answers + half + more) { store in
            let rows = try store.accuracies(of: [Self.run.id]).filter { $0.category == "all" }
            #expect(rows.map(\.model) == ["base", "adapted", "adapted", "adapted"])
            #expect(rows.map(\.adapterScale) == [0, 0.5, 1, 1])
            #expect(rows.map(\.shots) == [0, 0, 0, 7])
            #expect(rows.map(\.mean) == [0, 0, 0.5, 0])
        }
    }

    @Test func `a question that lacks repeats is left out and counted`() throws {
        let half =
            Small.answers("virology", "other", row: 0, "1")
            + Small.answers("philosophy", "humanities", row: 2, "?")
        try withAnswers(Self.answers + half) { store in
            let rows = try store.accuracies(of: [Self.run.id])
            #expect(rows.map(\.category) == ["all", "humanities", "stem"])
            expect(
                rows[0], mean: 0.5, error: 0.25, itemError: (1.0 / 6).squareRoot() / 2,
                questions: 4, unreadable: 1)
            expect(
                rows[1], mean: 0.5, error: 1 / 6, itemError: 0.5 / 3.0.squareRoot(), questions: 3,
                unreadable: 1)
            #expect(rows.map(\.incomplete) == [2, 1, 0])
        }
    }

    @Test func `all has the spread within categories where each has two questions`() throws {
        let more = Small.answers("college_physics", "stem", row: 1, "11")
        try withAnswers(Self.answers + more) { store in
            let rows = try store.accuracies(of: [Self.run.id])
            // Humanities 1, 1/2, 0: variance 1/4; STEM 1/2, 1: variance 1/8. Of five questions:
            // (3/5)² / 4 / 3 + (2/5)² / 8 / 2.
            expect(
                rows[0], mean: 0.6, error: 0.2, itemError: (0.03 + 0.01).squareRoot(),
                questions: 5, unreadable: 1)
        }
    }

    @Test func `the views that any SQLite reads say the same`() throws {
        try withAnswers(Self.answers) { store in
            let rows = try DatabaseQueue(path: store.path).read {
                try Row.fetchAll($0, sql: "SELECT * FROM accuracy ORDER BY category")
            }
            #expect(rows.map { $0["category"] as String } == ["all", "humanities", "stem"])
            #expect(rows.map { $0["mean"] as Double } == [0.5, 0.5, 0.5])
            #expect(abs((rows[0]["standardError"] as Double) - 0.25) < 1e-15)
            let subjects = try DatabaseQueue(path: store.path).read {
                try Int.fetchAll($0, sql: "SELECT questions FROM subjectAccuracy ORDER BY subject")
            }
            #expect(subjects == [1, 2, 1])
        }
    }
}
