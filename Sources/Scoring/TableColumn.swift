import Benchmarks

/// A column of a result table: a group of questions with a number of shots.
public struct TableColumn: Hashable, Comparable, Sendable, Encodable {
    public let shots: Int
    /// A category's name, or "all".
    public let category: String

    public init(shots: Int, category: String) {
        self.shots = shots
        self.category = category
    }

    /// Whether the column is the total over all categories.
    package var isTotal: Bool { category == Category.total }

    /// By number of shots, then in the order of the categories, the total last.
    public static func < (a: TableColumn, b: TableColumn) -> Bool {
        (a.shots, a.rank) < (b.shots, b.rank)
    }

    private var rank: Int {
        Category.allCases.firstIndex { $0.rawValue == category } ?? Category.allCases.count
    }
}
