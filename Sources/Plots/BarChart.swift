import Basics

/// Bars in groups, with error bars.
public struct BarChart: Hashable, Drawing {
    public struct Bar: Hashable, Sendable {
        public let value: Double
        /// Half of the error bar's height; nil draws none.
        public let error: Double?

        public init(_ value: Double, error: Double? = nil) {
            self.value = value
            self.error = error
        }
    }

    /// Bars of one kind: one in each group.
    public struct Series: Hashable, Sendable {
        public let name: String
        public let color: Plots.Series.Color
        /// By group; nil leaves its position empty.
        public let bars: [Bar?]

        public init(_ name: String, _ color: Plots.Series.Color, _ bars: [Bar?]) {
            self.name = name
            self.color = color
            self.bars = bars
        }
    }

    public let name: String
    /// Above the bars.
    public let title: String
    /// With its unit.
    public let label: String
    /// Below the bars; a line break is one there too.
    public let groups: [String]
    public let series: [Series]
    /// In points of 1/72 inch.
    public var width = 640
    public var height = 320
    private var hasLegend = true

    /// - Parameter series: each with one bar a group
    public init(_ name: String, title: String, label: String, groups: [String], series: [Series]) {
        precondition(
            !groups.isEmpty && !series.isEmpty
                && series.allSatisfy { $0.bars.count == groups.count },
            "each series has one bar a group")
        precondition(Self.isName(name), "'\(name)' is no name of a chart")
        self.name = name
        self.title = title
        self.label = label
        self.groups = groups
        self.series = series
    }

    /// A line a bar: series (from 1), position on the axis, value, standard_error, group, series'
    /// name.
    public var table: String {
        var lines = [["series", "place", "value", "standard_error", "group", "name"]]
        for (index, series) in series.enumerated() {
            for (group, bar) in series.bars.enumerated() {
                guard let bar else { continue }
                lines.append([
                    "\(index + 1)", "\(place(index, group))", "\(bar.value)",
                    bar.error.map { "\($0)" } ?? "", groups[group].replacing("\n", with: " "),
                    series.name,
                ])
            }
        }
        return CSVTable.text(lines)
    }

    /// A group is as wide as its bars and a gap.
    private func place(_ series: Int, _ group: Int) -> Double {
        Double(group * (self.series.count + 1) + series)
    }

    private var drawn: [(offset: Int, element: Series)] {
        series.enumerated().filter { $0.element.bars.contains { $0 != nil } }
    }

    public var legend: [LegendEntry] {
        drawn.map { LegendEntry(name: $0.element.name, color: $0.element.color, character: "■") }
    }

    public var withoutLegend: BarChart {
        var chart = self
        chart.hasLegend = false
        chart.width = width * 3 / 4
        return chart
    }

    public var script: String {
        let ticks = groups.enumerated().map { index, group -> Script in
            "\(label: group) \(place(0, index) + Double(series.count - 1) / 2)"
        }.joined(separator: ", ")
        let plots = drawn.flatMap { index, series -> [Script] in
            let data: Script = "\(dataFile) skip 1 using (of(\(index + 1), $2))"
            let boxes: Script =
                "\(data):3 with boxes lc rgb \(series.color.rawValue) title \(series.name) noenhanced"
            return series.bars.contains { $0?.error != nil }
                ? [
                    boxes,
                    "\(data):($3 - $4):(0):(2 * $4) with vectors nohead lc rgb '#000000' lw 1.4",
                ] : [boxes]
        }.joined(separator: ", \\\n     ")
        let lineCount = groups.map { $0.split(separator: "\n").count }.max() ?? 1
        let last = place(series.count - 1, groups.count - 1)
        let key: Script = hasLegend ? "set key outside right top" : "unset key"
        return framed(
            size: (width, height), fontSize: 11, keySize: 9, style: "set bars 0.4",
            [
                "set title \(title) noenhanced font ',11' offset 0,-0.5",
                "set ylabel \(label) noenhanced",
                "set boxwidth 0.9; set style fill solid 0.85 noborder",
                "\(key); set bmargin \(2 + lineCount)",
                "set xrange [-1:\(last + 1)]; set yrange [0:*]",
                "set xtics (\(ticks)) scale 0 noenhanced",
                "plot \(plots)",
            ])
    }
}
