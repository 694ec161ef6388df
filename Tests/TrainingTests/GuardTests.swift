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
        let start = try AdapterSnapshot(decoder)
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
        let start = try AdapterSnapshot(decoder)
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
        #expect(InitialLossWarning(loss: 3.4339, vocabularySize: 31) == nil)
        #expect(
            InitialLossWarning(loss: 3.5, vocabularySize: 31)?.description
                == "the first loss is 3.5000 nats, above 3.4340 = ln(31), which a model that knows "
                + "nothing has; likely causes: a prompt or chat template that the checkpoint does "
                + "not know, labels that are not the tokens that follow, the tokenizer of another "
                + "checkpoint, or weights that were never trained")
    }

    /// Untied, with an embedding of NaN for one token: only an example that reads it has such a loss.
    private func damaged(token: Int) throws -> Decoder {
        let whole = try TinyModel.decoder()
        var shape = whole.configuration
        shape.tiesEmbeddings = false
        let decoder = try Decoder(
            shape, weights: RandomWeights(using: Generator(seed: 3), deviation: 0.3),
            dtype: .float32, device: whole.device)
        let name = "model.embed_tokens.weight"
        let embedding = try #require(decoder.weights.first { $0.name == name }).tensor
        try embedding.narrowed(to: token..<token + 1).fill(.nan)
        try decoder.attachAdapters(LoRASettings(targets: [.v], rank: 2), using: Generator(seed: 4))
        return decoder
    }

    @Test func `the example whose loss is not finite is named`() throws {
        let decoder = try damaged(token: 12)
        var trainer = Trainer(
            schedule: .init(shape: .constant, peak: 0.01, warmupStepCount: 0, stepCount: 1))
        trainer.naming = { step, place in
            place.map { "\($0.isFewShot) \($0.tree) \($0.continuation) of \(step)" } ?? "all"
        }
        func words(_ input: StepInput) -> String? {
            refusal {
                try trainer.train(
                    decoder, input: { _ in input }, callbacks: [])
            }
        }
        let tail =
            ": the loss is nan; a finite one is needed: try a lower learning rate, or --dtype fp32"
        for maxTokensPerMicroBatch in [1, 16_384] {
            trainer.maxTokensPerMicroBatch = maxTokensPerMicroBatch
            #expect(words(StepInput(TinyModel.examples)) == "step 0 (false 2 0 of 0)" + tail)
            let tree = ExampleTree(
                prefix: [1, 2], continuations: [TinyModel.examples[0], TinyModel.examples[2]])
            let few = StepInput(
                [TinyModel.examples[1]], fewShot: [ExampleTree(TinyModel.examples[3]), tree],
                fewShotWeight: 0.5)
            #expect(words(few) == "step 0 (true 1 1 of 0)" + tail)
        }
        #expect(
            words(StepInput([TinyModel.examples[1]], fewShot: [], fewShotWeight: 0)) == nil)
    }

    @Test func `a model whose logits are all equal is told from one that is nearly so`() throws {
        let decoder = try decoder()
        let norm = try #require(decoder.weights.first { $0.name == "model.norm.weight" }).tensor
        let input = StepInput(TinyModel.examples)
        func collapsed(_ input: StepInput) throws -> CollapsedModel? {
            try CollapsedModel(decoder, after: 7, input) { "x" }
        }
        #expect(try collapsed(input) == nil)
        let logits = try withoutGradient {
            try decoder.logits(PackedForest(roots: [TinyModel.examples[0].tokens]))
        }
        let spread = try logits.largest(1).values.floats().max() ?? 0
        // Some targets lie within the tolerance, others do not.
        try norm.fill(Double(0.5e-4 / spread))
        let words = try collapsed(input)?.description
        #expect(
            words
                == "after step 6 the logits of all tokens are equal (to 0.0001) at every target: the "
                + "model has collapsed, and answers nothing; a lower --learning-rate, or another "
                + "checkpoint, is needed")
        try norm.fill(Double(1e-3 / spread))
        #expect(try collapsed(input) == nil)
        // Without a target nothing can be said.
        try norm.fill(0)
        #expect(try collapsed(StepInput([Example(tokens: [1, 2], weights: [1, 0])])) == nil)
        #expect(try collapsed(input) != nil)
        try norm.fill(.nan)
        #expect(
            refusal { try collapsed(input) }?.hasPrefix("x: a logit of the model is not") == true)
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
                decoder,
                input: { _ in
                    StepInput(TinyModel.examples, fewShot: few, fewShotWeight: 1e300)
                }, callbacks: [])
        }
        #expect(
            words?.hasSuffix(
                "; a finite one is needed: try a lower learning rate, or --dtype fp32") == true)
        #expect(words?.hasPrefix("step 0: the norm of the gradients is ") == true)
        #expect(try adapters.map { try $0.b.bytes() } == starts)
    }
}
