import Foundation

extension Figure {
    /// A gnuplot script (5.2 or newer) that draws the figure from its table, as `name.svg`,
    /// `name.pdf` and `name.png`; run it in the folder of `name.csv`, with `-e "kind='svg'"` for one of them alone.
    public var script: String {
        let (width, height) = (columnCount * panelWidth, rowCount * panelHeight)
        var lines = [
            "# Draws \(name).csv. Run in its folder: gnuplot \(name).gp",
            "set encoding utf8",
            "set datafile separator comma",
            "set datafile missing ''",
            "of(group, value) = column(1) == group ? value : NaN",
            "set border 3 lw 0.8; set tics nomirror out scale 0.6; set bars 0.6",
            "set grid y lt 1 lw 0.4 lc rgb '#DDDDDD'",
            "set key samplen 1.4 spacing 1.05 font ',9' noautotitle",
            "do for [kind in (exists('kind') ? kind : 'svg pdf png')] {",
            "if (kind eq 'svg') {",
            "set terminal svg size \(width),\(height) enhanced font 'Helvetica,11' background rgb 'white'",
            "} else { if (kind eq 'png') {",
            "set terminal pngcairo size \(2 * width),\(2 * height) enhanced font 'Helvetica,11' fontscale 2",
            "} else {",
            String(
                format: "set terminal pdfcairo size %.3fin,%.3fin enhanced font 'Helvetica,11'",
                Double(width) / 72, Double(height) / 72),
            "} }",
            "set output '\(name).'.kind",
            "set multiplot layout \(rowCount),\(columnCount)",
        ]
        var group = 1
        for panel in panels {
            lines += self.lines(of: panel, firstGroup: group)
            group += panel.series.count
        }
        lines += ["unset multiplot", "set output", "}"]
        return lines.joined(separator: "\n") + "\n"
    }

    /// Long legends above the curves go side by side.
    private func legendRows(_ panel: Panel) -> Int {
        let count = panel.series.count { $0.isInLegend && !$0.points.isEmpty }
        return panel.legend != .outside && count > 4 ? (count + 1) / 2 : max(count, 1)
    }

    private func lines(of panel: Panel, firstGroup: Int) -> [String] {
        func quoted(_ text: String) -> String {
            "\""
                + text.replacingOccurrences(of: "\\", with: "\\\\")
                .replacingOccurrences(of: "\"", with: "\\\"") + "\""
        }
        func axis(_ letter: String, _ axis: Panel.Axis) -> [String] {
            let range = axis.range.map { "\($0.lowerBound):\($0.upperBound)" } ?? "*:*"
            return [
                "set \(letter)label \(quoted(axis.label)) noenhanced",
                axis.scale == .logarithmic
                    ? "set logscale \(letter)" : "unset logscale \(letter)",
                "set \(letter)range [\(range)]",
                "set \(letter)tics " + (axis.tickStep.map { "\($0)" } ?? "autofreq"),
            ]
        }
        let drawn = panel.series.enumerated().filter { !$0.element.points.isEmpty }
        var lines = [
            "set title \(quoted(panel.title)) noenhanced font ',11' offset 0,-0.5",
            panel.legend == .none
                ? "unset key" : "set key on \(panel.legend.rawValue) maxrows \(legendRows(panel))",
        ]
        lines += axis("x", panel.x) + axis("y", panel.y)
        let plots = drawn.flatMap { index, series -> [String] in
            let data = "'\(name).csv' skip 1 using (of(\(firstGroup + index), $2)):3"
            let title = series.isInLegend ? " title \(quoted(series.name)) noenhanced" : ""
            let color = "lc rgb '\(series.color.rawValue)'"
            guard let type = series.mark.pointType else {
                return ["\(data) with lines \(color) lw 1.6 dt \(series.mark.dash)\(title)"]
            }
            let bars =
                series.points.contains { $0.error != nil }
                ? ["\(data):4 with yerrorbars \(color) lw 1 pt -1"] : []
            return bars + ["\(data) with points \(color) lw 1.2 ps 0.6 pt \(type)\(title)"]
        }
        lines.append("plot " + plots.joined(separator: ", \\\n     "))
        return lines
    }
}

extension Series.Mark {
    /// gnuplot's number of the mark; nil for lines.
    fileprivate var pointType: Int? {
        switch self {
        case .solidLine, .dashedLine, .dottedLine: nil
        case .openSquares: 4
        case .filledSquares: 5
        case .openCircles: 6
        case .filledCircles: 7
        case .openTriangles: 8
        case .filledTriangles: 9
        }
    }

    fileprivate var dash: String {
        switch self {
        case .dashedLine: "(8,4)"
        case .dottedLine: "(2,3)"
        default: "solid"
        }
    }
}
