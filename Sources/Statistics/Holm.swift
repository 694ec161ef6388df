/// The p-values of several tests, adjusted so that the probability of any false positive is at most
/// that of one test.
///
/// Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
/// Statistics 6:65 (1979).
public enum Holm {
    /// - Parameter pValues: those that are nil are no tests, and stay so
    public static func adjusted(_ pValues: [Double?]) -> [Double?] {
        let order = pValues.indices.filter { pValues[$0] != nil }
            .sorted { (pValues[$0] ?? 1, $0) < (pValues[$1] ?? 1, $1) }
        var result = [Double?](repeating: nil, count: pValues.count)
        var most = 0.0
        for (rank, index) in order.enumerated() {
            most = max(most, min(1, Double(order.count - rank) * (pValues[index] ?? 1)))
            result[index] = most
        }
        return result
    }
}
