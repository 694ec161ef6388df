extension Matrix {
    /// The eigenvalues of a symmetric matrix, ascending: Jacobi's rotations until nothing is left off
    /// the diagonal.
    public func symmetricEigenvalues() -> [Double] {
        var a = symmetrized
        let count = rowCount
        let scale = a.dot(a)
        for _ in 0..<60 {
            var beside = 0.0
            for i in 0..<count {
                for j in 0..<i { beside += a[i, j] * a[i, j] }
            }
            if beside <= 1e-32 * scale { break }
            for i in 0..<count {
                for j in 0..<i where a[i, j] != 0 { a.rotate(i, j) }
            }
        }
        return (0..<count).map { a[$0, $0] }.sorted()
    }

    /// Makes the elements (p, q) and (q, p) zero by a rotation of both sides.
    private mutating func rotate(_ p: Int, _ q: Int) {
        let ratio = (self[q, q] - self[p, p]) / (2 * self[p, q])
        let sign: Double = ratio < 0 ? -1 : 1
        let tangent = sign / (abs(ratio) + (ratio * ratio + 1).squareRoot())
        let cosine = 1 / (tangent * tangent + 1).squareRoot()
        let sine = tangent * cosine
        for k in 0..<rowCount {
            let (x, y) = (self[k, p], self[k, q])
            self[k, p] = cosine * x - sine * y
            self[k, q] = sine * x + cosine * y
        }
        for k in 0..<rowCount {
            let (x, y) = (self[p, k], self[q, k])
            self[p, k] = cosine * x - sine * y
            self[q, k] = sine * x + cosine * y
        }
        self[p, q] = 0
        self[q, p] = 0
    }
}
