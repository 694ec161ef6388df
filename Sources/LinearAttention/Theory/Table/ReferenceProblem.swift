import Foundation

/// The problem, tasks and models that a table's rows refer to.
struct ReferenceProblem {
    let problem: RegressionProblem
    let trained: Vector
    /// Whether it is that of the figure "general"; else Sigma = I.
    let isGeneral: Bool

    /// - Throws: `LinearAttentionError` for a figure or dimension that a table does not have.
    init(_ row: TheoryRow, _ curve: ReferenceCurve) throws {
        isGeneral = row.figure == "general"
        let isFigure = row.figure.wholeMatch(of: #/(fig[1-8][a-d]?|(prop|thm|cor|lemma)[0-9A.]+)/#)
        guard isGeneral || isFigure != nil else {
            throw LinearAttentionError(
                "figure '\(row.figure)' is not understood; fig1 to fig4d, a numbered result such as "
                    + "prop4.10, or general is needed")
        }
        let d = row.dimension
        guard isGeneral else {
            problem = try RegressionProblem(dimension: d, noise: row.noise)
            trained = curve.squaredNorm.squareRoot() * Vector(unit: 0, count: d)
            return
        }
        guard d == 5, curve.squaredNorm == 1 else {
            throw LinearAttentionError(
                "the figure general has d = \(d), s = \(curve.squaredNorm); d = 5 and s = 1 are needed"
            )
        }
        let scales = [1, 1, 0.25, 2.25, 1]
        let covariance = Matrix(rowCount: 5, columnCount: 5) {
            pow(0.5, Double(abs($0 - $1))) * (scales[$0] * scales[$1]).squareRoot()
        }
        problem = try RegressionProblem(covariance: covariance, noise: row.noise)
        let direction: Vector = [1, -1, 2, 0.5, -0.5]
        trained = (1 / problem.squaredNorm(direction).squareRoot()) * direction
    }

    /// - Parameter name: `+theta0`, `-theta0`, `theta1`, or `cos` where the curve gives the cosine
    /// - Throws: `LinearAttentionError` for any other.
    func task(_ name: String, _ curve: ReferenceCurve) throws -> Vector {
        switch name {
        case "+theta0": return trained
        case "-theta0": return -trained
        case "theta1" where problem.dimension == 5: return [0.3, 0.8, -0.4, 0.2, 1]
        case "cos":
            guard let cosine = curve.cosine else { break }
            return try problem.task(atCosine: cosine, to: trained)
        default: break
        }
        throw LinearAttentionError(
            "task '\(name)' is not understood here; +theta0, -theta0, theta1 (d = 5), or cos where "
                + "the curve's name has one, is needed")
    }

    private static let indices = Vector([1, 2, 3, 4, 5])

    private static func vector(_ element: (Double) -> Double) -> Vector {
        Vector(indices.elements.map(element))
    }

    /// Q_g of section 14 of the specification.
    private static let q11 = Matrix(rowCount: 5, columnCount: 5) {
        0.1 * sin(Double($0 + 1 + 2 * ($1 + 1))) + ($0 == $1 ? 0.3 : 0)
    }

    /// P = Q_g Q_g' + 0.1 I.
    static let definite =
        (q11 * q11.transposed).symmetrized + 0.1 * Matrix(identity: 5)

    static let plainHead = AttentionHead(
        v21: vector { 0.1 * cos($0) }, v: 0.7, q11: q11, q: 0.2)

    static let head = AttentionHead(
        v21: vector { 0.1 * cos($0) }, v: 0.7, q11: q11, q12: vector { 0.05 * sin($0) },
        q21: vector { 0.05 * cos(2 * $0) }, q: 0.2)

    static let secondHead = AttentionHead(
        v21: vector { 0.1 * sin($0) }, v: -0.4, q11: q11.transposed, q: -0.1)
}
