import Foundation
import TestSupport
import Testing
import Torch

/// The larger pieces: by hand, and against plain compositions.
@Suite struct FusedOperationTests {
    @Test func `an RMS norm divides by the root mean square`() throws {
        let root = 12.5.squareRoot()
        let found = try matrix([3, 4], [0, 0]).rmsNormalized(weight: vector(1, 10), epsilon: 0.5)
        let expected = try matrix([3 / 13.0.squareRoot(), 40 / 13.0.squareRoot()], [0, 0])
        try expectClose(found, expected, .init(relative: 1e-14))
        let plain = try matrix([3, 4]).rmsNormalized(weight: vector(1, 1), epsilon: 0)
        try expectClose(plain, matrix([3 / root, 4 / root]), .init(relative: 1e-14))
    }

    @Test func `an RMS norm rounds to bfloat16 before it multiplies`() throws {
        let x = try Tensor.random([16, 8], dtype: .bfloat16, seed: 1)
        let weight = try Tensor.random([8], dtype: .bfloat16, seed: 2)
        let wide = try x.converted(to: .float32)
        let mean = try (wide * wide).sum(along: -1, keepingAxis: true) * (1.0 / 8)
        let normal = try wide / (mean + 1e-6).squareRoot()
        let found = try x.rmsNormalized(weight: weight, epsilon: 1e-6)
        let rightOrder = try normal.converted(to: .bfloat16) * weight
        let wrongOrder = try (normal * weight.converted(to: .float32)).converted(to: .bfloat16)
        #expect(found.dtype == .bfloat16)
        // x / √m against x · (1/√m) may round one element in many the other way.
        let differences = zip(try found.floats(), try rightOrder.floats()).count { $0 != $1 }
        #expect(differences <= 1)
        #expect(try zip(found.floats(), wrongOrder.floats()).count { $0 != $1 } > 5)
    }

    @Test func `swiglu is silu of the gate times up`() throws {
        let found = try vector(0, 1, -2).swiglu(vector(5, 3, 7))
        let expected = try vector(0, 3 / (1 + exp(-1)), -14 / (1 + exp(2)))
        try expectClose(found, expected, .init(relative: 1e-14))
    }

    @Test func `rotary pairs element i with i + headSize / 2`() throws {
        let x = try Tensor([1.0, 2, 3, 4, 5, 6, 7, 8], shape: [1, 2, 4])
        let (a, b) = (0.3, 1.1)
        let found = try x.rotated(
            cosines: matrix([cos(a), cos(b), cos(a), cos(b)]),
            sines: matrix([sin(a), sin(b), sin(a), sin(b)]))
        let expected = [
            cos(a) - 3 * sin(a), 2 * cos(b) - 4 * sin(b),
            3 * cos(a) + sin(a), 4 * cos(b) + 2 * sin(b),
            5 * cos(a) - 7 * sin(a), 6 * cos(b) - 8 * sin(b),
            7 * cos(a) + 5 * sin(a), 8 * cos(b) + 6 * sin(b),
        ]
        try expectClose(found, Tensor(expected, shape: [1, 2, 4]), .init(relative: 1e-14))
    }

    @Test func `rotary refuses a head of odd size`() throws {
        let x = try Tensor.zeros(shape: [1, 2, 3])
        expectRefusal(
            "rotated(cosines:sines:): rotary needs [tokens, heads, headSize] with an even "
                + "headSize; found [1, 2, 3]"
        ) { try x.rotated(cosines: .zeros(shape: [1, 3]), sines: .zeros(shape: [1, 3])) }
    }
}
