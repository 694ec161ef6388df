extension Collection<Double> {
    /// The value in the middle, or the mean of the two; not a number without values.
    public var median: Double {
        guard !isEmpty else { return .nan }
        let sorted = sorted()
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    }
}
