import TestSupport
import Testing
import Torch
import Training
import Transformer

/// Layers computed a second time against layers that kept what they computed.
@Suite struct RecomputingTests {
    private static let trees = [
        ExampleTree(sharing: [
            Example(prompt: [1, 2, 3, 4, 5], answer: [6, 7]),
            Example(prompt: [1, 2, 3, 9], answer: [8]),
        ]),
        ExampleTree(Example(prompt: [11, 12], answer: [13, 14, 15])),
    ]

    private func gradients(
        recomputing: Bool, targets: Set<Projection>, dropout: Double = 0
    ) throws -> [Tensor] {
        let decoder = try TinyModel.decoder()
        try decoder.attachAdapters(
            LoRASettings(targets: targets, rank: 2), using: Generator(seed: 5))
        let parameters = decoder.adapters.flatMap { [$0.adapter.a, $0.adapter.b] }
        for parameter in parameters {
            try parameter.fillNormal(deviation: 0.3, using: Generator(seed: 6))
            try parameter.setRequiresGradient(true)
        }
        if dropout > 0 {
            decoder.setAdapterDropout(
                LoRADropout(rate: dropout, using: try Generator(seed: 7)))
        }
        let (forest, marks) = PackedForest.packing(Self.trees)
        var loss = 0.0
        // Two passes, as of two losses: the second draws on where the first ended.
        for _ in 0..<2 {
            loss += try decoder.addGradients(
                of: forest, marks, times: 0.25, recomputing: recomputing)
        }
        return try [.full(loss, shape: [], dtype: .float64)]
            + parameters.map { try #require(try $0.gradient()) }
    }

    @Test(arguments: [[Projection.v], [.q, .k, .v], [.o, .gate, .down]], [0, 0.4])
    func `the loss and the gradients are the same to the last bit`(
        targets: [Projection], dropout: Double
    ) throws {
        let kept = try gradients(recomputing: false, targets: Set(targets), dropout: dropout)
        let second = try gradients(recomputing: true, targets: Set(targets), dropout: dropout)
        for (found, expected) in zip(second, kept) { try expectClose(found, expected, .exact) }
    }

    @Test func `weights and embeddings that learn get their gradients too`() throws {
        func gradients(recomputing: Bool) throws -> [Tensor] {
            let decoder = try TinyModel.decoder()
            for (_, weight) in decoder.weights { try weight.setRequiresGradient(true) }
            let (forest, marks) = PackedForest.packing(Self.trees)
            _ = try decoder.addGradients(of: forest, marks, times: 1, recomputing: recomputing)
            return try decoder.weights.compactMap { try $0.tensor.gradient() }
        }
        let kept = try gradients(recomputing: false)
        let second = try gradients(recomputing: true)
        #expect(kept.count == second.count)
        for (found, expected) in zip(second, kept) {
            try expectClose(found, expected, .ofLargest(1e-6))
        }
    }

    @Test func `layers are computed twice where keeping takes more than four fifths`() throws {
        let decoder = try TinyModel.decoder()
        func memory(_ availableBytes: Int) throws -> StepMemory {
            try StepMemory(decoder, tokens: 100, labels: 8, availableBytes: availableBytes)
        }
        let roomy = try memory(1 << 40)
        #expect(!ActivationCheckpointing.auto.recomputes(roomy))
        #expect(ActivationCheckpointing.on.recomputes(roomy))
        #expect(roomy.recomputedBytes < roomy.keptBytes)
        let just = roomy.keptBytes * 5 / 4
        #expect(!ActivationCheckpointing.auto.recomputes(try memory(just + 8)))
        #expect(ActivationCheckpointing.auto.recomputes(try memory(just - 8)))
        #expect(!ActivationCheckpointing.off.recomputes(try memory(just - 8)))
    }

    @Test func `the estimate counts what adapters keep`() throws {
        let decoder = try TinyModel.decoder()
        func bytes(_ targets: Set<Projection>) throws -> Int {
            try decoder.attachAdapters(LoRASettings(targets: targets), using: Generator(seed: 1))
            return try StepMemory(decoder, tokens: 10, labels: 1, availableBytes: 0).keptBytes
        }
        let shape = decoder.configuration
        let perLayer = 10 * decoder.dtype.byteCount * shape.layerCount
        #expect(try bytes([.q, .v]) - bytes([.o]) == perLayer * shape.width)
        #expect(try bytes([.down]) - bytes([.o]) == perLayer * shape.hiddenWidth)
    }
}
