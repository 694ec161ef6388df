import Benchmarks
import Testing

@testable import Evaluation

@Suite struct PromptBatchTests {
    private let groups: [PromptGroup]

    init() throws {
        let evaluator = try SmallModel.evaluator()
        groups = try SmallModel.groups(evaluator)
    }

    /// Tokens of a batch's pass: each suffix, and each prefix that is not computed before.
    private func cost(_ batch: PromptBatch) -> Int {
        batch.parts.reduce(0) { sum, part in
            let group = groups[part.group]
            return sum + (part.isOfMany ? 0 : group.prefix.count)
                + group.questions[part.questions].reduce(0) { $0 + $1.suffix.count }
        }
    }

    @Test(arguments: [1, 120, 300, 500, 900, 100_000])
    func `every question is asked once, in its order`(budget: Int) {
        let batches = PromptBatch.cut(groups, budget: budget)
        let asked = batches.flatMap { $0.questions(groups) }
        #expect(asked.map(\.question) == groups.flatMap { $0.questions.map(\.question) })
        #expect(asked.map(\.shots) == [0, 0, 0, 0, 2, 2, 2])
    }

    @Test(arguments: [1, 120, 300, 500, 900])
    func `only a lone question exceeds the budget`(budget: Int) {
        for batch in PromptBatch.cut(groups, budget: budget) {
            #expect(batch.questions(groups).count == 1 || cost(batch) <= budget)
        }
    }

    @Test func `a group that fits is one part, with what it shares`() {
        let largest = groups.map(\.tokenCount).max() ?? 0
        let batches = PromptBatch.cut(groups, budget: largest)
        #expect(batches.count == 2)
        for (index, batch) in batches.enumerated() {
            #expect(
                batch.parts == [
                    .init(
                        group: index, questions: groups[index].questions.indices, isOfMany: false)
                ])
        }
    }

    @Test func `a group too long for a pass takes every question that fits`() throws {
        let group = groups[1]
        let two = group.tokenCount(of: 0..<2)
        #expect(group.tokenCount > two)
        let batches = PromptBatch.cut([group], budget: two)
        #expect(
            batches.map(\.parts) == [
                [.init(group: 0, questions: 0..<2, isOfMany: true)],
                [.init(group: 0, questions: 2..<3, isOfMany: true)],
            ])
    }

    /// Prefixes of growing length, kept for several passes, in gaps that earlier ones leave.
    @Test(arguments: [12, 20, 33, 47, 60, 90])
    func `there is room for every prefix, however their lengths fall`(budget: Int) throws {
        let tokenizer = try SmallModel.tokenizer()
        let decoder = try SmallModel.decoder(tokenizer)
        let groups = (0..<24).map { index in
            PromptGroup(
                prefix: .init(repeating: 5, count: 2 + 7 * index % 23),
                suffixes: (0..<9).map { .init(repeating: 7, count: 2 + (index + 3 * $0) % 8) })
        }
        let scoring = LetterScoring(decoder: decoder, groups: groups, passTokens: budget)
        var count = 0
        try scoring.run([1, 2, 3, 4]) { batch, _ in count += batch.questions(groups).count }
        #expect(count == 24 * 9)
        // The same where passes in the middle are left out.
        var place = 0
        try scoring.run(
            [1, 2, 3, 4],
            except: { _ in
                place += 1
                return place % 3 != 0
            }, report: { _, _ in })
    }

    @Test func `what fits is one batch`() {
        let whole = groups.reduce(0) { $0 + $1.tokenCount }
        #expect(PromptBatch.cut(groups, budget: whole).count == 1)
        #expect(PromptBatch.cut(groups, budget: whole - 1).count == 2)
    }
}
