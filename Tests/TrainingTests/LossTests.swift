import TestSupport
import Testing
import Torch
import Training
import Transformer

/// What a forest's targets cost.
@Suite struct LossTests {
    private func loss(_ decoder: Decoder, _ examples: [Example]) throws -> Double {
        let (forest, targets) = PackedForest.packing(examples.map { ExampleTree($0) })
        return try withoutGradient { try decoder.loss(forest, targets).item() }
    }

    @Test func `a prompt is no target, an answer weighs one a token`() {
        let example = Example(prompt: [5, 6], answer: [7, 8, 9])
        #expect(example == Example(tokens: [5, 6, 7, 8, 9], weights: [0, 0, 1, 1, 1]))
        #expect(example.targetCount == 3)
        // Nothing predicts the first token of a sequence.
        #expect(Example(prompt: [], answer: [7, 8]).targetCount == 1)
        let (forest, targets) = PackedForest.packing([
            ExampleTree(example), ExampleTree(Example(prompt: [], answer: [3, 4])),
        ])
        #expect(forest.tokens == [5, 6, 7, 8, 9, 3, 4])
        #expect(targets.rows == [1, 2, 3, 5])
        #expect(targets.tokens == [7, 8, 9, 4])
        #expect(targets.totalWeight == 4)
    }

    @Test func `the loss is the sum of the answers' negative log-probabilities`() throws {
        let decoder = try TinyModel.decoder()
        var expected = 0.0
        for example in TinyModel.examples {
            let losses = try TinyModel.losses(decoder, example.tokens)
            expected += losses.suffix(example.targetCount).reduce(0, +)
        }
        #expect(try abs(loss(decoder, TinyModel.examples) - expected) < 1e-5 * expected)
    }

    @Test func `a weight multiplies its target`() throws {
        let decoder = try TinyModel.decoder()
        let tokens: [Int32] = [1, 2, 3, 4]
        let losses = try TinyModel.losses(decoder, tokens)
        let found = try loss(decoder, [Example(tokens: tokens, weights: [9, 0.05, 0, 2])])
        #expect(abs(found - (0.05 * losses[0] + 2 * losses[2])) < 1e-5)
    }

    @Test func `a row may have several targets`() throws {
        let decoder = try TinyModel.decoder()
        var forest = PackedForest()
        let root = forest.append([1, 2, 3])
        var targets = LossTargets()
        var expected = 0.0
        for (token, weight) in [(4, 1), (5, 0.5), (4, 0.25)] as [(Int32, Float)] {
            let child = forest.append([token], under: root)
            let row = try #require(forest.predictor(ofTokenAt: 0, in: child))
            #expect(row == 2)
            targets.append(row: row, token: token, weight: weight)
            let losses = try TinyModel.losses(decoder, [1, 2, 3, token])
            expected += Double(weight) * losses[2]
        }
        let found = try withoutGradient { try decoder.loss(forest, targets).item() }
        #expect(abs(found - expected) < 1e-5)
    }

    @Test(arguments: [31, -1] as [Int32])
    func `a target outside the vocabulary is refused`(token: Int32) throws {
        let decoder = try TinyModel.decoder()
        var targets = LossTargets()
        targets.append(row: 0, token: token, weight: 1)
        targets.append(row: 1, token: 3, weight: 1)
        expectRefusal("loss: target \(token) is outside the vocabulary of 31") {
            try decoder.loss(PackedForest(roots: [[1, 2]]), targets)
        }
    }
}
