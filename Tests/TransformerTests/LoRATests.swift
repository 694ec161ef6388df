import TestSupport
import Testing
import Torch
import Transformer

/// Adapters in memory.
@Suite struct LoRATests {
    static let forest = PackedForest(roots: [TinyModel.tokens(7)])

    private func logits(_ decoder: Decoder) throws -> Tensor {
        try withoutGradient { try decoder.logits(Self.forest) }
    }

    @Test(arguments: [DType.float32, .bfloat16, .float64])
    func `a fresh adapter leaves the model unchanged`(dtype: DType) throws {
        let decoder = try TinyModel.decoder(dtype: dtype)
        let base = try logits(decoder)
        let settings = LoRASettings(targets: Set(Projection.allCases), rank: 3)
        try decoder.attachAdapters(settings, using: Generator(seed: 1))
        #expect(decoder.adapters.count == 2 * Projection.allCases.count)
        let adapted = try logits(decoder)
        #expect(adapted.dtype == dtype)
        try expectClose(adapted, base, .exact)
    }

    @Test func `an adapter starts as PEFT's does`() throws {
        let decoder = try TinyModel.decoder()
        let settings = LoRASettings(targets: [.down], rank: 5)
        #expect(settings.alpha == 10)
        try decoder.attachAdapters(settings, using: Generator(seed: 1))
        for placed in decoder.adapters {
            #expect(placed.projection == .down)
            #expect(placed.path == "model.layers.\(placed.layer).mlp.down_proj")
            #expect(placed.adapter.a.shape == [5, 24])
            #expect(placed.adapter.b.shape == [16, 5])
            #expect(placed.adapter.scale == 2)
            #expect(try placed.adapter.b.floats().allSatisfy { $0 == 0 })
            let a = try placed.adapter.a.floats()
            let bound = 1 / Float(24).squareRoot()
            #expect(a.allSatisfy { abs($0) <= bound })
            #expect(a.contains { abs($0) > 0.9 * bound })
            #expect(abs(a.reduce(0, +) / 120) < 4 * bound / Float(3 * 120).squareRoot())
        }
        let first = try decoder.adapters[0].adapter.a.floats()
        #expect(try decoder.adapters[1].adapter.a.floats() != first)
        try decoder.attachAdapters(settings, using: Generator(seed: 1))
        #expect(try decoder.adapters[0].adapter.a.floats() == first)
    }

    @Test(arguments: Projection.allCases)
    func `an adapter equals its product added to the weight`(target: Projection) throws {
        let decoder = try TinyModel.decoder(dtype: .float64)
        try attach(to: decoder, [target])
        let adapted = try logits(decoder)
        let pairs = decoder.adapters.map { ($0.path, $0.adapter) }
        decoder.removeAdapters()
        for (path, adapter) in pairs {
            let weight = try #require(decoder.weights.first { $0.name == path + ".weight" }).tensor
            #expect(adapter.scale == 4.0 / 3)
            let change = try adapter.b.matmul(adapter.a).converted(to: .float64)
            try weight.assign(weight + change * (4.0 / 3))
        }
        // The adapters are float32: their product is rounded.
        try expectClose(logits(decoder), adapted, .float32)
    }

    @Test(arguments: Projection.allCases)
    func `gradients reach the adapter and nothing else`(target: Projection) throws {
        let decoder = try TinyModel.decoder()
        try attach(to: decoder, [target])
        for placed in decoder.adapters {
            try placed.adapter.a.setRequiresGradient(true)
            try placed.adapter.b.setRequiresGradient(true)
        }
        try decoder.logits(Self.forest).logSoftmax().sum().backward()
        #expect(decoder.adapters.map(\.projection) == [target, target])
        for placed in decoder.adapters {
            #expect(try #require(try placed.adapter.a.gradient()).norm() > 0)
            #expect(try #require(try placed.adapter.b.gradient()).norm() > 0)
        }
        for (name, tensor) in decoder.weights {
            #expect(try tensor.gradient() == nil, "\(name)")
        }
    }

    @Test func `adapters over a bfloat16 base stay float32`() throws {
        let decoder = try TinyModel.decoder(dtype: .bfloat16)
        try attach(to: decoder, [.v, .gate])
        for placed in decoder.adapters { try placed.adapter.b.setRequiresGradient(true) }
        let logits = try decoder.logits(Self.forest)
        #expect(logits.dtype == .bfloat16)
        try logits.logSoftmax().sum().backward()
        for placed in decoder.adapters {
            #expect(placed.adapter.a.dtype == .float32)
            #expect(placed.adapter.b.dtype == .float32)
            #expect(try #require(try placed.adapter.b.gradient()).dtype == .float32)
        }
    }

    @Test(arguments: [DType.float32, .bfloat16])
    func `a scale of zero is the base, a scale of one the adapted model`(dtype: DType) throws {
        let decoder = try TinyModel.decoder(dtype: dtype)
        let base = try logits(decoder)
        let settings = try attach(to: decoder, [.q, .o, .up])
        let adapted = try logits(decoder)
        #expect(try zip(base.floats(), adapted.floats()).contains { abs($0 - $1) > 0.05 })
        decoder.setAdapterScale(0, of: settings)
        try expectClose(logits(decoder), base, .exact)
        decoder.setAdapterScale(1, of: settings)
        try expectClose(logits(decoder), adapted, .exact)
        decoder.removeAdapters()
        #expect(decoder.adapters.isEmpty)
        try expectClose(logits(decoder), base, .exact)
    }

    @Test func `the scale is alpha by rank, or by its root`() {
        var settings = LoRASettings(targets: [.v], rank: 4, alpha: 6)
        #expect(settings.scale == 1.5)
        settings.isRankStabilized = true
        #expect(settings.scale == 3)
    }

    @Test func `an adapter without rank or target is refused`() throws {
        let decoder = try TinyModel.decoder()
        for settings in [LoRASettings(targets: [.v], rank: 0), LoRASettings(targets: [])] {
            expectRefusal(
                "adapters of rank \(settings.rank): an adapter needs a rank of at least 1 and a "
                    + "target"
            ) { try decoder.attachAdapters(settings, using: Generator(seed: 1)) }
        }
    }

    @Test func `a layer that the model lacks is refused`() throws {
        var settings = LoRASettings(targets: [.v])
        settings.layers = [0, 2]
        let decoder = try TinyModel.decoder()
        expectRefusal("adapters on layer 2: the model has 2 layers, counted from 0") {
            try decoder.attachAdapters(settings, using: Generator(seed: 1))
        }
    }

    @Test(arguments: [DType.float32, .bfloat16])
    func `a merged model is the adapted one`(dtype: DType) throws {
        let decoder = try TinyModel.decoder(dtype: dtype)
        let base = try logits(decoder)
        try attach(to: decoder, Set(Projection.allCases))
        let adapted = try logits(decoder)
        try decoder.mergeAdapters()
        #expect(decoder.adapters.isEmpty)
        let merged = try logits(decoder)
        #expect(merged.dtype == dtype)
        try expectClose(merged, adapted, dtype == .bfloat16 ? .ofLargest(5e-2) : .float32)
        #expect(try (merged - base).norm() > 1)
    }

    /// Adapters of rank 3 and alpha 4 that do something.
    @discardableResult
    private func attach(to decoder: Decoder, _ targets: Set<Projection>) throws -> LoRASettings {
        let settings = LoRASettings(targets: targets, rank: 3, alpha: 4)
        let generator = try Generator(seed: 2)
        try decoder.attachAdapters(settings, using: generator)
        for placed in decoder.adapters {
            try placed.adapter.b.fillNormal(deviation: 0.3, using: generator)
        }
        return settings
    }
}
