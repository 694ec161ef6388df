import TestSupport
import Testing
import Torch
import Transformer

/// A forest against each of its sequences run alone.
@Suite struct ForestTests {
    @Test(arguments: ForestShape.all, ModelFamily.allCases)
    func `a forest's logits equal those of each path alone`(
        shape: ForestShape, family: ModelFamily
    ) throws {
        let decoder = try TinyModel.decoder(TinyModel.configuration(family: family))
        let forest = shape.forest
        try withoutGradient {
            let together = try decoder.logits(forest)
            #expect(together.shape == [forest.tokens.count, 31])
            for (index, segment) in forest.segments.enumerated() {
                let alone = try decoder.logits(PackedForest(roots: [forest.path(to: index)]))
                let rows = alone.shape[0] - segment.range.count..<alone.shape[0]
                try expectClose(
                    together.narrowed(to: segment.range), alone.narrowed(to: rows),
                    .absolute(2e-5), "segment \(index)")
            }
        }
    }

    @Test(arguments: ForestShape.all, [DType.float32, .float64])
    func `a forest's gradients equal those of separate sequences`(
        shape: ForestShape, dtype: DType
    ) throws {
        let decoder = try TinyModel.decoder(
            TinyModel.configuration(family: .qwen2, tiesEmbeddings: false), dtype: dtype)
        for (_, tensor) in decoder.weights { try tensor.setRequiresGradient(true) }
        let forest = shape.forest
        let weights = try Tensor.random([forest.tokens.count, 31], dtype: dtype, seed: 5)

        func gradients(_ run: () throws -> Void) throws -> [Tensor] {
            try run()
            return try decoder.weights.map { _, tensor in
                let gradient = try #require(try tensor.gradient())
                try tensor.clearGradient()
                return gradient
            }
        }
        let together = try gradients {
            try (decoder.logits(forest).logSoftmax() * weights).sum().backward()
        }
        let separate = try gradients {
            for (index, segment) in forest.segments.enumerated() {
                let path = PackedForest(roots: [forest.path(to: index)])
                let end = path.tokens.count
                let own = try decoder.logits(path).logSoftmax()
                    .narrowed(to: end - segment.range.count..<end)
                try (own * weights.narrowed(to: segment.range)).sum().backward()
            }
        }
        let tolerance = Tolerance.ofLargest(dtype == .float64 ? 1e-9 : 1e-5)
        for (index, weight) in decoder.weights.enumerated() {
            try expectClose(together[index], separate[index], tolerance, weight.name)
        }
    }

    @Test func `a model's gradient equals central differences`() throws {
        let decoder = try TinyModel.decoder(dtype: .float64)
        let forest = ForestShape.all[2].forest
        let weights = try Tensor.random([forest.tokens.count, 31], seed: 6)
        func loss() throws -> Tensor { try (decoder.logits(forest).logSoftmax() * weights).sum() }
        for (name, tensor) in decoder.weights where name.contains("layers.0") {
            try tensor.setRequiresGradient(true)
            try loss().backward()
            let gradient: [Double] = try #require(try tensor.gradient()).values()
            try tensor.setRequiresGradient(false)
            let start: [Double] = try tensor.values()
            let largest = try #require(gradient.map(abs).max())
            for element in [0, start.count / 2, start.count - 1] {
                func shifted(by change: Double) throws -> Double {
                    var values = start
                    values[element] += change
                    try tensor.assign(Tensor(values, shape: tensor.shape))
                    return try loss().item()
                }
                let slope = try (shifted(by: 1e-5) - shifted(by: -1e-5)) / 2e-5
                #expect(abs(slope - gradient[element]) < 1e-6 * largest, "\(name) \(element)")
            }
            try tensor.assign(Tensor(start, shape: tensor.shape))
        }
    }

    @Test func `the head at some rows gives the logits of these rows`() throws {
        let decoder = try TinyModel.decoder()
        let forest = ForestShape.all[3].forest
        try withoutGradient {
            let hidden = try decoder.hidden(forest.pass)
            let all = try decoder.logits(of: hidden)
            let rows = [19, 0, 3, 3]
            try expectClose(
                decoder.logits(of: decoder.hidden(forest.pass, rows: rows)),
                all.selecting(Tensor(rows)), .float32)
            let letters = try Tensor([5, 30, 2])
            try expectClose(
                decoder.logits(of: hidden.selecting(Tensor(rows)), vocabularyRows: letters),
                all.selecting(Tensor(rows)).selecting(letters, along: 1), .float32)
        }
    }

    /// Rows that ascend take attention for themselves alone; the last layer's other rows are left out.
    @Test(arguments: ForestShape.all)
    func `asked for some rows the last layer gives what it gives for all`(
        shape: ForestShape
    ) throws {
        let decoder = try TinyModel.decoder()
        let pass = shape.forest.pass
        let count = pass.tokens.count
        let choices = [
            Array(0..<count), [count - 1], stride(from: 0, to: count, by: 3).map { $0 },
            (0..<count).filter { $0 % 5 > 1 },
        ]
        for dtype in [DType.float32, .float64] {
            let decoder = dtype == .float32 ? decoder : try TinyModel.decoder(dtype: dtype)
            let all = try withoutGradient { try decoder.hidden(pass) }
            for rows in choices {
                let some = try withoutGradient { try decoder.hidden(pass, rows: rows) }
                try expectClose(
                    some, all.selecting(Tensor(rows)),
                    .ofLargest(dtype == .float32 ? 1e-5 : 1e-12), "rows \(rows)")
            }
        }
    }

    @Test func `a token outside the vocabulary is refused`() throws {
        let decoder = try TinyModel.decoder()
        for token in [31, -1] as [Int32] {
            expectRefusal(
                "forward pass: token \(token) is outside the vocabulary of 31"
            ) { try decoder.logits(PackedForest(roots: [[1, token]])) }
        }
    }
}
