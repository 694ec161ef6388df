import Foundation
import TestSupport
import Testing
import Torch

/// Every operation, by hand.
@Suite struct OperationTests {
    static let arithmetic: [WorkedExample] = [
        .init("+", [11, 22]) { try vector(1, 2) + vector(10, 20) },
        .init("+ broadcasts", [11, 21, 12, 22], shape: [2, 2]) {
            try matrix([1], [2]) + vector(10, 20)
        },
        .init("-", [9, 18]) { try vector(10, 20) - vector(1, 2) },
        .init("*", [3, -8]) { try vector(1, 2) * vector(3, -4) },
        .init("/", [2.5, -0.5]) { try vector(5, 2) / vector(2, -4) },
        .init("+ number", [1.5, 2.5]) { try vector(1, 2) + 0.5 },
        .init("* number", [-2, -4]) { try vector(1, 2) * -2 },
        .init("exp", [1, M_E]) { try vector(0, 1).exp() },
        .init("log", [0, M_LN2]) { try vector(1, 2).log() },
        .init("squareRoot", [3, 0.5]) { try vector(9, 0.25).squareRoot() },
        .init("cosine", [1, 0.5]) { try vector(0, .pi / 3).cosine() },
        .init("sine", [0, 1]) { try vector(0, .pi / 2).sine() },
        .init("silu", [0, 1 / (1 + exp(-1))]) { try vector(0, 1).silu() },
        .init("matmul", [19, 22, 43, 50], shape: [2, 2]) {
            try matrix([1, 2], [3, 4]).matmul(matrix([5, 6], [7, 8]))
        },
        .init("linear", [17, 23], shape: [1, 2]) {
            try matrix([1, 2]).linear(weight: matrix([5, 6], [7, 8]))
        },
        .init("linear with bias", [27, 43], shape: [1, 2]) {
            try matrix([1, 2]).linear(weight: matrix([5, 6], [7, 8]), bias: vector(10, 20))
        },
    ]

    static let reductions: [WorkedExample] = [
        .init("sum", [10], shape: []) { try matrix([1, 2], [3, 4]).sum() },
        .init("sum along 0", [4, 6]) { try matrix([1, 2], [3, 4]).sum(along: 0) },
        .init("sum along -1, kept", [3, 7], shape: [2, 1]) {
            try matrix([1, 2], [3, 4]).sum(along: -1, keepingAxis: true)
        },
        .init("logSoftmax along 0", [-log(4), -log(2), log(0.75), -log(2)], shape: [2, 2]) {
            try matrix([0, 1], [log(3), 1]).logSoftmax(along: 0)
        },
        .init("logSoftmax", [-log(4), log(0.75)]) { try vector(1000, 1000 + log(3)).logSoftmax() },
        .init("argmax", [1, 0]) { try matrix([1, 2], [4, 3]).argmax() },
        .init("largest values", [9, 5]) { try vector(5, 1, 9).largest(2).values },
        .init("largest indices", [2, 0]) { try vector(5, 1, 9).largest(2).indices },
    ]

    static let shapes: [WorkedExample] = [
        .init("range", [0, 1, 2]) { try .range(3, dtype: .float64) },
        .init("full", [7, 7], shape: [2, 1]) { try .full(7, shape: [2, 1], dtype: .float64) },
        .init("reshaped", [1, 2, 3, 4], shape: [4, 1]) {
            try matrix([1, 2], [3, 4]).reshaped([-1, 1])
        },
        .init("transposed", [1, 4, 2, 5, 3, 6], shape: [3, 2]) {
            try matrix([1, 2, 3], [4, 5, 6]).transposed(0, 1)
        },
        .init("narrowed", [2, 3, 5, 6], shape: [2, 2]) {
            try matrix([1, 2, 3], [4, 5, 6]).narrowed(to: 1..<3, along: 1)
        },
        .init("concatenated", [1, 2, 5, 3, 4, 6], shape: [2, 3]) {
            try .concatenated([matrix([1, 2], [3, 4]), matrix([5], [6])], along: 1)
        },
        .init("selecting", [3, 4, 1, 2, 3, 4], shape: [3, 2]) {
            try matrix([1, 2], [3, 4]).selecting(Tensor([1, 0, 1]))
        },
        .init("selecting along 1", [2, 4], shape: [2, 1]) {
            try matrix([1, 2], [3, 4]).selecting(Tensor([1] as [Int32]), along: 1)
        },
        .init("gathering", [2, 1, 3, 3], shape: [2, 2]) {
            try matrix([1, 2], [3, 4]).gathering(Tensor([1, 0, 0, 0], shape: [2, 2]))
        },
        .init("filled", [-1, 2]) { try vector(1, 2).filled(-1, where: Tensor([true, false])) },
    ]

    @Test(arguments: arithmetic + reductions + shapes)
    func `an operation gives what the hand gives`(example: WorkedExample) throws {
        let found = try example.result()
        #expect(found.shape == example.shape)
        let expected = try Tensor(example.values, shape: example.shape)
        try expectClose(found, expected, .init(absolute: 1e-13, relative: 1e-13))
    }

    @Test func `the norm is that of all elements, in float64`() throws {
        #expect(try matrix([3, 0], [0, 4]).norm() == 5)
        // 2^12 squared and summed in float32 would lose the 1.
        #expect(try Tensor([4096, 1] as [Float]).norm() == (4096.0 * 4096 + 1).squareRoot())
    }

    @Test func `the first row with a number that is not finite is found`() throws {
        for dtype in [DType.float32, .bfloat16, .float16, .float64] {
            for bad in [Double.nan, .infinity, -.infinity] {
                let rows = try Tensor.zeros(shape: [4, 3], dtype: dtype)
                #expect(try rows.firstRowNotFinite() == nil)
                #expect(try rows.isFinite())
                try rows.narrowed(to: 3..<4).narrowed(to: 0..<1, along: 1).fill(bad)
                #expect(try rows.firstRowNotFinite() == 3)
                try rows.narrowed(to: 1..<2).narrowed(to: 2..<3, along: 1).fill(bad)
                #expect(try rows.firstRowNotFinite() == 1)
                #expect(try !rows.isFinite())
            }
        }
        // Both signs of infinity in one row, whose sum is NaN; finite rows whose sum is infinite.
        #expect(try matrix([1, 2], [-.infinity, .infinity]).firstRowNotFinite() == 1)
        let large = try Tensor([3e38, 3e38, 1, 1] as [Float], shape: [2, 2])
        #expect(try large.firstRowNotFinite() == nil)
        #expect(try large.isFinite())
    }

    @Test func `log-probabilities of 16-bit logits are float32`() throws {
        let logits = try Tensor([0, 3] as [Float]).converted(to: .bfloat16)
        let found = try logits.logSoftmax()
        #expect(found.dtype == .float32)
        try expectClose(found, vector(-log(1 + exp(3)), 3 - log(1 + exp(3))), .float32)
    }
}
