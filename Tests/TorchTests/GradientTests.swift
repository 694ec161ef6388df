import TestSupport
import Testing
import Torch

/// An operation and the shapes of its inputs, which are drawn from 0.5 … 1.5.
struct Differentiable: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let shapes: [[Int]]
    let function: @Sendable ([Tensor]) throws -> Tensor

    init(
        _ name: String, _ shapes: [Int]...,
        function: @escaping @Sendable ([Tensor]) throws -> Tensor
    ) {
        testDescription = name
        self.shapes = shapes
        self.function = function
    }
}

/// Gradients against central differences, and the mode in which they are recorded.
@Suite struct GradientTests {
    static let operations: [Differentiable] = [
        .init("+", [2, 3], [3]) { try $0[0] + $0[1] },
        .init("-", [2, 1], [3]) { try $0[0] - $0[1] },
        .init("*", [2, 3], [3]) { try $0[0] * $0[1] },
        .init("/", [2, 3], [2, 1]) { try $0[0] / $0[1] },
        .init("+ number", [3]) { try $0[0] + 2 },
        .init("* number", [3]) { try $0[0] * -2 },
        .init("exp", [3]) { try $0[0].exp() },
        .init("log", [3]) { try $0[0].log() },
        .init("squareRoot", [3]) { try $0[0].squareRoot() },
        .init("cosine", [3]) { try $0[0].cosine() },
        .init("sine", [3]) { try $0[0].sine() },
        .init("silu", [3]) { try $0[0].silu() },
        .init("matmul", [2, 3], [3, 4]) { try $0[0].matmul($0[1]) },
        .init("matmul, batched", [2, 2, 3], [2, 3, 1]) { try $0[0].matmul($0[1]) },
        .init("linear", [2, 3], [4, 3], [4]) { try $0[0].linear(weight: $0[1], bias: $0[2]) },
        .init("sum", [2, 3]) { try $0[0].sum() },
        .init("sum along", [2, 3]) { try $0[0].sum(along: 0) },
        .init("logSoftmax along", [2, 3]) { try $0[0].logSoftmax(along: 0) },
        .init("logSoftmax", [2, 3]) { try $0[0].logSoftmax() },
        .init("largest", [2, 3]) { try $0[0].largest(2).values },
        .init("reshaped", [2, 3]) { try $0[0].reshaped([3, 2]) },
        .init("transposed", [2, 3]) { try $0[0].transposed(0, 1) },
        .init("narrowed", [2, 3]) { try $0[0].narrowed(to: 1..<3, along: 1) },
        .init("concatenated", [2, 3], [1, 3]) { try .concatenated($0) },
        .init("selecting", [3, 2]) { try $0[0].selecting(Tensor([2, 0, 2])) },
        .init("gathering", [2, 3]) { try $0[0].gathering(Tensor([2, 2, 0, 1], shape: [2, 2])) },
        .init("filled", [2]) { try $0[0].filled(3, where: Tensor([true, false])) },
        .init("converted", [3]) { try $0[0].converted(to: .float64) },
        .init("rmsNormalized", [2, 4], [4]) {
            try $0[0].rmsNormalized(weight: $0[1], epsilon: 1e-3)
        },
        .init("addingAndNormalizing", [2, 4], [2, 4], [4]) {
            let (sum, normed) = try $0[0].addingAndNormalizing($0[1], weight: $0[2], epsilon: 1e-3)
            return try sum * normed
        },
        .init("frozenLinear", [3, 4], [2, 4], [5, 2]) {
            try $0[0].frozenLinear(
                weight: .random([5, 4], seed: 8), change: ($0[1], $0[2], 0.3))
        },
        .init("crossEntropy", [3, 4]) {
            try $0[0].crossEntropy(
                head: .random([6, 4], seed: 9), rows: [0, 2, 2], tokens: [5, 1, 1],
                weights: [1, 0.5, 2])
        },
        .init("swiglu", [3], [3]) { try $0[0].swiglu($0[1]) },
        .init("rotated", [2, 3, 4], [2, 4], [2, 4]) {
            try $0[0].rotated(cosines: $0[1], sines: $0[2])
        },
        .init("attending", [3, 4, 2], [3, 2, 2], [3, 2, 2]) {
            try $0[0].attending(
                to: $0[1], values: $0[2],
                blocks: [
                    .init(queries: 0..<2, keys: 0..<2, isCausal: true),
                    .init(queries: 2..<3, keys: 2..<3, isCausal: true),
                    .init(queries: 2..<3, keys: 0..<2),
                ], scale: 0.7)
        },
    ]

    @Test(arguments: operations)
    func `a gradient equals central differences`(operation: Differentiable) throws {
        let inputs = try operation.shapes.enumerated().map {
            try Tensor.random($0.element, in: 0.5...1.5, seed: UInt64($0.offset))
        }
        try expectGradients(at: inputs, operation.testDescription, of: operation.function)
    }

    @Test func `gradients add up until they are cleared`() throws {
        let x = try vector(2, 3).asLeaf()
        #expect(x.requiresGradient)
        #expect(try x.gradient() == nil)
        for _ in 0..<2 { try (x * x).sum().backward() }
        #expect(try x.gradient()?.values(as: Double.self) == [8, 12])
        try x.clearGradient()
        #expect(try x.gradient() == nil)
        try (x * x).sum().backward()
        #expect(try x.gradient()?.values(as: Double.self) == [4, 6])
    }

    @Test func `a detached tensor stands outside the graph`() throws {
        let x = try vector(2, 3).asLeaf()
        try (x * x.detached()).sum().backward()
        #expect(try x.gradient()?.values(as: Double.self) == [2, 3])
    }

    @Test func `nothing is recorded without gradient, also not after a throw`() throws {
        let x = try vector(2, 3).asLeaf()
        let recorded = try withoutGradient { try (x * 2).requiresGradient }
        #expect(!recorded)
        #expect(try (x * 2).requiresGradient)
        let words = refusal { try withoutGradient { try x.reshaped([7]) } }
        #expect(words != nil)
        #expect(try (x * 2).requiresGradient)
        try withoutGradient {
            let inner = try withoutGradient { try (x * 2).requiresGradient }
            #expect(!inner)
            #expect(try !(x * 2).requiresGradient)
        }
        #expect(try (x * 2).requiresGradient)
    }

    @Test func `only a scalar in a graph has a backward`() throws {
        let x = try vector(2, 3).asLeaf()
        expectRefusal("backward(): grad can be implicitly created only for scalar outputs") {
            try (x * 2).backward()
        }
        let words = refusal { try vector(1).sum().backward() }
        #expect(words?.hasPrefix("backward(): element 0 of tensors does not require grad") == true)
    }
}
