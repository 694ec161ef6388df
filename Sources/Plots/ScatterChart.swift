/// Points with errors in both directions, each named.
public struct ScatterChart: Hashable, Drawing {
    public struct Point: Hashable, Sendable {
        public let name: String
        public let color: Series.Color
        public let x: Double
        public let y: Double
        /// Halves of the error bars; nil draws none.
        public let xError: Double?
        public let yError: Double?

        public init(
            _ name: String, _ color: Series.Color, x: Double, y: Double, xError: Double? = nil,
            yError: Double? = nil
        ) {
            self.name = name
            self.color = color
            self.x = x
            self.y = y
            self.xError = xError
            self.yError = yError
        }
    }

    public let name: String
    public let title: String
    /// With their units.
    public let xLabel: String
    public let yLabel: String
    public let points: [Point]
    /// In points of 1/72 inch.
    public var width = 520
    public var height = 320
    private var hasLegend = true

    public init(_ name: String, title: String, xLabel: String, yLabel: String, points: [Point]) {
        precondition(!points.isEmpty, "a chart without points")
        self.name = name
        self.title = title
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.points = points
    }

    /// A line a point: series (from 1), x, y, their errors (empty where there is none), name.
    public var table: String {
        let lines = points.enumerated().map { index, point in
            [
                "\(index + 1)", "\(point.x)", "\(point.y)", point.xError.map { "\($0)" } ?? "",
                point.yError.map { "\($0)" } ?? "", ScriptText.field(point.name),
            ].joined(separator: ",")
        }
        return (["series,x,y,x_error,y_error,name"] + lines).joined(separator: "\n") + "\n"
    }

    /// gnuplot's numbers of filled marks, and what they look like.
    private static let marks: [(number: Int, character: Character)] = [
        (7, "●"), (5, "■"), (9, "▲"), (11, "▼"), (13, "◆"),
    ]

    public var legend: [LegendEntry] {
        points.enumerated().map { index, point in
            LegendEntry(
                name: point.name, color: point.color,
                character: Self.marks[index % Self.marks.count].character)
        }
    }

    public var withoutLegend: ScatterChart {
        var chart = self
        chart.hasLegend = false
        chart.width = width * 4 / 5
        return chart
    }

    public var script: String {
        let plots = points.enumerated().flatMap { index, point -> [String] in
            let data = "'\(name).csv' skip 1 using "
            let place = "(of(\(index + 1), $2))"
            let color = "lc rgb '\(point.color.rawValue)'"
            let mark = Self.marks[index % Self.marks.count].number
            return [
                point.xError.map { _ in
                    "\(data)(of(\(index + 1), $2 - $4)):3:(2 * $4):(0) with vectors nohead \(color)"
                },
                point.yError.map { _ in
                    "\(data)\(place):($3 - $5):(0):(2 * $5) with vectors nohead \(color)"
                },
                "\(data)\(place):3 with points \(color) ps 0.9 pt \(mark) title "
                    + "\(ScriptText.quoted(point.name)) noenhanced",
            ].compactMap(\.self)
        }
        return ScriptText.script(
            name, width: width, height: height,
            [
                "set title \(ScriptText.quoted(title)) noenhanced font ',11' offset 0,-0.5",
                "set xlabel \(ScriptText.quoted(xLabel)) noenhanced",
                "set ylabel \(ScriptText.quoted(yLabel)) noenhanced",
                (hasLegend ? "set key outside right top" : "unset key")
                    + "; set offsets graph 0.08, graph 0.08, graph 0.08, graph 0.08",
                "set xzeroaxis lw 0.8 lc rgb '#999999'; set yzeroaxis lw 0.8 lc rgb '#999999'",
                "plot " + plots.joined(separator: ", \\\n     "),
            ])
    }
}
