import Foundation
import LinearAttention
import Testing

/// Normal random numbers, the same for the same seed: SplitMix64 and Box and Muller's method.
struct NormalNumbers {
    private var state: UInt64
    private var left: Double?

    init(seed: UInt64) { state = seed }

    /// Uniform on (0, 1].
    mutating func unit() -> Double {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return Double(((z ^ (z >> 31)) >> 11) + 1) * 0x1p-53
    }

    mutating func next() -> Double {
        if let number = left {
            left = nil
            return number
        }
        let radius = (-2 * log(unit())).squareRoot()
        let angle = 2 * Double.pi * unit()
        left = radius * sin(angle)
        return radius * cos(angle)
    }

    mutating func vector(_ count: Int) -> Vector { Vector((0..<count).map { _ in next() }) }

    mutating func matrix(_ size: Int) -> Matrix {
        let elements = vector(size * size)
        return Matrix(rowCount: size, columnCount: size) { elements[$0 * size + $1] }
    }

    /// Symmetric, with eigenvalues of about 0.3 to 3.
    mutating func definite(_ size: Int) -> Matrix {
        let root = matrix(size)
        return (0.5 / Double(size)) * (root * root.transposed).symmetrized
            + 0.3 * Matrix(identity: size)
    }

    /// A head whose every number is of the size of `scale`.
    mutating func head(_ dimension: Int, scale: Double = 0.3) -> AttentionHead {
        AttentionHead(
            v21: scale * vector(dimension), v: scale * next(), q11: scale * matrix(dimension),
            q12: scale * vector(dimension), q21: scale * vector(dimension), q: scale * next())
    }
}

extension RegressionProblem {
    /// With a covariance that has neither equal variances nor zeros.
    static func random(_ dimension: Int, noise: Double = 0.2, seed: UInt64) throws -> Self {
        var numbers = NormalNumbers(seed: seed)
        return try RegressionProblem(covariance: numbers.definite(dimension), noise: noise)
    }

    /// x ~ N(0, Sigma).
    func input(_ numbers: inout NormalNumbers, _ lower: Matrix) -> Vector {
        lower * numbers.vector(dimension)
    }

    /// Squared errors of a model's own predictions on sampled prompts, which know nothing of the
    /// closed forms.
    func sampledErrors(
        of heads: [AttentionHead], context: Int, task: Vector, count: Int, seed: UInt64
    ) throws -> [Double] {
        var numbers = NormalNumbers(seed: seed)
        let lower = try #require(Cholesky(covariance)).lower
        let deviation = noise.squareRoot()
        return (0..<count).map { _ in
            let inputs = (0..<context).map { _ in input(&numbers, lower) }
            let labels = inputs.map { task.dot($0) + deviation * numbers.next() }
            let query = input(&numbers, lower)
            let label = task.dot(query) + deviation * numbers.next()
            let predicted = heads.reduce(0) {
                $0 + $1.prediction(context: inputs, labels: labels, query: query)
            }
            return (label - predicted) * (label - predicted)
        }
    }
}

/// Expects that the mean of samples is within four standard errors of `expected`.
func expectMean(
    of samples: [Double], _ expected: Double, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let count = Double(samples.count)
    let mean = samples.reduce(0, +) / count
    let square = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let standardError = (square / (count - 1) / count).squareRoot()
    #expect(
        abs(mean - expected) <= 4 * standardError,
        "\(what): sampled \(mean) +- \(standardError), expected \(expected)",
        sourceLocation: sourceLocation)
}

/// Expects two numbers within a relative difference, or an absolute one below 1.
func expectEqual(
    _ found: Double, _ expected: Double, relative: Double = 1e-12, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(
        abs(found - expected) <= relative * max(abs(expected), 1),
        "\(what): found \(found), expected \(expected), apart by \(found - expected)",
        sourceLocation: sourceLocation)
}

func expectEqual(
    _ found: [Double], _ expected: [Double], relative: Double = 1e-12, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(found.count == expected.count, sourceLocation: sourceLocation)
    let largest = expected.map(abs).max() ?? 0
    for (index, pair) in zip(found, expected).enumerated() {
        #expect(
            abs(pair.0 - pair.1) <= relative * max(largest, 1),
            "\(what) element \(index): found \(pair.0), expected \(pair.1)",
            sourceLocation: sourceLocation)
    }
}
