import Basics

/// Noisy linear regression: x ~ N(0, Sigma), y = theta'x + eps, eps ~ N(0, sigma2).
///
/// A prompt shows n pairs (x_i, y_i) of one task theta and a query x; the model predicts the
/// query's y. Lengths of tasks and products of tasks are meant in the metric of Sigma: <a, b> = a'
/// Sigma b.
/// Source: arXiv 2602.23197, section 3.
public struct RegressionProblem: Hashable, Sendable {
    /// Sigma, `[dimension, dimension]`, symmetric and positive definite.
    public let covariance: Matrix
    /// sigma2, the variance of the labels' noise.
    public let noise: Double
    let factor: Cholesky

    /// - Throws: `LinearAttentionError` if the covariance is not symmetric and positive definite or
    ///   the noise is negative or not finite.
    public init(covariance: Matrix, noise: Double) throws {
        self.factor = try Self.factor(of: covariance, called: "the covariance of the inputs")
        guard noise.isFinite, noise >= 0 else {
            throw LinearAttentionError(
                "the variance of the noise is \(noise); a finite number from 0 is needed")
        }
        self.covariance = covariance
        self.noise = noise
    }

    /// Sigma = I.
    public init(dimension: Int, noise: Double) throws {
        try self.init(covariance: Matrix(identity: dimension), noise: noise)
    }

    /// d, the number of elements of x.
    public var dimension: Int { covariance.rowCount }

    /// <a, b> = a' Sigma b.
    public func inner(_ left: Vector, _ right: Vector) -> Double { covariance.form(left, right) }

    /// <a, a>, the variance of a'x.
    public func squaredNorm(_ vector: Vector) -> Double { inner(vector, vector) }

    /// Sigma^-1.
    public var precision: Matrix { factor.inverse }

    static func factor(of matrix: Matrix, called name: String) throws -> Cholesky {
        guard matrix.isSquare, matrix.rowCount > 0 else {
            throw LinearAttentionError(
                "\(name) is \(matrix.rowCount) x \(matrix.columnCount); a square matrix is needed")
        }
        for i in 0..<matrix.rowCount {
            for j in 0..<i {
                let (below, above) = (matrix[i, j], matrix[j, i])
                // Written so that NaN fails too.
                guard abs(below - above) <= 1e-12 * max(abs(below), abs(above)) else {
                    throw LinearAttentionError(
                        "\(name) has \(below) at row \(i + 1), column \(j + 1) and \(above) across "
                            + "the diagonal; a symmetric matrix is needed")
                }
            }
        }
        guard let factor = Cholesky(matrix) else {
            throw LinearAttentionError(
                "\(name) has an eigenvalue that is not above 0; a positive definite matrix is "
                    + "needed")
        }
        return factor
    }
}

/// A problem, a model or a training that cannot be: its message says what is expected.
public struct LinearAttentionError: MessageError {
    public let message: String

    init(_ message: String) { self.message = message }
}
