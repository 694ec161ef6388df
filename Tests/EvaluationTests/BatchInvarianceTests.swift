import Benchmarks
import Scoring
import TestSupport
import Testing
import Torch
import Transformer

@testable import Evaluation

/// In bfloat16 an answer does not depend on what is computed beside it.
@Suite struct BatchInvarianceTests {
    private let evaluator: Evaluator
    private let groups: [PromptGroup]

    init() throws {
        evaluator = try SmallModel.evaluator(dtype: .bfloat16)
        groups = try SmallModel.groups(evaluator)
    }

    /// Whether this machine's bfloat16 products give a row the same bits for any number of rows; a
    /// library that sums otherwise is no fault of ours.
    private static let rowsAreAlone: Bool = {
        let found = try? [(48, 32), (32, 48), (32, 32), (16, 32)].allSatisfy { output, input in
            let x = try Tensor.random([300, input], dtype: .bfloat16, seed: 1)
            let weight = try Tensor.random([output, input], dtype: .bfloat16, seed: 2)
            return try withoutGradient {
                let whole: [Float] = try x.linear(weight: weight).floats()
                return try [1, 2, 7, 40, 299].allSatisfy { rows in
                    let part: [Float] = try x.narrowed(to: 0..<rows).linear(weight: weight).floats()
                    return part.elementsEqual(whole.prefix(part.count))
                }
            }
        }
        return found ?? false
    }()

    private func letters(_ groups: [PromptGroup], budget: Int) throws -> [Answer] {
        var evaluator = evaluator
        evaluator.maxTokensPerMicroBatch = budget
        var answers: [Answer] = []
        try evaluator.answerByLetter(groups) { answers += $0 }
        return answers
    }

    @Test(arguments: [1, 250, 600, 100_000])
    func `letters have the bits of one question at a time`(budget: Int) throws {
        let alone = try SmallModel.apart(groups, evaluator).flatMap {
            try letters([$0], budget: 100_000)
        }
        let together = try letters(groups, budget: budget)
        if Self.rowsAreAlone {
            #expect(together == alone)
        } else {
            for (one, other) in zip(together, alone) {
                #expect(one.chosen == other.chosen || (one.margin ?? 0) < Answer.nearTieMargin)
            }
        }
    }

    @Test(.enabled(if: BatchInvarianceTests.rowsAreAlone), arguments: [1, 2, 5, 100])
    func `texts are those of one question at a time`(leafLimit: Int) throws {
        var settings = GenerationSettings()
        settings.sampler.temperature = 1.5
        settings.sampler.topK = 0
        settings.maxNewTokens = 30
        settings.repeats = 2
        func answers(_ groups: [PromptGroup], leafLimit: Int) throws -> [Answer] {
            var evaluator = evaluator
            evaluator.plannedRoom = KVCacheBudget(
                leafLimit: leafLimit, promptTokens: 300, cacheTokens: 10_000)
            var answers: [Answer] = []
            try evaluator.answerByGenerating(groups, settings) { answers += $0 }
            return answers
        }
        let alone = try SmallModel.apart(groups, evaluator).flatMap {
            try answers([$0], leafLimit: 1)
        }
        #expect(try answers(groups, leafLimit: leafLimit) == alone)
    }
}
