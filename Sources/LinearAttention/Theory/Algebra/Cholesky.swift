/// The lower triangle L of a symmetric positive definite matrix A = L L'.
public struct Cholesky: Hashable, Sendable {
    public let lower: Matrix

    /// Nil where `matrix` is not positive definite to rounding; only its lower triangle is read.
    public init?(_ matrix: Matrix) {
        guard matrix.isSquare else { return nil }
        var l = Matrix(zeros: matrix.rowCount)
        for j in 0..<matrix.rowCount {
            var square = matrix[j, j]
            for k in 0..<j { square -= l[j, k] * l[j, k] }
            guard square.isFinite, square > 0 else { return nil }
            l[j, j] = square.squareRoot()
            for i in j + 1..<max(matrix.rowCount, j + 1) {
                var sum = matrix[i, j]
                for k in 0..<j { sum -= l[i, k] * l[j, k] }
                l[i, j] = sum / l[j, j]
            }
        }
        lower = l
    }

    /// A^-1 b.
    public func solve(_ right: Vector) -> Vector {
        let count = right.count
        var x = right
        for i in 0..<count {
            for k in 0..<i { x[i] -= lower[i, k] * x[k] }
            x[i] /= lower[i, i]
        }
        for i in (0..<count).reversed() {
            for k in i + 1..<max(count, i + 1) { x[i] -= lower[k, i] * x[k] }
            x[i] /= lower[i, i]
        }
        return x
    }

    /// A^-1, symmetric to the last bit.
    public var inverse: Matrix {
        let count = lower.rowCount
        let columns = (0..<count).map { solve(Vector(unit: $0, count: count)) }
        return Matrix(rowCount: count, columnCount: count) { columns[$1][$0] }.symmetrized
    }
}
