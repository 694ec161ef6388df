import Basics

/// Panels side by side, and the data they show.
public struct Figure: Hashable, Drawing {
    /// The files' name without its extension: lower case letters, digits and hyphens.
    public let name: String
    public var panels: [Panel]
    /// Panels in a row.
    public var columnCount: Int
    /// Of a panel, in points of 1/72 inch.
    public var panelWidth = 340
    public var panelHeight = 270
    /// `panelWidth` and `panelHeight`.
    public var panelSize: (width: Int, height: Int) {
        get { (panelWidth, panelHeight) }
        set { (panelWidth, panelHeight) = newValue }
    }
    /// Whether the axes of panels below each other are aligned, whatever the width of their legends
    /// and numbers.
    public var alignsAxes = false

    public init(_ name: String, columnCount: Int = 2, panels: [Panel]) {
        precondition(Self.isName(name), "'\(name)' is no name of a figure")
        precondition(columnCount > 0 && !panels.isEmpty, "a figure without panels")
        self.name = name
        self.columnCount = columnCount
        self.panels = panels
    }

    var rowCount: Int { (panels.count + columnCount - 1) / columnCount }

    /// Every point, one a line: group (which series, from 1, through all panels), x, y, standard_error
    /// (empty where there is none), panel, series.
    public var table: String {
        var lines = [["group", "x", "y", "standard_error", "panel", "series"]]
        var group = 0
        for panel in panels {
            for series in panel.series {
                group += 1
                lines += series.points.map { point in
                    [
                        "\(group)", "\(point.x)", "\(point.y)",
                        point.error.map { "\($0)" } ?? "", panel.title, series.name,
                    ]
                }
            }
        }
        return CSVTable.text(lines)
    }

    /// Series with the same name in several panels are listed once.
    public var legend: [LegendEntry] {
        var names: Set<String> = []
        return panels.filter { $0.legend != .none }.flatMap(\.series)
            .filter { $0.isInLegend && !$0.points.isEmpty && names.insert($0.name).inserted }
            .map { LegendEntry(name: $0.name, color: $0.color, character: $0.mark.character) }
    }

    public var withoutLegend: Figure {
        var figure = self
        for index in panels.indices { figure.panels[index].legend = .none }
        if panels.contains(where: { $0.legend == .outside }) {
            figure.panelWidth = panelWidth * 3 / 4
        }
        return figure
    }
}
