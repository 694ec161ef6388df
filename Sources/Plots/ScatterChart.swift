import Basics

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
        precondition(Self.isName(name), "'\(name)' is no name of a chart")
        self.name = name
        self.title = title
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.points = points
    }

    /// A line a point: series (from 1), x, y, their errors (empty where there is none), name.
    public var table: String {
        let names = ["series", "x", "y", "x_error", "y_error", "name"]
        let lines = points.enumerated().map { index, point in
            [
                "\(index + 1)", "\(point.x)", "\(point.y)", point.xError.map { "\($0)" } ?? "",
                point.yError.map { "\($0)" } ?? "", point.name,
            ]
        }
        return CSVTable.text([names] + lines)
    }

    /// gnuplot's numbers of filled marks, and characters that look like them.
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
        let plots = points.enumerated().flatMap { index, point -> [Script] in
            let data: Script = "\(dataFile) skip 1 using "
            let place: Script = "(of(\(index + 1), $2))"
            let color: Script = "lc rgb \(point.color.rawValue)"
            let mark = Self.marks[index % Self.marks.count].number
            var plots: [Script] = []
            if point.xError != nil {
                plots.append(
                    "\(data)(of(\(index + 1), $2 - $4)):3:(2 * $4):(0) with vectors nohead \(color)"
                )
            }
            if point.yError != nil {
                plots.append(
                    "\(data)\(place):($3 - $5):(0):(2 * $5) with vectors nohead \(color)")
            }
            plots.append(
                "\(data)\(place):3 with points \(color) ps 0.9 pt \(mark) title \(point.name) noenhanced"
            )
            return plots
        }.joined(separator: ", \\\n     ")
        let key: Script = hasLegend ? "set key outside right top" : "unset key"
        return framed(
            size: (width, height), fontSize: 11, keySize: 9, style: "set bars 0.4",
            [
                "set title \(title) noenhanced font ',11' offset 0,-0.5",
                "set xlabel \(xLabel) noenhanced",
                "set ylabel \(yLabel) noenhanced",
                "\(key); set offsets graph 0.08, graph 0.08, graph 0.08, graph 0.08",
                "set xzeroaxis lw 0.8 lc rgb '#999999'; set yzeroaxis lw 0.8 lc rgb '#999999'",
                "plot \(plots)",
            ])
    }
}
