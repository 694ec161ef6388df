/// The distribution of tasks in pretraining: theta ~ N(0, Lambda), or the unit sphere.
///
/// Expected losses are quadratic in theta, so that only the second moments Lambda = E theta theta' matter.
public enum TaskPrior: Hashable, Sendable {
    /// Lambda = I.
    case standard
    /// Uniform on the unit sphere, as in the authors' experiments: Lambda = I/d.
    case sphere
    /// Lambda = Sigma^-1, of Ahn et al. (arXiv 2306.00297): every direction of x tells as much.
    case inverseCovariance
    /// Any symmetric positive definite Lambda.
    case covariance(Matrix)

    /// Lambda, `[dimension, dimension]`.
    ///
    /// - Throws: `LinearAttentionError` if it is of another dimension than the problem, or is not
    ///   symmetric and positive definite.
    public func covariance(for problem: RegressionProblem) throws -> Matrix {
        switch self {
        case .standard: return Matrix(identity: problem.dimension)
        case .sphere: return (1 / Double(problem.dimension)) * Matrix(identity: problem.dimension)
        case .inverseCovariance: return problem.precision
        case .covariance(let matrix):
            guard matrix.rowCount == problem.dimension, matrix.isSquare else {
                throw LinearAttentionError(
                    "the covariance of the tasks is \(matrix.rowCount) x \(matrix.columnCount); "
                        + "\(problem.dimension) x \(problem.dimension) is needed, as for the inputs"
                )
            }
            _ = try RegressionProblem.factor(of: matrix, called: "the covariance of the tasks")
            return matrix
        }
    }
}

extension RegressionProblem {
    /// E f(theta) over tasks of mean 0 and second moments Lambda, exact for an f quadratic in theta.
    ///
    /// With Lambda = sum of c c' over the columns c of a factor:
    /// E f = f(0) + sum over c of ((f(c) + f(-c)) / 2 - f(0)).
    ///
    /// - Parameters:
    ///   - prior: Lambda
    ///   - visit: called with a task and the weight of f there, `2 * dimension + 1` times
    /// - Throws: `LinearAttentionError` if the prior does not fit the problem.
    func average(over prior: TaskPrior, _ visit: (_ task: Vector, _ weight: Double) -> Void) throws
    {
        let covariance = try prior.covariance(for: self)
        let lower = try Self.factor(of: covariance, called: "the covariance of the tasks").lower
        visit(Vector(zeros: dimension), Double(1 - dimension))
        for j in 0..<dimension {
            let column = Vector((0..<dimension).map { lower[$0, j] })
            visit(column, 0.5)
            visit(-column, 0.5)
        }
    }
}
