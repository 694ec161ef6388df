import TestSupport
import Testing
import Torch

@testable import Transformer

/// What an adapter reads while it is trained.
@Suite struct LoRADropoutTests {
    private func adapter() throws -> LoRA {
        let generator = try Generator(seed: 11)
        let a = try Tensor.zeros(shape: [2, 400])
        let b = try Tensor.zeros(shape: [3, 2])
        for tensor in [a, b] { try tensor.fillNormal(deviation: 1, using: generator) }
        return LoRA(a: a, b: b, scale: 0.5)
    }

    private func input() throws -> Tensor {
        let x = try Tensor.zeros(shape: [5, 400])
        try x.fillUniform(from: 1, to: 2, using: Generator(seed: 12))
        return x
    }

    @Test func `elements are dropped at the rate and the others scaled up`() throws {
        let x = try input()
        let dropped = try LoRADropout(rate: 0.25, using: Generator(seed: 1))(x)
        let pairs = zip(try dropped.floats(), try x.floats())
        #expect(pairs.allSatisfy { $0 == 0 || abs($0 - $1 / 0.75) < 1e-6 })
        let share = Double(pairs.count { $0.0 == 0 }) / 2000
        // Four standard errors of 2,000 draws.
        #expect(abs(share - 0.25) < 4 * (0.25 * 0.75 / 2000).squareRoot())
    }

    @Test func `the adapter reads what is left`() throws {
        let adapter = try adapter()
        let x = try input()
        let dropout = LoRADropout(rate: 0.25, using: try Generator(seed: 1))
        let found = try dropout.change(of: x, by: adapter)
        let left = try LoRADropout(rate: 0.25, using: Generator(seed: 1))(x)
        try expectClose(
            found, left.matmul(adapter.a.transposed(0, 1)).matmul(adapter.b.transposed(0, 1)) * 0.5,
            .ofLargest(1e-5))
        #expect(try dropout.change(of: x, by: adapter).floats() != found.floats())
    }

    @Test func `a rate of 0 changes nothing and draws nothing`() throws {
        let generator = try Generator(seed: 1)
        let state = try generator.state()
        let x = try input()
        try expectClose(try LoRADropout(rate: 0, using: generator)(x), x, .exact)
        #expect(try generator.state() == state)
    }

    @Test func `every adapter of a model is thinned out, its base is not`() throws {
        let decoder = try TinyModel.decoder()
        try decoder.attachAdapters(
            LoRASettings(targets: Set(Projection.allCases), rank: 2), using: Generator(seed: 4))
        func logits() throws -> Tensor {
            try withoutGradient { try decoder.logits(PackedForest(roots: [TinyModel.tokens(7)])) }
        }
        let base = try logits()
        decoder.setAdapterDropout(LoRADropout(rate: 0.5, using: try Generator(seed: 5)))
        // B is zero: the adapters add nothing yet, whatever they read.
        try expectClose(try logits(), base, .exact)
        #expect(decoder.adapters.allSatisfy { $0.adapter.dropout != nil })
        for placed in decoder.adapters { try placed.adapter.b.fill(0.1) }
        let first = try logits().floats()
        #expect(try logits().floats() != first)
        decoder.setAdapterDropout(LoRADropout(rate: 0.5, using: try Generator(seed: 5)))
        _ = try logits()
        decoder.setAdapterDropout(nil)
        let whole = try logits()
        try expectClose(try logits(), whole, .exact)
        // A rate of 0 goes the same way and drops nothing.
        decoder.setAdapterDropout(LoRADropout(rate: 0, using: try Generator(seed: 5)))
        try expectClose(try logits(), whole, .float32)
    }
}
