/// The part of a linear-attention head that the paper's theorems describe: values read (x, y),
/// queries and keys (1, x). `TokenHead` is the whole head of the authors' code, whose keys also
/// read labels.
///
/// With N = n + 1 the head predicts
///
///     f = 1/N * sum over i = 1 ... N of (v21' x_i + v y_i) (x_i' Q11 x + x_i' q12 + q21' x + q)
///
/// where x_N = x, y_N = 0. A model of several heads predicts the sum of their predictions.
public struct AttentionHead: Hashable, Sendable {
    /// `[dimension]`.
    public var v21: Vector
    public var v: Double
    /// `[dimension, dimension]`; its rows belong to the context's x_i, its columns to the query.
    public var q11: Matrix
    /// `[dimension]`.
    public var q12: Vector
    /// `[dimension]`.
    public var q21: Vector
    public var q: Double

    /// - Parameters:
    ///   - q12: zeros where not given
    ///   - q21: zeros where not given
    public init(
        v21: Vector, v: Double, q11: Matrix, q12: Vector? = nil, q21: Vector? = nil, q: Double = 0
    ) {
        self.v21 = v21
        self.v = v
        self.q11 = q11
        self.q12 = q12 ?? Vector(zeros: v21.count)
        self.q21 = q21 ?? Vector(zeros: v21.count)
        self.q = q
    }

    /// All zero.
    public init(zeros dimension: Int) {
        self.init(v21: Vector(zeros: dimension), v: 0, q11: Matrix(zeros: dimension))
    }

    /// d, the number of elements of x.
    public var dimension: Int { v21.count }

    /// v21, v, Q11 row after row, q12, q21, q: the coordinates that a minimiser changes.
    public var coordinates: [Double] {
        v21.elements + [v] + q11.elements + q12.elements + q21.elements + [q]
    }

    /// - Parameter coordinates: as `coordinates` gives them; `dimension * (dimension + 3) + 2` numbers
    public init(coordinates: [Double], dimension d: Int) {
        precondition(
            coordinates.count == d * (d + 3) + 2,
            "\(coordinates.count) coordinates; a head of dimension \(d) has \(d * (d + 3) + 2)")
        func vector(_ start: Int) -> Vector { Vector(Array(coordinates[start..<start + d])) }
        let end = d + 1 + d * d
        self.init(
            v21: vector(0), v: coordinates[d],
            q11: Matrix(rowCount: d, columnCount: d) { coordinates[d + 1 + $0 * d + $1] },
            q12: vector(end), q21: vector(end + d), q: coordinates[end + 2 * d])
    }

    /// The head's prediction of the query's label, directly from the model's definition.
    ///
    /// - Parameters:
    ///   - context: the x_i, `dimension` numbers each
    ///   - labels: the y_i, as many
    public func prediction(context: [Vector], labels: [Double], query: Vector) -> Double {
        let keyed = q11 * query + q12
        let bias = q21.dot(query) + q
        var sum = v21.dot(query) * (query.dot(keyed) + bias)
        for (x, y) in zip(context, labels) {
            sum += (v21.dot(x) + v * y) * (x.dot(keyed) + bias)
        }
        return sum / Double(context.count + 1)
    }

    /// Adds `weight` times the other's numbers to these: a step of a gradient is one.
    public mutating func add(_ weight: Double, _ other: AttentionHead) {
        v21 += weight * other.v21
        v += weight * other.v
        q11 += weight * other.q11
        q12 += weight * other.q12
        q21 += weight * other.q21
        q += weight * other.q
    }
}
