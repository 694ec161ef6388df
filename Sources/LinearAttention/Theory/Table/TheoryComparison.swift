/// The differences of a table's rows from the values computed here, by quantity.
public struct TheoryComparison: Sendable {
    /// The results for the rows of one quantity.
    public struct Quantity: Sendable {
        public let name: String
        public fileprivate(set) var rowCount = 0
        /// The largest of |computed - value| / max(|value|, 1e-3).
        public fileprivate(set) var largestDifference = 0.0
    }

    /// In the order in which the table first names them; `A[1,2]` counts as `A`.
    public private(set) var quantities: [Quantity] = []
    public private(set) var rowCount = 0

    public init() {}

    /// Computes a row again.
    ///
    /// - Returns: the relative difference, |computed - value| / max(|value|, 1e-3)
    /// - Throws: `LinearAttentionError` where the row cannot be interpreted or the computed value
    ///   is not finite.
    public mutating func add(_ row: TheoryRow) throws -> Double {
        let scale = max(abs(row.value), 1e-3)
        let difference = try row.computed().map { abs($0 - row.value) / scale }.max() ?? 0
        rowCount += 1
        let known = quantities.firstIndex { $0.name == row.quantityName }
        let index = known ?? quantities.count
        if known == nil { quantities.append(Quantity(name: row.quantityName)) }
        quantities[index].rowCount += 1
        quantities[index].largestDifference =
            max(quantities[index].largestDifference, difference)
        return difference
    }
}
