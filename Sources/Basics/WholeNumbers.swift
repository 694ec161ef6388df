extension Int {
    /// The whole number nearest to a double, without a trap: beyond the range it is the range's
    /// end, and not a number is 0.
    public init(nearest value: Double) {
        if let whole = Int(exactly: value.rounded()) {
            self = whole
        } else {
            self = value.isNaN ? 0 : value < 0 ? .min : .max
        }
    }
}
