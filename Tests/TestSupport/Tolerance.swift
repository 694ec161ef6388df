import Testing
import Torch

/// How far two tensors of the same shape may lie apart, element by element.
public struct Tolerance: Sendable {
    public var absolute: Double
    /// Of the expected element.
    public var relative: Double
    /// Of the largest expected element.
    public var ofLargest: Double

    public init(absolute: Double = 0, relative: Double = 0, ofLargest: Double = 0) {
        self.absolute = absolute
        self.relative = relative
        self.ofLargest = ofLargest
    }

    public static let exact = Tolerance()
    public static let float32 = Tolerance(absolute: 1e-5, relative: 1.3e-6)
    public static let bfloat16 = Tolerance(ofLargest: 1.6e-2)
    public static func absolute(_ value: Double) -> Tolerance { Tolerance(absolute: value) }
    public static func ofLargest(_ value: Double) -> Tolerance { Tolerance(ofLargest: value) }
}

/// Compares element by element; a failure shows the largest difference and where it is.
public func expectClose(
    _ found: Tensor, _ expected: Tensor, _ tolerance: Tolerance, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    #expect(found.shape == expected.shape, "\(what)", sourceLocation: sourceLocation)
    guard found.shape == expected.shape else { return }
    let a = try found.converted(to: .float64).values(as: Double.self)
    let b = try expected.converted(to: .float64).values(as: Double.self)
    let largest = b.map(abs).max() ?? 0
    var worst = (excess: -Double.infinity, index: 0)
    for (index, pair) in zip(a, b).enumerated() {
        let allowed =
            tolerance.absolute + tolerance.relative * abs(pair.1) + tolerance.ofLargest * largest
        let difference = pair.0 == pair.1 ? 0 : abs(pair.0 - pair.1)
        let excess = difference.isNaN ? .infinity : difference - allowed
        if excess > worst.excess { worst = (excess, index) }
    }
    guard worst.excess > 0 else { return }
    Issue.record(
        """
        \(what) element \(worst.index) of shape \(found.shape): found \(a[worst.index]), \
        expected \(b[worst.index]), apart by \(abs(a[worst.index] - b[worst.index]))
        """, sourceLocation: sourceLocation)
}
