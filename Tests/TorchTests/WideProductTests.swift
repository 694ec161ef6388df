import TestSupport
import Testing

@testable import Torch

/// bfloat16 products in float32 against the library's.
@Suite struct WideProductTests {
    struct Size: Sendable, CustomTestStringConvertible {
        let rows: Int
        let depth: Int
        let columns: Int
        var testDescription: String { "\(rows) × \(depth) × \(columns)" }
    }

    static let sizes = [
        Size(rows: 1, depth: 8, columns: 3), Size(rows: 15, depth: 33, columns: 64),
        Size(rows: 16, depth: 128, columns: 130), Size(rows: 70, depth: 96, columns: 300),
        Size(rows: 1025, depth: 24, columns: 1100), Size(rows: 2050, depth: 16, columns: 18),
    ]

    private func matrix(_ rows: Int, _ columns: Int, seed: UInt64) throws -> Tensor {
        try Tensor.random([rows, columns], dtype: .bfloat16, seed: seed)
    }

    @Test(arguments: sizes)
    func `it equals the product of the same numbers in float64`(size: Size) throws {
        let x = try matrix(size.rows, size.depth, seed: 1)
        let weight = try matrix(size.columns, size.depth, seed: 2)
        let bias = try Tensor.random([size.columns], dtype: .bfloat16, seed: 3)
        let exact = try x.converted(to: .float64).linear(
            weight: weight.converted(to: .float64), bias: bias.converted(to: .float64))
        // Rounded once: half a unit of bfloat16's eight bits.
        let found = try x.wideProduct(weight: weight, bias: bias)
        #expect(found.dtype == .bfloat16)
        let gaps = try (found.converted(to: .float64) - exact).values(as: Double.self)
        let sizes = try exact.values(as: Double.self)
        for (gap, value) in zip(gaps, sizes) {
            #expect(abs(gap) <= abs(value) / 256 + 1e-5)
        }
        let turned = try x.wideProduct(weight: weight.transposed(0, 1).copied(), isTurned: true)
        let plain = try x.wideProduct(weight: weight)
        try expectClose(turned, plain, .bfloat16, "turned")
    }

    @Test(arguments: [false, true])
    func `a row has the same bits whatever rows stand beside it`(isTurned: Bool) throws {
        let x = try matrix(1100, 200, seed: 4)
        let weight = try isTurned ? matrix(200, 300, seed: 5) : matrix(300, 200, seed: 5)
        let whole = try x.wideProduct(weight: weight, isTurned: isTurned)
        for rows in [0..<1, 3..<4, 5..<20, 7..<71, 1090..<1100, 100..<700] {
            try expectClose(
                x.narrowed(to: rows).wideProduct(weight: weight, isTurned: isTurned),
                whole.narrowed(to: rows), .exact, "\(rows)")
        }
    }

    @Test func `other types and shapes are refused`() throws {
        let x = try matrix(2, 4, seed: 6)
        expectRefusal(
            "wideProduct(weight:bias:isTurned:): a wide product needs bfloat16 matrices on the CPU; "
                + "found [2, 4] and [3, 4]"
        ) { try x.wideProduct(weight: .zeros(shape: [3, 4])) }
        expectRefusal(
            "wideProduct(weight:bias:isTurned:): a product of [2, 4] with [3, 5] has no common axis"
        ) { try x.wideProduct(weight: matrix(3, 5, seed: 7)) }
    }
}
