import Foundation
import TestSupport
import Testing
import Torch

/// The sources of our CUDA kernels, run on the CPU, against the CPU's own loops and plain operations.
/// Widths fall into packs of 16 bytes or do not, and rows are longer than a block or shorter.
@Suite(.serialized) struct KernelEmulationTests {
    static let types: [DType] = [.float64, .float32, .bfloat16]

    private static func tolerance(_ dtype: DType) -> Tolerance {
        switch dtype {
        case .float64: .ofLargest(1e-12)
        case .float32: .ofLargest(1e-5)
        default: .bfloat16
        }
    }

    private static func wide(_ dtype: DType) -> DType { dtype == .float64 ? .float64 : .float32 }

    private func random(_ shape: [Int], _ dtype: DType, seed: UInt64) throws -> Tensor {
        try Tensor.random(shape, dtype: dtype, in: -2...2, seed: seed).moved(to: .cpu)
    }

    /// The gradients of `inputs` where those of the results are `gradients`.
    private func gradients(
        _ inputs: [Tensor], _ gradients: [Tensor], of body: ([Tensor]) throws -> [Tensor]
    ) throws -> [Tensor] {
        let leaves = try inputs.map { try $0.asLeaf() }
        let results = try body(leaves)
        var sum = try (results[0] * gradients[0]).sum()
        for index in 1..<max(results.count, 1) {
            sum = try sum + (results[index] * gradients[index]).sum()
        }
        try sum.backward()
        return try leaves.map { try #require(try $0.gradient()) }
    }

    @Test(arguments: types, [[1, 5], [3, 131], [2, 64], [2, 1024]])
    func `the norm's kernels`(dtype: DType, shape: [Int]) throws {
        let tensors = try (0..<5).map { try random($0 == 2 ? [shape[1]] : shape, dtype, seed: $0) }
        let (x, delta, weight) = (tensors[0], tensors[1], tensors[2])
        let inputs = try tensors.map { KernelArgument.memory(try KernelMemory($0)) }
        let (sum, normed) = (KernelMemory(shape, dtype), KernelMemory(shape, dtype))
        let scales = KernelMemory([shape[0]], Self.wide(dtype))
        emulate(
            "norm", dtype, grid: (shape[0], 1, 1), threads: 64,
            [
                inputs[0], inputs[1], inputs[2], .memory(sum), .memory(normed), .memory(scales),
                .whole(shape[1]), .number(1e-6),
            ])
        let expected = try x.addingAndNormalizing(delta, weight: weight, epsilon: 1e-6)
        try expectClose(sum.tensor(), expected.sum, .exact, "sum")
        try expectClose(normed.tensor(), expected.normed, Self.tolerance(dtype), "normed")

        let back = KernelMemory(shape, dtype)
        emulate(
            "norm_backward", dtype, grid: (shape[0], 1, 1), threads: 64,
            [
                .memory(sum), inputs[2], .memory(scales), inputs[3], inputs[4], .memory(back),
                .whole(shape[1]),
            ])
        let slopes = try gradients([x, delta], [tensors[4], tensors[3]]) {
            let (sum, normed) = try $0[0].addingAndNormalizing(
                $0[1], weight: weight, epsilon: 1e-6)
            return [sum, normed]
        }
        try expectClose(back.tensor(), slopes[0], Self.tolerance(dtype), "gradient")

        // Without a sum before it: `sum` is x.
        emulate(
            "norm", dtype, grid: (shape[0], 1, 1), threads: 32,
            [
                inputs[0], .none, inputs[2], inputs[0], .memory(normed), .memory(scales),
                .whole(shape[1]), .number(1e-6),
            ])
        try expectClose(
            normed.tensor(), x.rmsNormalized(weight: weight, epsilon: 1e-6), Self.tolerance(dtype),
            "alone")
    }

    @Test(arguments: types, [3, 333, 1024])
    func `SwiGLU's kernels`(dtype: DType, count: Int) throws {
        let tensors = try (0..<3).map { try random([count], dtype, seed: $0) }
        let inputs = try tensors.map { KernelArgument.memory(try KernelMemory($0)) }
        let results = (0..<3).map { _ in KernelMemory([count], dtype) }
        emulate(
            "swiglu", dtype, grid: (2, 1, 1), threads: 32,
            [inputs[0], inputs[1], .memory(results[0]), .whole(count)])
        emulate(
            "swiglu_backward", dtype, grid: (2, 1, 1), threads: 32,
            inputs + [.memory(results[1]), .memory(results[2]), .whole(count)])
        let expected = try tensors[0].swiglu(tensors[1])
        let slopes = try gradients([tensors[0], tensors[1]], [tensors[2]]) {
            [try $0[0].swiglu($0[1])]
        }
        for (found, right) in zip(results, [expected] + slopes) {
            try expectClose(found.tensor(), right, Self.tolerance(dtype))
        }
    }

    @Test(arguments: types, [10, 64])
    func `the rotation's kernel`(dtype: DType, size: Int) throws {
        let (tokens, heads) = (3, 5)
        let shape = [tokens, heads, size]
        let x = try random(shape, dtype, seed: 1)
        let slope = try random(shape, dtype, seed: 2)
        let angles = try (3..<5).map { try random([tokens, size], dtype, seed: $0) }
        let tables = try angles.map { KernelArgument.memory(try KernelMemory($0)) }
        let expected = try x.rotated(cosines: angles[0], sines: angles[1])
        let back = try gradients([x], [slope]) {
            [try $0[0].rotated(cosines: angles[0], sines: angles[1])]
        }
        for (input, right, forward) in [(x, expected, 1), (slope, back[0], 0)] {
            let result = KernelMemory(shape, dtype)
            emulate(
                "rotate", dtype, grid: (tokens, 1, 1), threads: 32,
                [.memory(try KernelMemory(input))] + tables + [
                    .memory(result), .whole(heads), .whole(size), .whole(forward),
                ])
            try expectClose(result.tensor(), right, Self.tolerance(dtype), "forward: \(forward)")
        }
    }

    @Test(arguments: types, [50, 1024])
    func `the cross-entropy's kernel`(dtype: DType, vocabulary: Int) throws {
        let rows = 4
        // A row with two targets, one with the same target twice, one without any.
        let tokens = [49, 0, 7, 20, 20]
        let targetRows = [0, 1, 1, 3, 3]
        let shares: [Float] = [1, 0.5, 2, 1, 0.25]
        let logits = try random([rows, vocabulary], dtype, seed: 1)
        let memory = try KernelMemory(logits)
        let losses = KernelMemory([rows], .float64)
        emulate(
            "cross_entropy", dtype, grid: (rows, 1, 1), threads: 64,
            [
                .memory(memory), .memory(try KernelMemory(Tensor([0, 1, 3, 3, 5]))),
                .memory(try KernelMemory(Tensor(tokens))),
                .memory(try KernelMemory(Tensor(shares.map(Double.init)))),
                .memory(KernelMemory([tokens.count], .float64)), .memory(losses),
                .whole(vocabulary), 1,
            ])
        // With the unit matrix as head the hidden state is the logits.
        let unit = try Tensor(
            (0..<vocabulary * vocabulary).map { $0 % (vocabulary + 1) == 0 ? 1.0 : 0 },
            shape: [vocabulary, vocabulary])
        let leaf = try logits.converted(to: .float64).asLeaf()
        let loss = try leaf.crossEntropy(
            head: unit, rows: targetRows, tokens: tokens, weights: shares, reference: true)
        try loss.backward()
        try expectClose(
            losses.tensor().sum(), loss.detached(), .ofLargest(dtype == .float64 ? 1e-12 : 1e-5))
        try expectClose(
            memory.tensor().converted(to: .float64), #require(try leaf.gradient()),
            Self.tolerance(dtype))
    }

    struct Product: Sendable, CustomTestStringConvertible {
        let rows: Int
        let width: Int
        let rank: Int
        var testDescription: String { "\(rows) x \(width), rank \(rank)" }
    }

    @Test(
        arguments: types,
        [
            Product(rows: 1, width: 3, rank: 1), Product(rows: 70, width: 67, rank: 8),
            Product(rows: 33, width: 520, rank: 11), Product(rows: 130, width: 64, rank: 16),
        ])
    func `the low-rank change's kernels`(dtype: DType, product: Product) throws {
        let (rows, width, rank) = (product.rows, product.width, product.rank)
        let wide = Self.wide(dtype)
        let x = try random([rows, width], dtype, seed: 1)
        let m = try random([rank, width], wide, seed: 2)
        let u = try random([rows, rank], wide, seed: 3)
        let (xs, ms, us) = try (KernelMemory(x), KernelMemory(m), KernelMemory(u))
        let sizes: [KernelArgument] = [.whole(rows), .whole(width), .whole(rank)]
        let wideX = try x.converted(to: wide)
        let eights = (rank + 7) / 8
        let tolerance = Self.tolerance(wide)

        let low = KernelMemory([rows, rank], wide)
        emulate(
            "low_rank_down", dtype, grid: ((rows + 31) / 32, eights, 1), threads: 256,
            [.memory(xs), .memory(ms), .memory(low)] + sizes)
        try expectClose(low.tensor(), wideX.matmul(m.transposed(0, 1)), tolerance, "narrow")

        let pieces = (rows + 63) / 64
        let parts = KernelMemory([pieces, rank, width], wide)
        emulate(
            "low_rank_gradient", dtype, grid: (pieces, 2, eights), threads: 32,
            [.memory(us), .memory(xs), .memory(parts)] + sizes + [64])
        let outer = try u.transposed(0, 1).matmul(wideX)
        try expectClose(parts.tensor().sum(along: 0), outer, tolerance, "outer")

        emulate(
            "low_rank_up", dtype, grid: ((rows + 7) / 8, 2, 1), threads: 32,
            [.memory(xs), .memory(us), .memory(ms)] + sizes + [.number(0.7)])
        let added = try (wideX + u.matmul(m) * 0.7).converted(to: dtype)
        try expectClose(xs.tensor(), added, Self.tolerance(dtype), "added")
    }

    /// Flash attention gives log-sum-exps by head, or by row where rows are packed by key head.
    @Test(arguments: types, [(10, true), (64, true), (64, false)])
    func `the merge of attention parts`(dtype: DType, layout: (size: Int, isByHead: Bool)) throws {
        let size = layout.size
        let (all, heads) = (6, 3)
        let places = [1, 2, 5]
        let wide = Self.wide(dtype)
        let out = try random([all, heads, size], dtype, seed: 1)
        let part = try random([places.count, heads, size], dtype, seed: 2)
        let lse = try random([heads, all], wide, seed: 3)
        let partLSE = try random([heads, places.count], wide, seed: 4)
        let (outs, lses) = try (KernelMemory(out), KernelMemory(lse))
        let partSums = layout.isByHead ? partLSE : try partLSE.transposed(0, 1)
        emulate(
            "attention_merge", dtype, grid: (places.count, 1, 1), threads: 32,
            [
                .memory(outs), .memory(lses), .memory(try KernelMemory(part)),
                .memory(try KernelMemory(partSums)), .memory(try KernelMemory(Tensor(places))),
                .whole(all), .whole(1), .whole(layout.isByHead ? places.count : 1),
                .whole(layout.isByHead ? 1 : heads), .whole(heads), .whole(size),
            ])
        var values = try out.converted(to: .float64).values(as: Double.self)
        var sums = try lse.converted(to: .float64).values(as: Double.self)
        let further = try part.converted(to: .float64).values(as: Double.self)
        let furtherSums = try partLSE.converted(to: .float64).values(as: Double.self)
        for (index, place) in places.enumerated() {
            for head in 0..<heads {
                let (old, added) = (
                    exp(sums[head * all + place]), exp(furtherSums[head * places.count + index])
                )
                for i in 0..<size {
                    let at = (place * heads + head) * size + i
                    values[at] =
                        (old * values[at] + added * further[(index * heads + head) * size + i])
                        / (old + added)
                }
                sums[head * all + place] = log(old + added)
            }
        }
        try expectClose(
            outs.tensor(), Tensor(values, shape: [all, heads, size]), Self.tolerance(dtype), "out")
        try expectClose(lses.tensor(), Tensor(sums, shape: [heads, all]), .ofLargest(1e-6), "lse")
    }
}
