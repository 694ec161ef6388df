import TestSupport
import Testing
import Torch

/// Our own loops against compositions of library operations: results and gradients.
@Suite struct FusedEqualityTests {
    static let types: [DType] = [.float64, .float32, .bfloat16]

    /// What a type may differ by, of the tensor's largest.
    private static func tolerance(_ dtype: DType) -> Tolerance {
        switch dtype {
        case .float64: .ofLargest(1e-12)
        case .float32: .ofLargest(1e-5)
        default: .bfloat16
        }
    }

    /// Runs both on leaves of their own and compares results and gradients.
    private func compare(
        _ inputs: [Tensor], _ tolerance: Tolerance, _ what: String,
        fused: ([Tensor]) throws -> Tensor, plain: ([Tensor]) throws -> Tensor
    ) throws {
        func run(_ body: ([Tensor]) throws -> Tensor) throws -> [Tensor] {
            let leaves = try inputs.map { try $0.asLeaf() }
            let out = try body(leaves)
            let weights = try Tensor.random(out.shape, dtype: out.dtype, seed: 99)
            try (out * weights).sum().backward()
            return try [out.detached()] + leaves.map { try #require(try $0.gradient()) }
        }
        let found = try run(fused)
        let expected = try run(plain)
        for index in found.indices {
            try expectClose(
                found[index], expected[index], tolerance,
                index == 0 ? what : "\(what), gradient \(index - 1)")
        }
        try expectClose(try withoutGradient { try fused(inputs) }, found[0], .exact, what)
    }

    @Test(arguments: types, [[1, 5], [7, 64], [70, 131], [3, 4, 16]])
    func `an RMS norm`(dtype: DType, shape: [Int]) throws {
        let x = try Tensor.random(shape, dtype: dtype, in: -3...3, seed: 1)
        let weight = try Tensor.random([shape.last ?? 0], dtype: dtype, in: 0.5...2, seed: 2)
        try compare([x, weight], Self.tolerance(dtype), "norm") {
            try $0[0].rmsNormalized(weight: $0[1], epsilon: 1e-6)
        } plain: {
            let wide = try $0[0].converted(to: dtype == .float64 ? .float64 : .float32)
            let last = shape.count - 1
            let mean =
                try (wide * wide).sum(along: last, keepingAxis: true)
                * (1 / Double(shape[last]))
            return try (wide / (mean + 1e-6).squareRoot()).converted(to: dtype) * $0[1]
        }
    }

    @Test(arguments: types)
    func `a sum and its RMS norm`(dtype: DType) throws {
        let inputs = try (0..<2).map {
            try Tensor.random([9, 48], dtype: dtype, in: -2...2, seed: UInt64($0))
        }
        let weight = try Tensor.random([48], dtype: dtype, in: 0.5...2, seed: 3)
        // Both results are used, one of them twice.
        try compare(inputs + [weight], Self.tolerance(dtype), "sum and norm") {
            let (sum, normed) = try $0[0].addingAndNormalizing(
                $0[1], weight: $0[2], epsilon: 1e-5)
            return try sum * 0.5 + normed * sum
        } plain: {
            let sum = try $0[0] + $0[1]
            return try sum * 0.5 + sum.rmsNormalized(weight: $0[2], epsilon: 1e-5) * sum
        }
    }

    @Test(arguments: types, [[3], [40, 333]])
    func `swiglu`(dtype: DType, shape: [Int]) throws {
        let inputs = try (0..<2).map {
            try Tensor.random(shape, dtype: dtype, in: -9...9, seed: UInt64($0))
        }
        try compare(inputs, Self.tolerance(dtype), "swiglu") {
            try $0[0].swiglu($0[1])
        } plain: {
            try $0[0].silu() * $0[1]
        }
    }

    @Test func `swiglu keeps infinities and what is not a number`() throws {
        let gate = try Tensor([Float.infinity, -.infinity, .nan, 200, -200], shape: [5])
            .moved(to: Fixture.device())
        let found = try gate.swiglu(.full(1, shape: [5], device: gate.device)).floats()
        #expect(found[0] == .infinity)
        #expect(found[2].isNaN)
        #expect(found[3] == 200)
        #expect(abs(found[4]) < 1e-30)
    }

    @Test(arguments: types)
    func `rotary`(dtype: DType) throws {
        let x = try Tensor.random([11, 3, 10], dtype: dtype, seed: 1)
        let cosines = try Tensor.random([11, 10], dtype: dtype, seed: 2)
        let sines = try Tensor.random([11, 10], dtype: dtype, seed: 3)
        try compare([x], Self.tolerance(dtype), "rotary") {
            try $0[0].rotated(cosines: cosines, sines: sines)
        } plain: {
            let (first, second) = try (
                $0[0].narrowed(to: 0..<5, along: 2), $0[0].narrowed(to: 5..<10, along: 2)
            )
            let turned = try Tensor.concatenated([second * -1, first], along: 2)
            let column = [11, 1, 10]
            return try $0[0] * cosines.reshaped(column) + turned * sines.reshaped(column)
        }
    }

    struct Layer: Sendable, CustomTestStringConvertible {
        let rows: Int
        let input: Int
        let output: Int
        /// 0 is no change.
        let rank: Int
        var testDescription: String { "\(rows) x \(input) -> \(output), rank \(rank)" }
    }

    static let layers = [
        Layer(rows: 1, input: 3, output: 2, rank: 1),
        Layer(rows: 40, input: 67, output: 130, rank: 8),
        Layer(rows: 33, input: 200, output: 48, rank: 11),
        Layer(rows: 5, input: 8, output: 9, rank: 0),
    ]

    @Test(arguments: types, layers)
    func `a frozen layer with a change that learns`(dtype: DType, layer: Layer) throws {
        let wide: DType = dtype == .float64 ? .float64 : .float32
        let weight = try Tensor.random([layer.output, layer.input], dtype: dtype, seed: 1)
        let bias = try Tensor.random([layer.output], dtype: dtype, seed: 2)
        let turned = try weight.transposed(0, 1).copied()
        var inputs = [try Tensor.random([layer.rows, layer.input], dtype: dtype, seed: 3)]
        if layer.rank > 0 {
            inputs.append(try .random([layer.rank, layer.input], dtype: wide, seed: 4))
            inputs.append(try .random([layer.output, layer.rank], dtype: wide, seed: 5))
        }
        for transposed in [nil, turned] {
            func apply(_ leaves: [Tensor], reference: Bool) throws -> Tensor {
                try leaves[0].frozenLinear(
                    weight: weight, bias: bias, transposed: transposed,
                    change: leaves.count > 1 ? (leaves[1], leaves[2], 0.7) : nil,
                    reference: reference)
            }
            try compare(inputs, Self.tolerance(dtype), "frozen linear") {
                try apply($0, reference: false)
            } plain: {
                try apply($0, reference: true)
            }
        }
    }

    @Test func `a frozen layer refuses matrices that do not fit`() throws {
        let x = try Tensor.zeros(shape: [2, 3])
        let weight = try Tensor.zeros(shape: [4, 3])
        expectRefusal(
            "frozenLinear(weight:bias:transposed:change:reference:): a low-rank change of a weight "
                + "[4, 3] needs [rank, 3] and [4, rank]; found [2, 3] and [4, 1]"
        ) {
            try x.frozenLinear(
                weight: weight,
                change: (.zeros(shape: [2, 3]), .zeros(shape: [4, 1]), 1))
        }
        expectRefusal(
            "frozenLinear(weight:bias:transposed:change:reference:): the transposed copy of a weight "
                + "[4, 3] has the shape [4, 3]"
        ) { try x.frozenLinear(weight: weight, transposed: weight) }
    }

    @Test(arguments: types)
    func `a cross-entropy`(dtype: DType) throws {
        let hidden = try Tensor.random([6, 12], dtype: dtype, in: -2...2, seed: 1)
        let head = try Tensor.random([50, 12], dtype: dtype, seed: 2)
        // A row with two targets, one with the same target twice, one without any.
        let rows = [0, 1, 1, 3, 3, 5, 4]
        let tokens = [49, 0, 7, 20, 20, 3, 8]
        let weights: [Float] = [1, 0.5, 2, 1, 1, 0.25, 1]
        try compare([hidden], Self.tolerance(dtype), "cross-entropy") {
            try $0[0].crossEntropy(head: head, rows: rows, tokens: tokens, weights: weights)
        } plain: {
            try $0[0].crossEntropy(
                head: head, rows: rows, tokens: tokens, weights: weights, reference: true)
        }
    }

    @Test func `a cross-entropy of equal logits is the logarithm of the vocabulary`() throws {
        let loss = try Tensor.zeros(shape: [2, 3], dtype: .float64).crossEntropy(
            head: .random([10, 3], seed: 1), rows: [0, 1], tokens: [4, 9], weights: [1, 2])
        #expect(abs(try loss.item() - 6.907755278982137) < 1e-12)
    }

    @Test func `a cross-entropy refuses a target outside the vocabulary`() throws {
        let hidden = try Tensor.zeros(shape: [2, 3])
        let head = try Tensor.zeros(shape: [10, 3])
        let name = "crossEntropy(head:rows:tokens:weights:reference:): "
        expectRefusal(name + "target 10 is outside the vocabulary of 10") {
            try hidden.crossEntropy(head: head, rows: [0], tokens: [10], weights: [1])
        }
        expectRefusal(name + "target row 2 is outside the 2 rows") {
            try hidden.crossEntropy(head: head, rows: [2], tokens: [1], weights: [1])
        }
    }

    /// Longer than a tile, with shared prefixes, and heads of the sizes that checkpoints have.
    @Test(arguments: [64, 128], [DType.float32, .bfloat16])
    func `attention over several tiles`(size: Int, dtype: DType) throws {
        var blocks: [AttentionBlock] = []
        let segments = [0..<150, 150..<151, 151..<280, 280..<360]
        for range in segments {
            blocks.append(.init(queries: range, keys: range, isCausal: true))
        }
        blocks.append(.init(queries: 150..<280, keys: 0..<150))
        let q = try Tensor.random([360, 4, size], dtype: dtype, in: -2...2, seed: 1)
        let k = try Tensor.random([360, 2, size], dtype: dtype, in: -2...2, seed: 2)
        let v = try Tensor.random([360, 2, size], dtype: dtype, seed: 3)
        func apply(_ leaves: [Tensor], _ path: AttentionPath) throws -> Tensor {
            try leaves[0].attending(
                to: leaves[1], values: leaves[2], blocks: blocks, scale: 0.125, path: path)
        }
        try compare([q, k, v], Self.tolerance(dtype), "attention") {
            try apply($0, .fastest)
        } plain: {
            try apply($0, .composed)
        }
    }

    /// A product rounded once and the same rounded twice lie far apart there.
    @Test(arguments: [DType.float32, .bfloat16])
    func `huge scores leave output and gradients finite`(dtype: DType) throws {
        let q = try Tensor.random([70, 2, 8], dtype: dtype, in: -1e8...1e8, seed: 1).asLeaf()
        let k = try Tensor.random([70, 2, 8], dtype: dtype, in: -1e8...1e8, seed: 2).asLeaf()
        let v = try Tensor.random([70, 2, 8], dtype: dtype, seed: 3).asLeaf()
        let block = AttentionBlock(queries: 0..<70, keys: 0..<70, isCausal: true)
        let out = try q.attending(to: k, values: v, blocks: [block], scale: 0.3)
        #expect(try out.detached().isFinite())
        #expect(try out.detached().floats().allSatisfy { abs($0) <= 1.01 })
        try out.sum().backward()
        for leaf in [q, k, v] { #expect(try #require(try leaf.gradient()).isFinite()) }
    }

    @Test func `scores far below zero leave the gradients finite`() throws {
        let device = try Fixture.device()
        let q = try Tensor.full(-40, shape: [5, 1, 8], device: device).asLeaf()
        let k = try Tensor.full(40, shape: [5, 1, 8], device: device).asLeaf()
        let v = try Tensor.random([5, 1, 8], dtype: .float32, seed: 1).asLeaf()
        let block = AttentionBlock(queries: 0..<5, keys: 0..<5, isCausal: true)
        try q.attending(to: k, values: v, blocks: [block], scale: 1).sum().backward()
        for leaf in [q, k, v] { #expect(try #require(try leaf.gradient()).isFinite()) }
    }
}
