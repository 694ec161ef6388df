import Basics

/// Rows of words as columns: the first to the left, the others to the right.
struct TextColumns {
    var rows: [[String]] = []
    /// Columns that stand to the left.
    var leftCount = 1
    /// What stands before each line.
    var indent = ""

    var lines: [String] {
        let rows = rows.map { $0.map(\.visibleLine) }
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            let cells = zip(row, widths).enumerated().map { column, cell in
                (column == 0 ? "" : "  ")
                    + (column < leftCount
                        ? cell.0.padded(to: cell.1)
                        : String(repeating: " ", count: cell.1 - cell.0.count) + cell.0)
            }
            return (indent + cells.joined()).trimmedAtEnd
        }
    }
}
