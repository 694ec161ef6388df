import Basics

extension Collection<Double> {
    /// The arithmetic mean.
    ///
    /// - Throws: `InputError` without values.
    public func mean() throws -> Double {
        guard !isEmpty else {
            throw InputError("a mean: there are no values; one or more are needed")
        }
        return reduce(0, +) / Double(count)
    }

    /// The square root of the squared distances from the mean over `count - 1`; nil for one value.
    ///
    /// - Throws: `InputError` without values.
    public func sampleStandardDeviation() throws -> Double? {
        let mean = try mean()
        guard count > 1 else { return nil }
        let squares = reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(count - 1)).squareRoot()
    }

    /// The sample standard deviation over the square root of `count`; nil for one value.
    ///
    /// - Throws: `InputError` without values.
    public func standardErrorOfMean() throws -> Double? {
        try sampleStandardDeviation().map { $0 / Double(count).squareRoot() }
    }

    /// The value in the middle, or the mean of the two; not a number without values.
    public var median: Double {
        guard !isEmpty else { return .nan }
        let sorted = sorted()
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    }
}
