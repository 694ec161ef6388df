extension RegressionProblem {
    /// A task as long as `trained` in the metric of Sigma whose cosine to it there is `cosine`.
    ///
    /// The direction beside `trained` is the first unit vector that does not lie along it, made
    /// orthogonal to it. Errors of models made from `trained` alone do not depend on which it is.
    ///
    /// - Parameters:
    ///   - cosine: from -1 to 1
    ///   - trained: theta0, not 0
    /// - Throws: `LinearAttentionError` for a cosine out of range, or where the dimension is 1 and it
    ///   is neither -1 nor 1.
    public func task(atCosine cosine: Double, to trained: Vector) throws -> Vector {
        guard (-1...1).contains(cosine) else {
            throw LinearAttentionError(
                "a task at cosine \(cosine) was asked for; a number from -1 to 1 is needed")
        }
        if abs(cosine) == 1 { return cosine * trained }
        let square = squaredNorm(trained)
        for index in 0..<dimension {
            let unit = Vector(unit: index, count: dimension)
            let beside = unit - (inner(unit, trained) / square) * trained
            let left = squaredNorm(beside)
            guard left > 1e-6 * squaredNorm(unit) else { continue }
            let sine = (max(0, 1 - cosine * cosine) * square / left).squareRoot()
            return cosine * trained + sine * beside
        }
        throw LinearAttentionError(
            "a task at cosine \(cosine) was asked for in one dimension; -1 or 1 is needed there")
    }
}
