import TestSupport
import Testing
import Torch

/// Attention over blocks against a dense masked softmax.
@Suite struct AttentionTests {
    struct Heads: Sendable, CustomTestStringConvertible {
        let heads: Int
        let keyHeads: Int
        let size: Int
        var testDescription: String { "\(heads)/\(keyHeads) heads of \(size)" }
    }

    static let heads = [
        Heads(heads: 1, keyHeads: 1, size: 8), Heads(heads: 4, keyHeads: 2, size: 16),
        Heads(heads: 6, keyHeads: 1, size: 4), Heads(heads: 3, keyHeads: 3, size: 10),
    ]

    @Test(arguments: heads, [1, 2, 3, 4])
    func `a forest equals a dense masked softmax`(heads: Heads, depth: Int) throws {
        for seed in 1...3 as ClosedRange<UInt64> {
            let forest = RandomForest(
                depth: depth, roots: 2, largestSegment: seed == 1 ? 40 : 5,
                seed: seed &* 1000 &+ UInt64(depth))
            for dtype in [DType.float32, .float64] {
                try compare(
                    heads, queries: forest.tokenCount, hidden: forest.hidden,
                    blocks: forest.blocks, dtype: dtype)
            }
        }
    }

    /// Leaves that have grown to different lengths behind one prompt of another: own tokens and
    /// question row by row, what is shared in tiles.
    @Test(arguments: heads, [1, 2, 5])
    func `decoding leaves see their prompt and their own tokens`(heads: Heads, batch: Int) throws {
        let (shared, question) = (70, 130)
        let keyCount = shared + question + batch * 100
        let slot = { (leaf: Int) in shared + question + leaf * 100 }
        let lengths = (0..<batch).map { 1 + 65 * $0 % 100 }
        var blocks = (0..<batch).map { leaf in
            AttentionBlock(
                queries: leaf..<leaf + 1, keys: slot(leaf)..<slot(leaf) + lengths[leaf],
                isRowWise: true)
        }
        blocks.append(
            AttentionBlock(
                queries: 0..<batch, keys: shared..<shared + question, isRowWise: true))
        blocks.append(AttentionBlock(queries: 0..<batch, keys: 0..<shared))
        let hidden = (0..<batch).map { leaf in
            (0..<keyCount).map { key in
                key >= shared + question
                    && !(slot(leaf)..<slot(leaf) + lengths[leaf]).contains(key)
            }
        }
        for dtype in [DType.float32, .float64] {
            try compare(
                heads, queries: batch, hidden: hidden, blocks: blocks, dtype: dtype,
                hasGradient: false)
        }
    }

    @Test func `a row computed alone has the bits that it has beside others`() throws {
        for (dtype, isRowWise) in [(DType.float32, true), (.bfloat16, true)] {
            let q = try Tensor.random([9, 4, 16], dtype: dtype, in: -3...3, seed: 1)
            let k = try Tensor.random([150, 2, 16], dtype: dtype, in: -3...3, seed: 2)
            let v = try Tensor.random([150, 2, 16], dtype: dtype, seed: 3)
            func attention(_ rows: Range<Int>) throws -> Tensor {
                try q.narrowed(to: rows).attending(
                    to: k, values: v,
                    blocks: [
                        .init(queries: 0..<rows.count, keys: 20..<90, isRowWise: isRowWise),
                        .init(queries: 0..<rows.count, keys: 90..<150, isRowWise: isRowWise),
                    ], scale: 0.3)
            }
            let together = try attention(0..<9)
            for row in 0..<9 {
                try expectClose(
                    attention(row..<row + 1), together.narrowed(to: row..<row + 1), .exact,
                    "\(dtype), row \(row)")
            }
        }
    }

    /// A decode pass on CUDA: keys lie head by head, and the query heads of a key head are packed.
    @Test func `one row of each text attends over a head-major cache`() throws {
        let (texts, heads, keyHeads, size, capacity) = (5, 6, 2, 8, 60)
        let q = try Tensor.random([texts, heads, size], dtype: .float64, in: -3...3, seed: 1)
        func cache(_ seed: UInt64) throws -> Tensor {
            try Tensor.random([keyHeads, capacity, size], dtype: .float64, in: -3...3, seed: seed)
                .transposed(0, 1)
        }
        let (k, v) = try (cache(2), cache(3))
        // Own keys of different lengths, out of order; a prompt that two texts share; a prefix of all.
        var blocks = (0..<texts).map { text in
            let start = 50 - 8 * text
            return AttentionBlock(
                queries: text..<text + 1, keys: start..<start + 1 + text, isRowWise: true)
        }
        blocks.append(AttentionBlock(queries: 1..<3, keys: 10..<17, isRowWise: true))
        blocks.append(AttentionBlock(queries: 4..<5, keys: 10..<12, isRowWise: true))
        blocks.append(AttentionBlock(queries: 0..<texts, keys: 0..<9))
        let found = try q.attending(
            to: k, values: v, blocks: blocks, scale: 0.35, path: .flashComposed)
        let plain = try q.attending(to: k, values: v, blocks: blocks, scale: 0.35, path: .composed)
        try expectClose(found, plain, .ofLargest(1e-12), "packed")
    }

    @Test func `rows whose first blocks differ may share a later one`() throws {
        let blocks = [
            AttentionBlock(queries: 0..<1, keys: 3..<4),
            AttentionBlock(queries: 1..<3, keys: 4..<6),
            AttentionBlock(queries: 0..<3, keys: 0..<2),
            AttentionBlock(queries: 0..<3, keys: 2..<3),
        ]
        let hidden = (0..<3).map { row in
            (0..<6).map { key in key > 2 && (row == 0) != (key == 3) }
        }
        try compare(Self.heads[1], queries: 3, hidden: hidden, blocks: blocks, dtype: .float64)
    }

    /// Heads of 8 in one way of products, those of 64 and 128 in that of Qwen2.5's sizes; `power`
    /// scales all numbers but those that scores are made of, which would saturate.
    @Test(arguments: [8, 64, 128], [0, -40, 12])
    func `bfloat16 stays near float32`(size: Int, power: Int) throws {
        let forest = RandomForest(depth: 3, roots: 2, largestSegment: 90, seed: 5)
        let scale = Double(sign: .plus, exponent: power, significand: 1)
        let (queries, keys) = ([forest.tokenCount, 4, size], [forest.tokenCount, 2, size])
        func random(_ shape: [Int], _ seed: UInt64, _ range: Double) throws -> Tensor {
            try Tensor.random(shape, dtype: .bfloat16, in: -range...range, seed: seed)
        }
        let inputs = try [
            random(queries, 1, 3), random(keys, 2, 3), random(keys, 3, scale),
        ]
        let weights = try random(queries, 4, scale)
        func run(_ dtype: DType) throws -> [Tensor] {
            let leaves = try inputs.map { try $0.converted(to: dtype).asLeaf() }
            let out = try leaves[0].attending(
                to: leaves[1], values: leaves[2], blocks: forest.blocks, scale: 0.1)
            #expect(out.dtype == dtype)
            try (out * weights.converted(to: dtype)).sum().backward()
            return try [out.detached()]
                + leaves.map { try #require(try $0.gradient()) }
        }
        for (name, (found, expected)) in zip(
            ["out", "queries", "keys", "values"], zip(try run(.bfloat16), try run(.float32)))
        {
            try expectClose(
                found.converted(to: .float32), expected, .ofLargest(0.02), name)
        }
    }

    @Test func `one huge key or gradient leaves the digits of other rows`() throws {
        let shape = [96, 2, 64]
        func numbers(_ seed: UInt64, huge: Float?) throws -> Tensor {
            var values = try Tensor.random(shape, dtype: .float32, seed: seed)
                .values(as: Float.self)
            // The last row, which no earlier one sees.
            if let huge { values[values.count - 5] = huge }
            return try Tensor(values, shape: shape).converted(to: .bfloat16)
                .moved(to: Fixture.device())
        }
        func run(huge: Float?) throws -> [Tensor] {
            let leaves = try [
                numbers(1, huge: nil), numbers(2, huge: huge), numbers(3, huge: huge),
            ].map { try $0.asLeaf() }
            let out = try leaves[0].attending(
                to: leaves[1], values: leaves[2],
                blocks: [.init(queries: 0..<96, keys: 0..<96, isCausal: true)], scale: 0.1)
            try (out * numbers(4, huge: nil)).sum().backward()
            return try [out.detached(), #require(try leaves[0].gradient())]
                .map { try $0.narrowed(to: 0..<64).converted(to: .float32) }
        }
        let plain = try run(huge: nil)
        for (found, expected) in zip(try run(huge: 1000), plain) {
            try expectClose(found, expected, .ofLargest(0.02), "the first rows")
        }
    }

    /// The kernels, the composition and the dense softmax: outputs and all gradients.
    private func compare(
        _ heads: Heads, queries: Int, hidden: [[Bool]], blocks: [AttentionBlock], dtype: DType,
        hasGradient: Bool = true
    ) throws {
        let keyCount = hidden[0].count
        let keyShape = [keyCount, heads.keyHeads, heads.size]
        let q = try Tensor.random(
            [queries, heads.heads, heads.size], dtype: dtype, in: -3...3, seed: 1)
        let k = try Tensor.random(keyShape, dtype: dtype, in: -3...3, seed: 2)
        let v = try Tensor.random(keyShape, dtype: dtype, seed: 3)
        let mask = try Tensor(hidden.flatMap { $0 }, shape: [1, queries, keyCount])
            .moved(to: Fixture.device())
        let weights = try Tensor.random(q.shape, dtype: dtype, seed: 4)
        func run(
            same: Tolerance = .exact, _ attention: (Tensor, Tensor, Tensor) throws -> Tensor
        ) throws -> [Tensor] {
            let leaves = try [q, k, v].map { try $0.asLeaf() }
            let out = try attention(leaves[0], leaves[1], leaves[2])
            guard hasGradient else { return [try withoutGradient { try attention(q, k, v) }] }
            let unrecorded = try withoutGradient { try attention(q, k, v) }
            try expectClose(unrecorded, out.detached(), same, "without gradient")
            try (out * weights).sum().backward()
            return try [out.detached()] + leaves.map { try #require(try $0.gradient()) }
        }
        let dense = try run { try Self.dense($0, $1, $2, hiding: mask, scale: 0.35) }
        let tolerance = Tolerance.ofLargest(dtype == .float64 ? 1e-9 : 1e-5)
        for path in AttentionPath.allCases {
            // Flash attention without gradients reads the keys elsewhere.
            let found = try run(same: path == .flashComposed ? tolerance : .exact) {
                try $0.attending(to: $1, values: $2, blocks: blocks, scale: 0.35, path: path)
            }
            for (index, what) in ["output", "query", "key", "value"].prefix(dense.count)
                .enumerated()
            {
                try expectClose(
                    found[index], dense[index], tolerance,
                    "\(what), \(dtype), \(path)")
            }
        }
    }

    private static func dense(
        _ q: Tensor, _ k: Tensor, _ v: Tensor, hiding mask: Tensor, scale: Double
    ) throws -> Tensor {
        let group = q.shape[1] / k.shape[1]
        let headOf = try Tensor((0..<q.shape[1]).map { $0 / group }).moved(to: q.device)
        let queries = try q.transposed(0, 1)
        let keys = try k.selecting(headOf, along: 1).transposed(0, 1)
        let values = try v.selecting(headOf, along: 1).transposed(0, 1)
        let scores = try queries.matmul(keys.transposed(1, 2)) * scale
        let weights = try scores.filled(-.infinity, where: mask).logSoftmax().exp()
        return try weights.matmul(values).transposed(0, 1)
    }
}
