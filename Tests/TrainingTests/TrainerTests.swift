import TestSupport
import Testing
import Torch
import Training
import Transformer

/// The training loop on a tiny model.
@Suite struct TrainerTests {
    /// A trainer whose single step moves every float64 parameter by its negated gradient: far below
    /// AdamW's epsilon the first step is rate · gradient / epsilon.
    private func gradientStep(maxTokensPerMicroBatch: Int) -> Trainer {
        var trainer = Trainer(
            schedule: .init(shape: .constant, peak: 1e9, warmupStepCount: 0, stepCount: 1))
        trainer.optimizer.epsilon = 1e9
        trainer.maxGradientNorm = nil
        trainer.maxTokensPerMicroBatch = maxTokensPerMicroBatch
        return trainer
    }

    /// How far a step moved each weight, and the step's report.
    private func movement(
        maxTokensPerMicroBatch: Int, _ examples: [Example] = TinyModel.examples
    ) throws -> (moves: [Tensor], report: StepReport) {
        let decoder = try TinyModel.decoder(dtype: .float64)
        let before = try decoder.weights.map { try $0.tensor.copied() }
        var report: StepReport?
        try gradientStep(maxTokensPerMicroBatch: maxTokensPerMicroBatch).train(
            decoder, parameters: decoder.weights.map(\.tensor), input: { _ in StepInput(examples) },
            callbacks: [StepCallback { report = $0.report }])
        let moves = try zip(before, decoder.weights).map { try $0 - $1.tensor }
        return (moves, try #require(report))
    }

    @Test(arguments: [1, 6, 9, 12, 1000])
    func `passes by token budget give the gradient of one pass`(maxTokensPerMicroBatch: Int) throws
    {
        let decoder = try TinyModel.decoder(dtype: .float64)
        for (_, tensor) in decoder.weights { try tensor.setRequiresGradient(true) }
        let (forest, targets) = PackedForest.packing(TinyModel.examples.map { ExampleTree($0) })
        let loss = try decoder.loss(forest, targets) * (1.0 / 7)
        try loss.backward()
        let (moves, report) = try movement(maxTokensPerMicroBatch: maxTokensPerMicroBatch)
        var squares = 0.0
        for (index, weight) in decoder.weights.enumerated() {
            let gradient = try #require(try weight.tensor.gradient())
            try expectClose(moves[index], gradient, .ofLargest(1e-6), weight.name)
            squares += try gradient.norm() * gradient.norm()
        }
        #expect(try abs(report.loss - loss.item()) < 1e-12)
        #expect(abs(report.gradientNorm - squares.squareRoot()) < 1e-9)
        #expect(report.tokenCount == 18)
        #expect(report.step == 0)
        #expect(report.learningRate == 1e9)
    }

    @Test func `every target weighs the same, whatever its example's length`() throws {
        let decoder = try TinyModel.decoder(dtype: .float64)
        let losses = try TinyModel.examples.flatMap {
            try TinyModel.losses(decoder, $0.tokens).suffix($0.targetCount)
        }
        let (_, report) = try movement(maxTokensPerMicroBatch: 6)
        #expect(abs(report.loss - losses.reduce(0, +) / 7) < 1e-12)
    }

    @Test func `a weight of two equals reading the example twice`() throws {
        let light = TinyModel.examples[0]
        var heavy = light
        heavy.weights = heavy.weights.map { 2 * $0 }
        let other = TinyModel.examples[2]
        let (once, first) = try movement(maxTokensPerMicroBatch: 1000, [heavy, other])
        let (twice, second) = try movement(maxTokensPerMicroBatch: 1000, [light, light, other])
        for (one, two) in zip(once, twice) { try expectClose(one, two, .ofLargest(1e-6)) }
        #expect(abs(first.loss - second.loss) < 1e-12)
    }

    @Test(arguments: Projection.allCases)
    func `training moves only the adapter`(target: Projection) throws {
        let decoder = try TinyModel.decoder()
        try decoder.attachAdapters(
            LoRASettings(targets: [target], rank: 2), using: Generator(seed: 4))
        let bytes = try decoder.weights.map { try $0.tensor.bytes() }
        let adapters = decoder.adapters.map(\.adapter)
        let starts = try adapters.map { [try $0.a.bytes(), try $0.b.bytes()] }
        var losses: [Double] = []
        try Trainer(
            schedule: .init(shape: .constant, peak: 0.01, warmupStepCount: 0, stepCount: 12)
        ).train(
            decoder, input: { _ in StepInput(TinyModel.examples) },
            callbacks: [StepCallback { losses.append($0.report.loss) }])
        #expect(try decoder.weights.map { try $0.tensor.bytes() } == bytes)
        for (index, adapter) in adapters.enumerated() {
            #expect(try adapter.a.bytes() != starts[index][0])
            #expect(try adapter.b.bytes() != starts[index][1])
            #expect(!adapter.a.requiresGradient && !adapter.b.requiresGradient)
        }
        #expect(losses[11] < losses[0])
    }

    @Test func `the same examples give the same weights to the last bit`() throws {
        let (first, _) = try movement(maxTokensPerMicroBatch: 9)
        let (second, _) = try movement(maxTokensPerMicroBatch: 9)
        for (one, two) in zip(first, second) { try expectClose(one, two, .exact) }
    }
}
