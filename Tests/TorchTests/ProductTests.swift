import TestSupport
import Testing

@testable import Torch

/// The ways of bfloat16 products that this processor can go, against float64.
@Suite struct ProductTests {
    struct Size: Sendable, CustomTestStringConvertible {
        let rows: Int
        let depth: Int
        let columns: Int
        var testDescription: String { "\(rows) × \(depth) × \(columns)" }
    }

    static let ways = GEMMBackend.allCases.filter { $0 != .library && $0.isThere }

    static let sizes = [
        Size(rows: 1, depth: 8, columns: 3), Size(rows: 15, depth: 33, columns: 64),
        Size(rows: 16, depth: 128, columns: 130), Size(rows: 70, depth: 96, columns: 300),
        Size(rows: 1025, depth: 24, columns: 1100), Size(rows: 2050, depth: 16, columns: 18),
        Size(rows: 29, depth: 4130, columns: 70),
    ]

    private func matrix(_ rows: Int, _ columns: Int, seed: UInt64) throws -> Tensor {
        try Tensor.random([rows, columns], dtype: .bfloat16, seed: seed).moved(to: .cpu)
    }

    /// Whole numbers from -4 to 4: sums of 32 of their products are exact in float16.
    private func wholeNumbers(_ rows: Int, _ columns: Int, seed: UInt64) throws -> Tensor {
        let values = try matrix(rows, columns, seed: seed).converted(to: .float32)
            .values(as: Float.self)
        return try Tensor(
            values.map { max(-4, min(4, ($0 * 3).rounded())) }, shape: [rows, columns]
        )
        .converted(to: .bfloat16)
    }

    @Test(arguments: ways, sizes)
    func `sums of whole numbers are exact`(way: GEMMBackend, size: Size) throws {
        let x = try wholeNumbers(size.rows, size.depth, seed: 1)
        let weight = try wholeNumbers(size.columns, size.depth, seed: 2)
        let bias = try wholeNumbers(1, size.columns, seed: 3).reshaped([size.columns])
        let exact = try x.converted(to: .float64).linear(
            weight: weight.converted(to: .float64), bias: bias.converted(to: .float64))
        let rounded = try exact.converted(to: .float32).converted(to: .bfloat16)
        try expectClose(
            x.product(way, weight: weight, bias: bias), rounded, .exact, "as it is")
        let transposed = try x.product(
            way, weight: weight.transposed(0, 1).copied(), isTransposed: true)
        try expectClose(transposed, x.product(way, weight: weight), .exact, "transposed")
    }

    @Test(arguments: ways, sizes)
    func `it is close to the product in float64`(way: GEMMBackend, size: Size) throws {
        let x = try matrix(size.rows, size.depth, seed: 1)
        let weight = try matrix(size.columns, size.depth, seed: 2)
        let (wide, wideWeight) = try (x.converted(to: .float64), weight.converted(to: .float64))
        let exact = try wide.linear(weight: wideWeight).values(as: Double.self)
        // The size of a sum of as many products with random signs.
        let sizes = try (wide * wide).linear(weight: wideWeight * wideWeight)
            .values(as: Double.self).map { $0.squareRoot() }
        let found = try x.product(way, weight: weight)
        #expect(found.dtype == .bfloat16)
        // Half a unit of bfloat16's eight bits, and eight standard deviations of what the roundings
        // of 32 partial sums to float16's eleven bits are, 8e-4 of a sum's size.
        let share = way == .float16 ? 7e-3 : 1e-5
        var (gaps, squares) = (0.0, 0.0)
        for (value, (truth, size)) in zip(
            try found.converted(to: .float64).values(as: Double.self), zip(exact, sizes))
        {
            #expect(abs(value - truth) <= abs(truth) / 256 + share * size)
            gaps += (value - truth) * (value - truth)
            squares += truth * truth
        }
        // The rounding to bfloat16 alone makes 1.7e-3.
        if exact.count > 10_000 { #expect((gaps / squares).squareRoot() < 2.2e-3) }
    }

    @Test(arguments: ways, [false, true])
    func `a row has the same bits whatever rows stand beside it`(
        way: GEMMBackend, isTransposed: Bool
    ) throws {
        let x = try matrix(2100, 200, seed: 4)
        let weight = try isTransposed ? matrix(200, 300, seed: 5) : matrix(300, 200, seed: 5)
        let whole = try x.product(way, weight: weight, isTransposed: isTransposed)
        for rows in [0..<1, 3..<4, 5..<20, 7..<71, 1090..<1100, 100..<700, 2040..<2100] {
            try expectClose(
                x.narrowed(to: rows).product(way, weight: weight, isTransposed: isTransposed),
                whole.narrowed(to: rows), .exact, "\(rows)")
        }
    }

    @Test(arguments: ways)
    func `rows and weights of any size keep their digits`(way: GEMMBackend) throws {
        let depth = 40
        let x = try matrix(4, depth, seed: 6).converted(to: .float32)
        let weight = try matrix(70, depth, seed: 7)
        let plain = try x.converted(to: .bfloat16).product(way, weight: weight)
        for power in [-100, -20, 20, 100] {
            let scale = try Tensor.full(
                Double(sign: .plus, exponent: power, significand: 1), shape: [1], dtype: .float32)
            let scaled = try (x * scale).converted(to: .bfloat16)
            let found = try scaled.product(way, weight: weight)
            try expectClose(
                found.converted(to: .float32),
                plain.converted(to: .float32) * scale, .exact, "x · 2^\(power)")
            let small = try (weight.converted(to: .float32) * scale).converted(to: .bfloat16)
            try expectClose(
                x.converted(to: .bfloat16).product(way, weight: small).converted(to: .float32),
                plain.converted(to: .float32) * scale, .exact, "weight · 2^\(power)")
        }
        let zeros = try Tensor.zeros(shape: [2, depth], dtype: .bfloat16)
        #expect(
            try zeros.product(way, weight: weight).converted(to: .float32).values(as: Float.self)
                .allSatisfy { $0 == 0 })
    }

    @Test(arguments: ways, [Float.nan, .infinity])
    func `a row that is not finite stays so, and spoils no other`(
        way: GEMMBackend, value: Float
    ) throws {
        let weight = try matrix(70, 40, seed: 9)
        let whole = try matrix(3, 40, seed: 8)
        var values = try whole.converted(to: .float32).values(as: Float.self)
        values[40 + 7] = value
        let x = try Tensor(values, shape: [3, 40]).converted(to: .bfloat16)
        let found = try x.product(way, weight: weight)
        let plain = try whole.product(way, weight: weight)
        for row in [0, 2] {
            try expectClose(
                found.narrowed(to: row..<row + 1), plain.narrowed(to: row..<row + 1), .exact,
                "row \(row)")
        }
        let spoilt = try found.narrowed(to: 1..<2).converted(to: .float32).values(as: Float.self)
        #expect(spoilt.allSatisfy { !$0.isFinite })
    }

    /// Training V leaves the first layer's Q and K without a gradient. By another product than in
    /// training Q, K and V, their roundings moved the first loss of a real model by up to 0.15.
    @Test(arguments: ways)
    func `a layer multiplies alike whether gradients are recorded or not`(
        way: GEMMBackend
    ) throws {
        let x = try matrix(70, 2000, seed: 10)
        let weight = try matrix(300, 2000, seed: 11)
        let change = try (
            a: Tensor.random([2, 2000], dtype: .float32, seed: 12).moved(to: .cpu),
            b: Tensor.zeros(shape: [300, 2], dtype: .float32), scale: 1.0
        )
        try change.a.setRequiresGradient(true)
        try way.inLayers {
            let product = try x.product(way, weight: weight)
            try expectClose(x.frozenLinear(weight: weight), product, .exact, "no gradient")
            try expectClose(x.linear(weight: weight), product, .exact, "no gradient, linear")
            let adapted = try x.frozenLinear(weight: weight, change: change)
            #expect(adapted.requiresGradient)
            try expectClose(adapted.detached(), product, .exact, "an adapter's gradient")
        }
    }

    /// Language models have such values (massive activations) in their first token. Here two of them
    /// cancel, so that the others' products are all that is left.
    @Test(arguments: ways, [false, true])
    func `values far above the others of their row cost those no digits`(
        way: GEMMBackend, isTransposed: Bool
    ) throws {
        let (rows, depth, columns) = (20, 600, 70)
        var values = try matrix(rows, depth, seed: 13).converted(to: .float32)
            .values(as: Float.self)
        var weights = try matrix(columns, depth, seed: 14).converted(to: .float32)
            .values(as: Float.self)
        for column in 0..<columns { weights[column * depth + 6] = weights[column * depth + 5] }
        func product(_ way: GEMMBackend, _ weight: Tensor) throws -> [Double] {
            let x = try Tensor(values, shape: [rows, depth]).converted(to: .bfloat16)
            return try x.product(
                way, weight: isTransposed ? weight.transposed(0, 1).copied() : weight,
                isTransposed: isTransposed
            )
            .converted(to: .float64).values(as: Double.self)
        }
        let weight = try Tensor(weights, shape: [columns, depth]).converted(to: .bfloat16)
        for row in 0..<rows { for k in [5, 6] { values[row * depth + k] = 0 } }
        let exact = try product(.float32, weight)
        for row in 0..<rows {
            values[row * depth + 5] = 16384
            values[row * depth + 6] = -16384
        }
        // As in the product without them: eight bits, and the roundings of float16 sums.
        let share = way == .float16 ? 7e-3 * Double(depth).squareRoot() : 0.02
        for (value, truth) in zip(try product(way, weight), exact) {
            #expect(abs(value - truth) <= abs(truth) / 128 + share)
        }
    }

    @Test(arguments: ways)
    func `other types and shapes are refused`(way: GEMMBackend) throws {
        let x = try matrix(2, 4, seed: 6)
        expectRefusal(
            "product(_:weight:bias:isTransposed:): a product needs bfloat16 matrices on the CPU; "
                + "found [2, 4] and [3, 4]"
        ) { try x.product(way, weight: .zeros(shape: [3, 4])) }
        expectRefusal(
            "product(_:weight:bias:isTransposed:): a product of [2, 4] with [3, 5] has no common axis"
        ) { try x.product(way, weight: matrix(3, 5, seed: 7)) }
    }

    @Test func `a way that the processor lacks is refused`() throws {
        guard let way = GEMMBackend.allCases.first(where: { !$0.isThere }) else { return }
        let reason = try #require(way.unavailableReason)
        #expect(reason.contains("AVX-512 FP16 instructions"))
        expectRefusal("product(_:weight:bias:isTransposed:): \(reason)") {
            try matrix(2, 4, seed: 6).product(way, weight: matrix(3, 4, seed: 7))
        }
    }
}
