/// A table as comma-separated values (RFC 4180) that a spreadsheet may open.
///
/// A cell that a spreadsheet would take for a formula gets a `'` in front; a number stays one.
public enum CSVTable {
    /// - Parameter rows: of the same length, the names of the columns first
    /// - Returns: a line a row, each ended by a line feed
    public static func text(_ rows: [[String]]) -> String {
        rows.map { $0.map(cell).joined(separator: ",") + "\n" }.joined()
    }

    static func cell(_ text: String) -> String { quoted(isFormula(text) ? "'" + text : text) }

    /// A field, unchanged; in quotes where it contains commas, quotes or line breaks.
    public static func quoted(_ text: String) -> String {
        text.utf8.contains(where: { ",\"\n\r".utf8.contains($0) })
            ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }

    /// The last four are the full-width forms of the first.
    private static let formulaStarts: Set<Unicode.Scalar> = [
        "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}",
    ]

    private static func isFormula(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, formulaStarts.contains(first) else {
            return false
        }
        return Double(text) == nil
    }
}
