import LinearAttention
import TestSupport
import Testing

@Suite struct AlgebraTests {
    @Test func `products, transposes and traces are those of the hand`() {
        let a = Matrix([[1, 2], [3, 4]])
        let b = Matrix([[0, 1], [5, -1]])
        #expect(a * b == Matrix([[10, -1], [20, -1]]))
        #expect(a * Vector([1, -1]) == [-1, -1])
        #expect(a.transposed == Matrix([[1, 3], [2, 4]]))
        #expect(a.symmetrized == Matrix([[1, 2.5], [2.5, 4]]))
        #expect(a.trace == 5)
        #expect(a.dot(b) == 13)
        #expect(a.form([1, 2], [3, 4]) == 61)
        #expect(Vector([1, 2]).outer([3, 4]) == Matrix([[3, 4], [6, 8]]))
        #expect(a.row(1) == [3, 4])
        #expect(a - b == Matrix([[1, 1], [-2, 5]]))
    }

    @Test func `a system is solved`() throws {
        let factor = try #require(Cholesky(Matrix([[4, 2], [2, 5]])))
        #expect(factor.lower == Matrix([[2, 0], [1, 2]]))
        #expect(factor.solve([8, 12]) == [1, 2])
        expectEqual(factor.inverse.elements, [5 / 16, -2 / 16, -2 / 16, 4 / 16])
        #expect(Cholesky(Matrix([[1, 2], [2, 1]])) == nil)
        #expect(Cholesky(Matrix([[0]])) == nil)
        #expect(Cholesky(Matrix([[.nan]])) == nil)
    }

    /// 2 - 2 cos(k pi / 5) are the eigenvalues of the second difference of four points.
    @Test func `eigenvalues of a symmetric matrix`() {
        let second = Matrix(rowCount: 4, columnCount: 4) {
            $0 == $1 ? 2 : abs($0 - $1) == 1 ? -1 : 0
        }
        let root = 5.0.squareRoot()
        expectEqual(
            second.symmetricEigenvalues(),
            [(3 - root) / 2, (5 - root) / 2, (3 + root) / 2, (5 + root) / 2], relative: 1e-14)
        #expect(Matrix(diagonal: [3, -1, 2]).symmetricEigenvalues() == [-1, 2, 3])
    }

    @Test func `coordinates are a head's numbers in order`() {
        let head = AttentionHead(
            v21: [1, 2], v: 3, q11: Matrix([[4, 5], [6, 7]]), q12: [8, 9], q21: [10, 11], q: 12)
        #expect(head.coordinates == (1...12).map(Double.init))
        #expect(AttentionHead(coordinates: head.coordinates, dimension: 2) == head)
    }

    /// N f = (v21'x_1 + v y_1)(x_1'Q11 x + x_1'q12 + q21'x + q) + v21'x (x'Q11 x + x'q12 + q21'x + q).
    @Test func `a prediction is that of the hand`() {
        let head = AttentionHead(
            v21: [1, 0], v: 2, q11: Matrix([[0, 1], [0, 0]]), q12: [0, 1], q21: [1, 0], q: 3)
        // x_1 = (1, 2), y_1 = 5, x = (3, 4): (1 + 10)(4 + 2 + 3 + 3) + 3 (12 + 4 + 3 + 3) = 198.
        #expect(head.prediction(context: [[1, 2]], labels: [5], query: [3, 4]) == 99)
    }

    @Test func `what is no problem is refused`() throws {
        expectRefusal("the variance of the noise is -1.0; a finite number from 0 is needed") {
            try RegressionProblem(dimension: 2, noise: -1)
        }
        expectRefusal("the covariance of the inputs is 0 x 0; a square matrix is needed") {
            try RegressionProblem(dimension: 0, noise: 0)
        }
        expectRefusal(
            "the covariance of the inputs has 0.5 at row 2, column 1 and 0.25 across the diagonal; "
                + "a symmetric matrix is needed"
        ) { try RegressionProblem(covariance: Matrix([[1, 0.25], [0.5, 1]]), noise: 0) }
        expectRefusal(
            "the covariance of the inputs has an eigenvalue that is not above 0; a positive "
                + "definite matrix is needed"
        ) { try RegressionProblem(covariance: Matrix([[1, 1], [1, 1]]), noise: 0) }
        let problem = try RegressionProblem(dimension: 2, noise: 0)
        expectRefusal(
            "the covariance of the tasks is 1 x 1; 2 x 2 is needed, as for the inputs"
        ) { try problem.pretrainedMap(context: 3, prior: .covariance(Matrix([[1]]))) }
    }

    @Test func `a task at a cosine is as long and at that cosine`() throws {
        let problem = try RegressionProblem.random(3, seed: 20)
        let trained: Vector = [0.2, -1, 0.4]
        for cosine in [-1, -0.5, 0, 0.3, 0.99, 1] {
            let task = try problem.task(atCosine: cosine, to: trained)
            expectEqual(problem.squaredNorm(task), problem.squaredNorm(trained))
            expectEqual(
                problem.inner(task, trained), cosine * problem.squaredNorm(trained))
        }
        expectRefusal("a task's cosine: is 2.0; a number from -1 to 1 is needed") {
            try problem.task(atCosine: 2, to: trained)
        }
        expectRefusal(
            "a task's cosine: is 0.5; -1 or 1 is needed in one dimension"
        ) { try RegressionProblem(dimension: 1, noise: 0).task(atCosine: 0.5, to: [1]) }
    }
}
