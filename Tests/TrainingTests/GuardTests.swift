import TestSupport
import Testing
import Torch
import Transformer

@testable import Training

/// What a training looks at to tell whether it did anything.
@Suite struct GuardTests {
    private func decoder() throws -> Decoder {
        let decoder = try TinyModel.decoder()
        try decoder.attachAdapters(
            LoRASettings(targets: [.q, .v], rank: 2), using: Generator(seed: 4))
        return decoder
    }

    private func step(rate: Double, norm: Double) -> StepReport {
        StepReport(
            step: 0, loss: 1, zeroShotLoss: 1, fewShotLoss: nil, fewShotWeight: 0,
            learningRate: rate, gradientNorm: norm, tokenCount: 1, seconds: 1)
    }

    @Test func `an adapter that no step changed is refused with the cause`() throws {
        let decoder = try decoder()
        let start = try AdapterStart(decoder)
        expectRefusal(
            "no step of 2 changed the adapter: the learning rate was 0 at each; a --learning-rate "
                + "above 0, and more steps than warm up, are needed"
        ) {
            try start.check(decoder, after: [step(rate: 0, norm: 1), step(rate: 0, norm: 2)])
        }
        expectRefusal(
            "no step of 1 changed the adapter: the gradient was 0 at each; targets that depend on "
                + "the adapter, and an --alpha above 0, are needed"
        ) { try start.check(decoder, after: [step(rate: 1, norm: 0)]) }
        expectRefusal(
            "no step of 2 changed the adapter: learning rates up to 1e-30 and gradients of norm up "
                + "to 3.5 are too small for float32; a higher --learning-rate is needed"
        ) {
            try start.check(
                decoder, after: [step(rate: 1e-30, norm: 2), step(rate: 1e-31, norm: 3.5)])
        }
        #expect(try start.check(decoder, after: []).count == 4)
    }

    @Test func `adapters that stayed are named where others moved`() throws {
        let decoder = try decoder()
        let start = try AdapterStart(decoder)
        #expect(try start.unchangedPaths(in: decoder) == decoder.adapters.map(\.path))
        for (index, element) in [(0, 1e-30), (3, 1.0)] {
            let b = decoder.adapters[index].adapter.b
            try b.narrowed(to: 0..<1).fill(element)
        }
        #expect(
            try start.check(decoder, after: [step(rate: 1, norm: 1)]) == [
                "model.layers.0.self_attn.v_proj", "model.layers.1.self_attn.q_proj",
            ])
    }

    /// ln 31 = 3.43399
    @Test func `a loss above that of a model that knows nothing is told with its causes`() {
        #expect(HighFirstLoss(loss: 3.4339, vocabularySize: 31) == nil)
        #expect(
            HighFirstLoss(loss: 3.5, vocabularySize: 31)?.description
                == "the first loss is 3.5000 nats, above 3.4340 = ln(31), which a model that knows "
                + "nothing has; likely causes: a prompt or chat template that the checkpoint does "
                + "not know, labels that are not the tokens that follow, the tokenizer of another "
                + "checkpoint, or weights that were never trained")
    }

    @Test func `gradients that are not finite stop at their step`() throws {
        let decoder = try decoder()
        let adapters = decoder.adapters.map(\.adapter)
        let starts = try adapters.map { try $0.b.bytes() }
        let trainer = Trainer(
            schedule: .init(shape: .constant, peak: 0.01, warmupStepCount: 0, stepCount: 2))
        let few = TinyModel.examples.map { ExampleTree($0) }
        let words = refusal {
            try trainer.train(
                decoder, parameters: adapters.flatMap { [$0.a, $0.b] },
                input: { _ in
                    StepInput(TinyModel.examples, fewShot: few, fewShotWeight: 1e300)
                }, report: { _ in })
        }
        #expect(
            words?.hasSuffix(
                "; a finite one is needed: try a lower learning rate, or --dtype fp32") == true)
        #expect(words?.hasPrefix("step 0: the norm of the gradients is ") == true)
        #expect(try adapters.map { try $0.b.bytes() } == starts)
    }
}
