import TestSupport
import Testing
import Torch
import Training
import Transformer

/// The few-shot loss: shared demonstrations and the annealed weight.
@Suite struct FewShotTests {
    @Test func `the weight falls by its rule and starts again each epoch`() {
        func weights(_ anneal: FewShotAnneal) -> [Double] {
            (0..<6).map { anneal.weight(from: 2, at: $0, stepsPerEpoch: 4) }
        }
        #expect(weights(.linear) == [2, 1.5, 1, 0.5, 2, 1.5])
        #expect(weights(.constant) == [2, 2, 2, 2, 2, 2])
        let inclusive = weights(.linearInclusive)
        #expect(inclusive[0] == 2 && inclusive[3] == 0 && inclusive[4] == 2)
        #expect(abs(inclusive[1] - 4.0 / 3) < 1e-15)
        #expect(FewShotAnneal.linearInclusive.weight(from: 2, at: 5, stepsPerEpoch: 1) == 2)
    }

    @Test func `a shared beginning holds no target and leaves each example a token`() {
        let prompt: [Int32] = [1, 2, 3, 4]
        let tree = ExampleTree(sharing: [
            Example(prompt: prompt, answer: [5, 6]), Example(prompt: prompt, answer: [5]),
        ])
        #expect(tree.prefix == prompt)
        #expect(tree.continuations.map(\.tokens) == [[5, 6], [5]])
        #expect(tree.tokenCount == 7)
        let same = Example(tokens: [1, 2], weights: [0, 0])
        #expect(ExampleTree(sharing: [same, same]).prefix == [1])
    }

    /// The exact gradient of separate, unshared prompts: float64 to 1e-9 of the tensor's largest.
    @Test(arguments: [(DType.float64, 1e-9), (.float32, 1e-5)])
    func `shared demonstrations have the gradient of separate prompts`(
        dtype: DType, tolerance: Double
    ) throws {
        let prefix: [Int32] = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
        let examples =
            [[7, 9, 3], [2, 3], [8, 4, 6, 2, 6]].map { (answer: [Int32]) in
                Example(prompt: prefix + answer.prefix(1), answer: Array(answer.dropFirst()))
            } + [Example(prompt: prefix, answer: [1, 2])]
        func gradients(_ trees: [ExampleTree]) throws -> [Tensor] {
            let decoder = try TinyModel.decoder(dtype: dtype)
            let parameters = decoder.weights.map { $0.tensor }
            for parameter in parameters { try parameter.setRequiresGradient(true) }
            let (forest, targets) = PackedForest.packing(trees)
            try decoder.loss(forest, targets).backward()
            return try parameters.map { try #require(try $0.gradient()) }
        }
        let separate = try gradients(examples.map { ExampleTree($0) })
        let tree = ExampleTree(sharing: examples)
        #expect(tree.prefix == prefix)
        for (shared, expected) in zip(try gradients([tree]), separate) {
            try expectClose(shared, expected, .ofLargest(tolerance))
        }
    }
}
