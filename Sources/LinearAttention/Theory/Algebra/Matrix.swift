/// A small dense matrix of float64 numbers.
///
/// Sizes that do not fit each other are a programming error and stop the program.
public struct Matrix: Hashable, Sendable {
    public let rowCount: Int
    public let columnCount: Int
    /// Row after row.
    public private(set) var elements: [Double]

    /// - Parameter element: from row and column, both from 0
    public init(rowCount: Int, columnCount: Int, _ element: (Int, Int) -> Double) {
        self.rowCount = rowCount
        self.columnCount = columnCount
        elements = []
        elements.reserveCapacity(rowCount * columnCount)
        for i in 0..<rowCount {
            for j in 0..<columnCount { elements.append(element(i, j)) }
        }
    }

    /// - Parameter rows: of the same length each
    public init(_ rows: [[Double]]) {
        let width = rows.first?.count ?? 0
        precondition(
            rows.allSatisfy { $0.count == width }, "rows of different lengths; one length is needed"
        )
        self.init(rowCount: rows.count, columnCount: width) { rows[$0][$1] }
    }

    public init(zeros size: Int) { self.init(rowCount: size, columnCount: size) { _, _ in 0 } }

    public init(identity size: Int) {
        self.init(rowCount: size, columnCount: size) { $0 == $1 ? 1 : 0 }
    }

    public init(diagonal: [Double]) {
        self.init(rowCount: diagonal.count, columnCount: diagonal.count) {
            $0 == $1 ? diagonal[$0] : 0
        }
    }

    public subscript(row: Int, column: Int) -> Double {
        get { elements[row * columnCount + column] }
        set { elements[row * columnCount + column] = newValue }
    }

    public var isSquare: Bool { rowCount == columnCount }

    public func row(_ index: Int) -> [Double] {
        Array(elements[index * columnCount..<(index + 1) * columnCount])
    }

    public var transposed: Matrix {
        Matrix(rowCount: columnCount, columnCount: rowCount) { self[$1, $0] }
    }

    /// (A + A') / 2.
    public var symmetrized: Matrix {
        precondition(isSquare, "a matrix of \(rowCount) x \(columnCount); a square one is needed")
        return Matrix(rowCount: rowCount, columnCount: rowCount) {
            (self[$0, $1] + self[$1, $0]) / 2
        }
    }

    /// The sum of the diagonal.
    public var trace: Double { (0..<min(rowCount, columnCount)).reduce(0) { $0 + self[$1, $1] } }

    /// tr(A'B), the sum of the products of the elements.
    public func dot(_ other: Matrix) -> Double {
        checkSize(other)
        var sum = 0.0
        for i in elements.indices { sum += elements[i] * other.elements[i] }
        return sum
    }

    /// a' M b.
    public func form(_ left: Vector, _ right: Vector) -> Double { left.dot(self * right) }

    fileprivate func checkSize(_ other: Matrix) {
        precondition(
            rowCount == other.rowCount && columnCount == other.columnCount,
            "matrices of \(rowCount) x \(columnCount) and \(other.rowCount) x \(other.columnCount); "
                + "the same size is needed")
    }
}

extension Matrix {
    public static func += (left: inout Matrix, right: Matrix) {
        left.checkSize(right)
        for i in left.elements.indices { left.elements[i] += right.elements[i] }
    }

    public static func + (left: Matrix, right: Matrix) -> Matrix {
        var sum = left
        sum += right
        return sum
    }

    public static func - (left: Matrix, right: Matrix) -> Matrix { left + -1 * right }

    public static func * (scale: Double, matrix: Matrix) -> Matrix {
        var product = matrix
        for i in product.elements.indices { product.elements[i] *= scale }
        return product
    }

    public static func * (matrix: Matrix, vector: Vector) -> Vector {
        precondition(
            matrix.columnCount == vector.count,
            "a matrix of \(matrix.columnCount) columns times a vector of \(vector.count); the same "
                + "number is needed")
        var product = Vector(zeros: matrix.rowCount)
        for i in 0..<matrix.rowCount {
            var sum = 0.0
            for j in 0..<matrix.columnCount { sum += matrix[i, j] * vector[j] }
            product[i] = sum
        }
        return product
    }

    public static func * (left: Matrix, right: Matrix) -> Matrix {
        precondition(
            left.columnCount == right.rowCount,
            "a matrix of \(left.columnCount) columns times one of \(right.rowCount) rows; the same "
                + "number is needed")
        var product = Matrix(rowCount: left.rowCount, columnCount: right.columnCount) { _, _ in 0 }
        for i in 0..<left.rowCount {
            for k in 0..<left.columnCount {
                let scale = left[i, k]
                for j in 0..<right.columnCount { product[i, j] += scale * right[k, j] }
            }
        }
        return product
    }
}
