extension RegressionProblem {
    /// A task as long as `trained` in the metric of Sigma whose cosine to it there is `cosine`.
    ///
    /// The direction beside `trained` is the unit vector that lies least along it, made orthogonal to
    /// it. Errors of models made from `trained` alone do not depend on which it is.
    ///
    /// - Parameters:
    ///   - cosine: from -1 to 1
    ///   - trained: theta0, not 0
    /// - Throws: `LinearAttentionError` for a cosine out of range, or where the dimension is 1 and it
    ///   is neither -1 nor 1.
    public func task(atCosine cosine: Double, to trained: Vector) throws -> Vector {
        guard (-1...1).contains(cosine) else {
            throw LinearAttentionError(
                "a task's cosine: is \(cosine); a number from -1 to 1 is needed")
        }
        if abs(cosine) == 1 { return cosine * trained }
        let square = squaredNorm(trained)
        let units = (0..<dimension).map { Vector(unit: $0, count: dimension) }
        let along = { (unit: Vector) in
            abs(inner(unit, trained)) / squaredNorm(unit).squareRoot()
        }
        guard dimension > 1, let unit = units.min(by: { along($0) < along($1) }) else {
            throw LinearAttentionError(
                "a task's cosine: is \(cosine); -1 or 1 is needed in one dimension")
        }
        let beside = unit - (inner(unit, trained) / square) * trained
        let length = (squaredNorm(beside) / square).squareRoot()
        return cosine * trained + ((1 - cosine * cosine).squareRoot() / length) * beside
    }
}
