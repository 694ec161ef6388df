/// A head of linear attention that reads whole tokens (1, x, y), as the authors' code has it
/// (arXiv 2602.23197, released code): values see the constant, keys see the labels.
///
/// With z_i = (1, x_i, y_i), the query's z = (1, x, 0) among them and N = n + 1 it predicts
///
///     f = 1/N * sum over i = 1 ... N of
///         (v1 + v21'x_i + v y_i) (q + q12'x_i + x'q21 + x_i'Q11 x + (c + r'x) y_i)
///
/// where y_N = 0. `AttentionHead` is the case v1 = 0, c = 0, r = 0. A model of several heads
/// predicts the sum of their predictions. Where heads are averaged, their values include the
/// factor.
public struct TokenHead: Hashable, Sendable {
    /// v21, v, Q11, q12, q21, q.
    public var plain: AttentionHead
    /// v1, the value of the constant.
    public var v1: Double
    /// c, the key of a label; with `r` the label channel.
    public var c: Double
    /// r, `[dimension]`: how a label's key depends on the query.
    public var r: Vector

    public init(_ plain: AttentionHead, v1: Double = 0, c: Double = 0, r: Vector? = nil) {
        self.plain = plain
        self.v1 = v1
        self.c = c
        self.r = r ?? Vector(zeros: plain.dimension)
    }

    /// d.
    public var dimension: Int { plain.dimension }

    public var v21: Vector { plain.v21 }
    public var v: Double { plain.v }
    /// Rows belong to the other token's x_i, columns to the query.
    public var q11: Matrix { plain.q11 }
    public var q12: Vector { plain.q12 }
    public var q21: Vector { plain.q21 }
    public var q: Double { plain.q }

    /// The head's prediction of the query's label, directly from the model's definition.
    ///
    /// - Parameters:
    ///   - context: the x_i, `dimension` numbers each
    ///   - labels: the y_i, as many
    public func prediction(context: [Vector], labels: [Double], query: Vector) -> Double {
        let key = c + r.dot(query)
        let keyed = q11 * query + q12
        let bias = q21.dot(query) + q
        func term(_ x: Vector, _ y: Double) -> Double {
            (v1 + v21.dot(x) + v * y) * (x.dot(keyed) + bias + key * y)
        }
        let pairs = zip(context, labels).reduce(0) { $0 + term($1.0, $1.1) }
        return (pairs + term(query, 0)) / Double(context.count + 1)
    }
}
