/// A column of float64 numbers.
///
/// Two vectors of one expression have the same number of elements; anything else is a programming
/// error and stops the program.
public struct Vector: Hashable, Sendable, ExpressibleByArrayLiteral {
    public var elements: [Double]

    public init(_ elements: [Double]) { self.elements = elements }

    public init(arrayLiteral elements: Double...) { self.elements = elements }

    /// Zeros.
    public init(zeros count: Int) { elements = [Double](repeating: 0, count: count) }

    /// The `index`-th column of the identity of `count` rows, from 0.
    public init(unit index: Int, count: Int) {
        self.init(zeros: count)
        elements[index] = 1
    }

    public var count: Int { elements.count }

    public subscript(index: Int) -> Double {
        get { elements[index] }
        set { elements[index] = newValue }
    }

    /// a'b, the plain inner product.
    public func dot(_ other: Vector) -> Double {
        checkCount(other)
        var sum = 0.0
        for i in elements.indices { sum += elements[i] * other.elements[i] }
        return sum
    }

    /// a b'.
    public func outer(_ other: Vector) -> Matrix {
        Matrix(rowCount: count, columnCount: other.count) { elements[$0] * other.elements[$1] }
    }

    fileprivate func checkCount(_ other: Vector) {
        precondition(
            count == other.count,
            "vectors of \(count) and \(other.count) elements; the same number is needed")
    }
}

extension Vector {
    public static func += (left: inout Vector, right: Vector) {
        left.checkCount(right)
        for i in left.elements.indices { left.elements[i] += right.elements[i] }
    }

    public static func -= (left: inout Vector, right: Vector) {
        left.checkCount(right)
        for i in left.elements.indices { left.elements[i] -= right.elements[i] }
    }

    public static func + (left: Vector, right: Vector) -> Vector {
        var sum = left
        sum += right
        return sum
    }

    public static func - (left: Vector, right: Vector) -> Vector {
        var difference = left
        difference -= right
        return difference
    }

    public static func * (scale: Double, vector: Vector) -> Vector {
        Vector(vector.elements.map { scale * $0 })
    }

    public static prefix func - (vector: Vector) -> Vector { Vector(vector.elements.map { -$0 }) }
}
