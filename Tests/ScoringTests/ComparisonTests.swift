import Benchmarks
import Statistics
import Testing

@testable import Scoring

@Suite struct ComparisonTests {
    /// One answer to each of some questions, from row 0; a point is unreadable, A is right.
    private func answers(_ subject: String, shots: Int = 0, _ given: String) -> [Answer] {
        given.enumerated().map { row, letter in
            Answer(
                question: QuestionID(subject: subject, split: .test, row: row), shots: shots,
                repetition: 0, answer: .a, chosen: Letter(rawValue: String(letter)),
                evidence: .text(""))
        }
    }

    private func letters(_ margins: [Double]) -> [Answer] {
        margins.enumerated().map { row, margin in
            Answer(
                question: QuestionID(subject: "philosophy", split: .test, row: row), shots: 0,
                repetition: 0, answer: .a, chosen: .a,
                evidence: .letters([-0.1, -0.1 - margin, -4, -5]))
        }
    }

    @Test func `macro averages count subjects alike and subjects have none`() throws {
        let table = try AccuracyTable(
            answers("philosophy", "AAAB") + answers("world_religions", "BB")
                + answers("astronomy", "A"))
        let humanities = try #require(table["humanities", shots: 0])
        #expect(humanities.accuracy.mean == 0.5)
        #expect(humanities.macro?.mean == 0.375)
        #expect(humanities.macro?.subjectCount == 2)
        #expect(table["all", shots: 0]?.macro?.mean == 1.75 / 3)
        #expect(table.subjects.allSatisfy { $0.macro == nil })
    }

    @Test func `near-ties are counted where answers have margins`() throws {
        let table = try AccuracyTable(letters([0, 0.1, 0.124, 0.126, 3]))
        #expect(table["all", shots: 0]?.nearTies == 3)
        #expect(table.subjects.first?.nearTies == 3)
        #expect(try AccuracyTable(answers("philosophy", "A"))["all", shots: 0]?.nearTies == nil)
    }

    @Test func `each category is compared on the questions that both were asked`() throws {
        let first = try AccuracyTable(
            answers("philosophy", "AABB.") + answers("astronomy", "AA")
                + answers("virology", shots: 7, "A"))
        let second = try AccuracyTable(
            answers("philosophy", "ABAA") + answers("astronomy", "BB") + answers("virology", "A"))
        let table = try ComparisonTable(first: first, second: second)
        #expect(table.rows.map(\.group) == ["humanities", "stem", "all"])
        #expect(table.rows.map(\.questionCount) == [4, 2, 6])
        #expect(table.rows.map(\.micro.signFlip.gainedCount) == [2, 0, 2])
        #expect(table.rows.map(\.micro.signFlip.lostCount) == [1, 2, 3])
        for (row, mean) in zip(table.rows, [0.25, -1, -1.0 / 6]) {
            #expect(abs(row.micro.mean - mean) < 1e-12)
        }
        // The mean of +1/4 in philosophy and -1 in astronomy.
        #expect(table["all", shots: 0]?.macro.mean == -0.375)
        #expect(table["stem", shots: 0]?.micro.interval?.lower == -1)
        // philosophy 4 and virology 0, which the first did not answer 0-shot.
        let unpaired = table.pairs.values.map {
            $0.firstCount + $0.secondCount - 2 * $0.pairs.count
        }
        #expect(unpaired.reduce(0, +) == 2)
    }

    @Test func `the same answers give the same intervals in any order`() throws {
        let first = answers("philosophy", "AABBABAB") + answers("astronomy", "ABAB")
        let second = answers("philosophy", "ABAAAABB") + answers("astronomy", "AAAB")
        let one = try ComparisonTable(
            first: AccuracyTable(first), second: AccuracyTable(second))
        let other = try ComparisonTable(
            first: AccuracyTable(first.reversed()), second: AccuracyTable(second.reversed()))
        #expect(one.rows.map(\.micro) == other.rows.map(\.micro))
        #expect(one.rows.map(\.macro) == other.rows.map(\.macro))
    }

    @Test func `forgetting is the gain zero-shot and the loss behind shots`() throws {
        func table(_ zero: String, _ few: String) throws -> AccuracyTable {
            try AccuracyTable(
                answers("philosophy", zero) + answers("philosophy", shots: 7, few)
                    + answers("astronomy", zero) + answers("astronomy", shots: 7, few))
        }
        let comparison = try ComparisonTable(
            first: table("ABBB", "AAAA"), second: table("AAAB", "AAAB"))
        let report = try #require(ForgettingReport(comparison, target: .humanities))
        #expect(report.targetGain?.amount == 0.5)
        #expect(report.targetGain?.shots == 0)
        #expect(report.gains.map(\.group) == ["humanities", "stem", "all"])
        #expect(report.losses.map(\.amount) == [0.25, 0.25, 0.25])
        #expect(report.losses.map(\.shots) == [7, 7, 7])
        let row = try #require(comparison["stem", shots: 7])
        let interval = try #require(row.micro.interval)
        #expect(
            report.losses[1].interval == Interval(lower: -interval.upper, upper: -interval.lower))
        #expect(ForgettingReport(comparison, target: nil)?.targetGain == nil)
    }

    @Test func `there is no forgetting to report without both kinds of prompt`() throws {
        let zero = try AccuracyTable(answers("philosophy", "AB"))
        let few = try AccuracyTable(answers("philosophy", shots: 7, "AB"))
        #expect(
            ForgettingReport(try ComparisonTable(first: zero, second: zero), target: nil) == nil)
        #expect(ForgettingReport(try ComparisonTable(first: few, second: few), target: nil) == nil)
        #expect(try ComparisonTable(first: zero, second: few).rows.isEmpty)
    }

    @Test func `p-values are adjusted over the categories, and all is none of them`() throws {
        // Lost of 40: philosophy 8, astronomy 5, virology 0.
        func right(_ lost: Int) -> String {
            String(repeating: "B", count: lost) + String(repeating: "A", count: 40 - lost)
        }
        func table(_ lost: [Int]) throws -> AccuracyTable {
            try AccuracyTable(
                zip(["philosophy", "astronomy", "virology"], lost).flatMap {
                    answers($0, right($1))
                })
        }
        let found = try ComparisonTable(first: table([0, 0, 0]), second: table([8, 5, 0]))
        // Mid-p of 8 and of 5 discordant questions, all lost: 2⁻⁸ and 2⁻⁵; times 3, times 2.
        let p = found.rows.map(\.micro.noChangeP)
        let adjusted = found.rows.map(\.adjustedP)
        #expect(found.rows.map(\.group) == ["humanities", "stem", "other", "all"])
        #expect(try abs(#require(p[0]) - 1.0 / 256) < 1e-12)
        #expect(try abs(#require(adjusted[0]) - 3.0 / 256) < 1e-12)
        #expect(try abs(#require(adjusted[1]) - 2.0 / 32) < 1e-12)
        #expect(adjusted[2] == 1 && adjusted[3] == nil)
        // 40 questions tell nothing of two points; 120 neither; of ten they do.
        #expect(
            found.rows.map(\.verdict) == [
                .tooFewQuestions, .tooFewQuestions, .tooFewQuestions, .tooFewQuestions,
            ])
        let wide = try ComparisonTable(
            first: table([0, 0, 0]), second: table([8, 5, 0]), marginPoints: 10)
        #expect(wide["humanities", shots: 0]?.verdict == .notShown)
        // 0.0185 for 40 questions without a difference (2.706 / 42.706 = 0.063), times 3.
        let same = try #require(wide["other", shots: 0])
        #expect(try #require(same.margin).noLossP < 0.05)
        #expect(same.adjustedMarginP == 3 * (same.margin?.noLossP ?? 0))
    }

    @Test func `seeds are compared on the questions that all were asked, with both spreads`() throws
    {
        let base = RunOutcomes(answers("philosophy", "AAAAAAAAAA"))
        let seeds = try ["AAAAAAABBB", "AAAAAAAAAA", "AAAAAABBB"].map {
            (first: base, second: RunOutcomes(answers("philosophy", $0)))
        }
        let row = try #require(ComparisonTable(seeds: seeds)["humanities", shots: 0])
        #expect(row.questionCount == 9)
        #expect(row.micro.seedMeans.map { ($0 * 9).rounded() } == [-2, 0, -3])
        let one = try #require(
            ComparisonTable(seeds: Array(seeds.prefix(1)))["humanities", shots: 0])
        #expect(one.micro.seedCount == 1)
        let width = try #require(row.micro.interval)
        #expect(width.upper > 0 && width.lower < -0.19)
        // Two seeds are two values and no test.
        let two = try #require(
            ComparisonTable(seeds: Array(seeds.prefix(2)))["humanities", shots: 0])
        #expect(two.micro.interval == nil && two.adjustedP == nil && two.verdict == nil)
    }
}
