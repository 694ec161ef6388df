import TestSupport
import Testing
import Torch
import Training
import Transformer

/// Trainings that cannot go on.
@Suite struct TrainingRefusalTests {
    private let trainer = Trainer(
        schedule: .init(shape: .constant, peak: 0.01, warmupStepCount: 0, stepCount: 3))

    private func train(
        _ decoder: Decoder, _ examples: (Int) throws -> [Example],
        report: @escaping (StepReport) throws -> Void = { _ in }
    ) throws {
        try trainer.train(
            decoder, parameters: decoder.weights.map(\.tensor),
            input: { StepInput(try examples($0)) },
            callbacks: [StepCallback { try report($0.report) }])
    }

    @Test func `a loss that is not a number stops at its step`() throws {
        let decoder = try TinyModel.decoder()
        let norm = try #require(decoder.weights.first { $0.name == "model.norm.weight" }).tensor
        try norm.fill(.nan)
        let before = try decoder.weights.map { try $0.tensor.bytes() }
        expectRefusal(
            "step 0: the loss is nan; a finite one is needed: try a lower learning rate, or "
                + "--dtype fp32"
        ) { try train(decoder) { _ in TinyModel.examples } }
        #expect(try decoder.weights.map { try $0.tensor.bytes() } == before)
    }

    @Test func `a step without a target stops`() throws {
        let decoder = try TinyModel.decoder()
        var steps: [Int] = []
        let silent = Example(tokens: [1, 2], weights: [1, 0])
        for examples in [[], [silent]] {
            expectRefusal(
                "step 1: its examples have no target token; at least one is needed"
            ) {
                try train(decoder) {
                    $0 == 1 ? examples : TinyModel.examples
                } report: {
                    steps.append($0.step)
                }
            }
        }
        #expect(steps == [0, 0])
    }

    @Test func `gradients that are not finite move nothing`() throws {
        for factor in [Double.infinity, .nan] {
            let parameter = try Tensor([1.0, 2])
            try parameter.setRequiresGradient(true)
            let adamW = try AdamW([parameter], settings: AdamWSettings())
            try (parameter * factor).sum().backward()
            let norm = factor.isNaN ? "nan" : "inf"
            expectRefusal(
                "the norm of the gradients is \(norm); a finite one is needed: try a lower "
                    + "learning rate, or --dtype fp32"
            ) { try adamW.update(learningRate: 0.1, largestNorm: 1) }
            #expect(try parameter.values(as: Double.self) == [1, 2])
        }
    }

    @Test func `what a report throws ends the training`() throws {
        struct Stop: Error {}
        let decoder = try TinyModel.decoder()
        var count = 0
        #expect(throws: Stop.self) {
            try train(decoder, { _ in TinyModel.examples }) { _ in
                count += 1
                if count == 2 { throw Stop() }
            }
        }
        #expect(count == 2)
        #expect(decoder.weights.allSatisfy { !$0.tensor.requiresGradient })
    }

    @Test func `a training that stopped leaves no gradient for the next`() throws {
        let decoder = try TinyModel.decoder()
        let tensors = decoder.weights.map(\.tensor)
        var cut = trainer
        cut.maxTokensPerMicroBatch = 1
        // The first pass has given gradients when the second is refused.
        let lost = Example(prompt: [1], answer: [31])
        expectRefusal("loss: target 31 is outside the vocabulary of 31") {
            try cut.train(
                decoder, parameters: tensors,
                input: { _ in StepInput([TinyModel.examples[0], lost]) },
                callbacks: [])
        }
        for tensor in tensors {
            #expect(try tensor.gradient() == nil)
            #expect(!tensor.requiresGradient)
        }
    }
}
