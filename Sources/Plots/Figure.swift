import Foundation

/// Panels side by side, and the data they show.
public struct Figure: Hashable, Sendable {
    /// The files' name without its extension: lower case letters, digits and hyphens.
    public let name: String
    public var panels: [Panel]
    /// Panels in a row.
    public var columnCount: Int
    /// Of a panel, in points of 1/72 inch.
    public var panelWidth = 340
    public var panelHeight = 270
    /// Whether the axes of panels below each other stand below each other, however wide their legends
    /// and numbers are.
    public var alignsAxes = false

    public init(_ name: String, columnCount: Int = 2, panels: [Panel]) {
        precondition(
            !name.isEmpty
                && name.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789-".contains($0) },
            "'\(name)' is no name of a figure")
        precondition(columnCount > 0 && !panels.isEmpty, "a figure without panels")
        self.name = name
        self.columnCount = columnCount
        self.panels = panels
    }

    var rowCount: Int { (panels.count + columnCount - 1) / columnCount }

    /// Every point, one a line: group (which series, from 1, through all panels), x, y, standard_error
    /// (empty where there is none), panel, series.
    public var table: String {
        var lines = ["group,x,y,standard_error,panel,series"]
        var group = 0
        for panel in panels {
            for series in panel.series {
                group += 1
                for point in series.points {
                    lines.append(
                        [
                            "\(group)", "\(point.x)", "\(point.y)",
                            point.error.map { "\($0)" } ?? "", Self.quoted(panel.title),
                            Self.quoted(series.name),
                        ].joined(separator: ","))
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func quoted(_ text: String) -> String {
        text.contains(where: { ",\"\n".contains($0) })
            ? "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : text
    }
}
