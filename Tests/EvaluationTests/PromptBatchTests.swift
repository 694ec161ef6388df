import Benchmarks
import Testing

@testable import Evaluation

@Suite struct PromptBatchTests {
    private let groups: [PromptGroup]

    init() throws {
        let evaluator = try SmallModel.evaluator()
        groups = try SmallModel.groups(evaluator)
    }

    /// Tokens of a batch: each prefix once, each suffix, and so many beside each.
    private func cost(_ batch: PromptBatch, extra: Int) -> Int {
        batch.parts.reduce(0) { sum, part in
            let group = groups[part.group]
            return group.questions[part.questions]
                .reduce(sum + group.prefix.count) { $0 + $1.suffix.count + extra }
        }
    }

    @Test(arguments: [1, 120, 300, 500, 900, 100_000], [0, 40])
    func `every question is asked once, in its order`(budget: Int, extra: Int) {
        let batches = PromptBatch.cut(groups, budget: budget, extra: extra)
        let asked = batches.flatMap { $0.questions(groups) }
        #expect(asked.map(\.question) == groups.flatMap { $0.questions.map(\.question) })
        #expect(asked.map(\.shots) == [0, 0, 0, 0, 2, 2, 2])
    }

    @Test(arguments: [1, 120, 300, 500, 900], [0, 40])
    func `only a lone question exceeds the budget`(budget: Int, extra: Int) {
        for batch in PromptBatch.cut(groups, budget: budget, extra: extra) {
            let isLone = batch.questions(groups).count == 1
            #expect(isLone || cost(batch, extra: extra) <= budget)
        }
    }

    @Test(arguments: [120, 300, 500, 900], [0, 40])
    func `a batch takes every question that fits`(budget: Int, extra: Int) throws {
        let batches = PromptBatch.cut(groups, budget: budget, extra: extra)
        for (batch, next) in zip(batches, batches.dropFirst()) {
            let first = try #require(next.parts.first)
            var larger = batch
            if let last = larger.parts.last, last.group == first.group {
                let end = last.questions.upperBound + 1
                larger.parts[larger.parts.count - 1].questions = last.questions.lowerBound..<end
            } else {
                let start = first.questions.lowerBound
                larger.parts.append((first.group, start..<start + 1))
            }
            #expect(cost(larger, extra: extra) > budget)
        }
    }

    @Test func `what fits is one batch`() {
        let whole = groups.reduce(0) { $0 + $1.tokenCount }
        #expect(PromptBatch.cut(groups, budget: whole, extra: 0).count == 1)
        #expect(PromptBatch.cut(groups, budget: whole - 1, extra: 0).count == 2)
    }
}
