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

    @Test func `a shared beginning adds its weights and leaves each example a token`() {
        let prompt: [Int32] = [1, 2, 3, 4]
        let tree = ExampleTree(sharing: [
            Example(prompt: prompt, answer: [5, 6]), Example(prompt: prompt, answer: [5]),
        ])
        #expect(tree.prefix == prompt)
        #expect(tree.prefixWeights == [0, 0, 0, 0])
        #expect(tree.continuations.map(\.tokens) == [[5, 6], [5]])
        #expect(tree.tokenCount == 7)
        let same = Example(tokens: [1, 2], weights: [0, 0])
        #expect(ExampleTree(sharing: [same, same]).prefix == [1])
        let shown = Example(tokens: [1, 2, 3], weights: [0, 1, 1])
        let half = Example(tokens: [1, 2, 4], weights: [1, 0.5, 1])
        let weighed = ExampleTree(sharing: [shown, shown, half])
        #expect(weighed.prefixWeights == [1, 2.5])
        let targets = PackedForest.packing([weighed]).1
        // The first token has none before it that could predict it.
        #expect(targets.rows == [0, 1, 1, 1])
        #expect(targets.tokens == [2, 3, 3, 4])
        #expect(targets.weights == [2.5, 1, 1, 1])
    }

    /// The exact gradient of separate, unshared prompts: float64 to 1e-9 of the tensor's largest.
    @Test(
        arguments: [(DType.float64, 1e-9), (.float32, 1e-5)],
        [[], [2, 3, 7], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]])
    func `shared demonstrations have the gradient of separate prompts`(
        precision: (dtype: DType, tolerance: Double), demonstrationTargets: [Int]
    ) throws {
        let (dtype, tolerance) = precision
        let prefix: [Int32] = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
        var examples =
            [[7, 9, 3], [2, 3], [8, 4, 6, 2, 6]].map { (answer: [Int32]) in
                Example(prompt: prefix + answer.prefix(1), answer: Array(answer.dropFirst()))
            } + [Example(prompt: prefix, answer: [1, 2])]
        for index in examples.indices {
            for target in demonstrationTargets { examples[index].weights[target] = 1 }
        }
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

    /// The mean over all targets of the examples one by one, each demonstration as often as it is
    /// shown.
    @Test func `the few-shot loss is that of separate prompts, targets of demonstrations too`()
        throws
    {
        let prefix = Example(tokens: [3, 1, 4, 1, 5, 9], weights: [0, 0, 0, 1, 1, 0])
        let examples = [[2, 6, 5], [8, 4]].map { (rest: [Int32]) in
            Example(
                tokens: prefix.tokens + rest,
                weights: prefix.weights + rest.indices.map { $0 == 0 ? 0 : 1 })
        }
        let decoder = try TinyModel.decoder(dtype: .float64)
        var losses: [Double] = []
        for example in examples {
            let all = try TinyModel.losses(decoder, example.tokens)
            losses += zip(all, example.weights.dropFirst()).filter { $0.1 != 0 }.map(\.0)
        }
        #expect(losses.count == 7)
        var report: StepReport?
        try Trainer(
            schedule: .init(shape: .constant, peak: 1e-9, warmupStepCount: 0, stepCount: 1)
        ).train(
            decoder, parameters: decoder.weights.map(\.tensor),
            input: { _ in
                StepInput(
                    TinyModel.examples, fewShot: [ExampleTree(sharing: examples)],
                    fewShotWeight: 0.5)
            }, callbacks: [StepCallback { report = $0.report }])
        let found = try #require(report?.fewShotLoss)
        #expect(abs(found - losses.reduce(0, +) / 7) < 1e-12)
    }
}
