import Benchmarks
import Statistics
import Testing

@testable import Scoring

/// Rows of a result table, from answers made by hand.
@Suite struct ModelTableTests {
    /// - Parameter chosen: by question of philosophy, a letter a repeat; A is correct
    private func run(_ seed: Int?, _ chosen: [String]) -> ModelTable.Run {
        ModelTable.Run(
            id: "\(seed ?? 0)", seed: seed,
            outcomes: RunOutcomes(
                chosen.enumerated().flatMap { row, letters in
                    letters.enumerated().map { repetition, letter in
                        Answer(
                            question: QuestionID(subject: "philosophy", split: .test, row: row),
                            questionHash: "\(row)", shots: 0, repetition: repetition, answer: .a,
                            chosen: Letter(rawValue: String(letter)), evidence: .text(""))
                    }
                }))
    }

    private let column = TableColumn(shots: 0, category: "humanities")

    private func cell(_ model: AnsweringModel, _ runs: [ModelTable.Run]) throws -> TableCell {
        try #require(ModelTable("", model, runs, marginPoints: 2).cells[column])
    }

    @Test func `runs of a base model are further repeats, but for copies of one`() throws {
        let first = run(nil, ["AA", "AB", "BB"])
        let pooled = try cell(.base, [first, run(nil, ["AA", "BB"])])
        // Question 2 is not common to both: 4 of 4 and 1 of 4.
        #expect(pooled.mean == 5.0 / 8 && pooled.questions == 2 && pooled.seeds == nil)
        #expect(try cell(.base, [first, first]) == cell(.base, [first]))
        #expect(try cell(.base, [first]).mean == 0.5)
    }

    @Test func `training seeds are means apart, with an interval from three on`() throws {
        let seeds = [run(0, ["A", "A"]), run(1, ["A", "B"]), run(2, ["B", "B"])]
        let one = try cell(.adapted(scale: 1), Array(seeds.prefix(1)))
        #expect(one.seeds == nil && one.bySeed == [1] && one.standardErrorOver == .questions)
        let two = try cell(.adapted(scale: 1), Array(seeds.prefix(2)))
        #expect(two.seeds == [1, 0.5] && two.standardError == nil && two.interval == nil)
        let three = try cell(.adapted(scale: 1), seeds)
        // 1, 1/2 and 0: the deviation 1/2 over the root of 3.
        #expect(abs((three.standardError ?? 0) - 0.5 / 3.0.squareRoot()) < 1e-12)
        #expect(three.standardErrorOver == .seeds && three.interval != nil)
    }

    @Test func `two models are compared on the seeds that both have, the base model on all`() throws
    {
        let base = run(nil, ["B", "B"])
        func model(_ name: String, _ runs: [ModelTable.Run]) throws -> ModelTable {
            try ModelTable(
                name, .adapted(scale: 1), runs, base: [base.outcomes], marginPoints: 2)
        }
        let models = [
            try ModelTable("base", .base, [base], marginPoints: 2),
            try model("V", [run(0, ["A", "A"]), run(1, ["A", "B"])]),
            try model("K", [run(1, ["B", "A"])]), try model("none", []),
        ]
        #expect(models[1].comparison?[column]?.micro.seedMeans == [1, 0.5])
        #expect(models[3].comparison == nil && models[3].columns.isEmpty)
        let pairs = try ModelPair.all(of: models, marginPoints: 2)
        #expect(
            pairs.map { "\($0.second) less \($0.first)" } == [
                "V less base", "K less base", "K less V",
            ])
        #expect(pairs.map(\.seeds) == [[0, 1], [1], [1]])
        #expect(pairs.map(\.row.micro.mean) == [0.75, 0.5, 0])
        #expect(pairs[2].row.adjustedP == 1 && pairs[0].row.adjustedP == nil)
        #expect(try ModelPair.all(of: Array(models.prefix(2)), marginPoints: 2).isEmpty)
    }
}
