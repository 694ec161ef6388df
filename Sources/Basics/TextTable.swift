/// Rows of text as aligned columns: the first ones to the left, the others to the right.
package struct TextTable {
    package var rows: [[String]]
    /// Columns that are aligned to the left.
    package var leftCount: Int
    /// Text before each line.
    package var indent: String

    package init(_ rows: [[String]] = [], leftCount: Int = 1, indent: String = "") {
        self.rows = rows
        self.leftCount = leftCount
        self.indent = indent
    }

    package var lines: [String] {
        let rows = rows.map { $0.map(\.visibleLine) }
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            let cells = zip(row, widths).enumerated().map { column, cell in
                column < leftCount ? cell.0.padded(to: cell.1) : cell.0.padded(before: cell.1)
            }
            let line = (indent + cells.joined(separator: "  ")).reversed().drop { $0 == " " }
            return String(line.reversed())
        }
    }
}

extension Double {
    /// Without a needless ".0".
    package var shortText: String {
        let text = "\(self)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

extension String {
    /// The text with spaces after it.
    package func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }

    /// The text with spaces before it.
    package func padded(before width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
