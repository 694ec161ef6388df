import Foundation

extension Figure {
    /// A gnuplot script (5.2 or newer) that draws the figure from its table, as `name.svg`,
    /// `name.pdf` and `name.png`; run it in the folder of `name.csv`, with `-e "kind='svg'"` for one of
    /// them alone.
    public var script: String {
        // Panels with a broken axis set their own positions.
        var lines: [Script] = [
            panels.contains { $0.y.gap != nil }
                ? "set multiplot" : "set multiplot layout \(rowCount),\(columnCount)"
        ]
        if alignsAxes { lines.append(margins) }
        var group = 1
        for (index, panel) in panels.enumerated() {
            lines +=
                panel.y.gap == nil
                ? self.lines(of: panel, firstGroup: group)
                : brokenLines(of: panel, index: index, firstGroup: group)
            group += panel.series.count
        }
        lines.append("unset multiplot")
        return framed(
            size: (columnCount * panelWidth, rowCount * panelHeight), fontSize: 10, keySize: 8.5,
            functions: Self.functions, style: "set clip two", lines)
    }

    private static let functions: [Script] = [
        "# The lower end of a bar; on a logarithmic axis it stays above 0.",
        "low(y, error) = y - error",
        "positive(y, error) = error < y ? y - error : 1e-9 * y",
    ]

    /// In widths of a letter, the same for all panels.
    private var margins: Script {
        let names = panels.filter { $0.legend == .outside }.flatMap(\.series)
            .filter(\.isInLegend).map(\.name.count)
        // Letters of the legend are smaller; a sample precedes them.
        return "set lmargin 10; set rmargin \(names.max().map { 6 + 8 * $0 / 10 } ?? 3)"
    }

    /// Long legends above the curves go side by side.
    private func legendRows(_ panel: Panel) -> Int {
        let count = panel.series.count { $0.isInLegend && !$0.points.isEmpty }
        return panel.legend != .outside && count > 4 ? (count + 1) / 2 : max(count, 1)
    }

    private func lines(of panel: Panel, firstGroup: Int) -> [Script] {
        let drawn = panel.series.enumerated().filter { !$0.element.points.isEmpty }
        let points = drawn.flatMap(\.element.points)
        let plots = drawn.flatMap { index, series in
            self.plots(of: series, in: panel, group: firstGroup + index)
        }.joined(separator: ", \\\n     ")
        return [
            "set title \(panel.title) noenhanced font ',11' offset 0,-0.5",
            panel.legend.place.map { "set key on \($0) maxrows \(legendRows(panel))" }
                ?? "unset key",
        ] + lines(of: panel.x, "x", points.map(\.x)) + lines(of: panel.y, "y", points.map(\.y))
            + ["plot \(plots)"]
    }

    /// A series' bars, thin lines and marks, or its line.
    private func plots(of series: Series, in panel: Panel, group: Int) -> [Script] {
        let place: Script =
            switch (series.shift, panel.x.scale) {
            case (0, _): "$2"
            case (_, .linear): "$2 + \(series.shift)"
            case (_, .logarithmic): "$2 * 10**\(series.shift)"
            }
        let file: Script = "\(dataFile) skip 1 using (of(\(group), \(place)))"
        let title: Script = series.isInLegend ? " title \(series.name) noenhanced" : ""
        let color: Script = "lc rgb \(series.color.rawValue)"
        guard let type = series.mark.pointType else {
            return ["\(file):3 with lines \(color) lw 1.6 dt \(series.mark.dash)\(title)"]
        }
        let low: Script = panel.y.scale == .linear ? "low($3, $4)" : "positive($3, $4)"
        let bars: [Script] =
            series.points.contains { $0.error != nil }
            ? ["\(file):(\(low)):(0):($3 + $4 - \(low)) with vectors nohead \(color) lw 1"] : []
        let joints: [Script] =
            series.isJoined ? ["\(file):3 with lines \(color) lw 0.8"] : []
        return bars + joints + [
            "\(file):3 with points \(color) lw 1 ps \(series.mark.size) pt \(type)\(title)"
        ]
    }
}

extension Figure {
    /// A panel whose y-axis is broken: two plots in its cell, the upper without an x-axis.
    private func brokenLines(of panel: Panel, index: Int, firstGroup: Int) -> [Script] {
        guard let range = panel.y.range, let gap = panel.y.gap else {
            return lines(of: panel, firstGroup: firstGroup)
        }
        // A legend outside is to the right of all panels.
        let names = panels.filter { $0.legend == .outside }.flatMap(\.series)
            .filter(\.isInLegend).map(\.name.count)
        let room = names.max().map { (44 + 6.4 * Double($0)) / Double(columnCount * panelWidth) }
        let (column, row) = (Double(index % columnCount), Double(index / columnCount))
        let width = (1 - (room ?? 0)) / Double(columnCount)
        func x(_ share: Double) -> Double { (column + share) * width }
        func y(_ share: Double) -> Double { 1 - (row + 1 - share) / Double(rowCount) }
        func place(_ share: Double) -> Double { (share * 10_000).rounded() / 10_000 }
        let (bottom, top, space) = (0.16, 0.92, 0.025)
        let middle = bottom + (top - bottom - space) * 2 / 3
        func part(_ shown: ClosedRange<Double>, _ low: Double, _ high: Double) -> [Script] {
            var part = panel
            part.y.gap = nil
            part.y.range = shown
            part.y.ticks = panel.y.ticks?.filter(shown.contains)
            let isUpper = low > bottom
            if isUpper {
                (part.x.label, part.y.label) = ("", "")
                (part.x.ticks, part.legend) = ([], .none)
            } else {
                part.title = ""
            }
            let border: Script =
                isUpper ? "set border 2" : "set border 3; set xtics nomirror out scale 0.6"
            return [
                "set lmargin at screen \(place(x(0.22))); set rmargin at screen \(place(x(0.97)))",
                "set bmargin at screen \(place(y(low))); set tmargin at screen \(place(y(high)))",
                border,
            ] + lines(of: part, firstGroup: firstGroup)
        }
        let edges = [middle, middle + space].map { edge -> Script in
            let start: Script = "\(place(x(0.208))),\(place(y(edge) - 0.006))"
            let way: Script = "\(place(x(0.232) - x(0.208))),0.012"
            return "set arrow from screen \(start) rto screen \(way) nohead lw 0.8"
        }
        return part(gap.upperBound...range.upperBound, middle + space, top) + edges
            + part(range.lowerBound...gap.lowerBound, bottom, middle)
            + ["unset arrow; set border 3"]
    }

    /// - Parameter values: of the points drawn
    private func lines(of axis: Panel.Axis, _ letter: Script, _ values: [Double]) -> [Script] {
        let range: Script = axis.range.map { "\($0.lowerBound):\($0.upperBound)" } ?? "*:*"
        let ticks = axis.ticks ?? (axis.scale == .logarithmic ? axis.steps(values) : nil)
        let list = ticks.map { ticks -> Script in
            let entries = ticks.enumerated().map { index, tick -> Script in
                let name = axis.tickNames?[index] ?? String(format: "%g", tick)
                return "\(label: name) \(Script(number: tick))"
            }
            let style: Script = axis.tickNames == nil ? "" : " noenhanced rotate by -30"
            return "(\(entries.joined(separator: ", ")))\(style)"
        }
        let step = axis.tickStep.map { step -> Script in "\(step)" }
        return [
            "set \(letter)label \(axis.label) noenhanced",
            axis.scale == .logarithmic ? "set logscale \(letter)" : "unset logscale \(letter)",
            "set \(letter)range [\(range)]",
            ticks?.isEmpty == true
                ? "unset \(letter)tics" : "set \(letter)tics \(list ?? step ?? "autofreq")",
        ]
    }
}

extension Panel.LegendPlace {
    /// nil where there is no legend.
    fileprivate var place: Script? {
        switch self {
        case .topRight: "top right"
        case .topLeft: "top left"
        case .bottomRight: "bottom right"
        case .bottomLeft: "bottom left"
        case .outside: "outside right top"
        case .none: nil
        }
    }
}

extension Panel.Axis {
    /// 1, 2 and 5 times powers of ten; the powers alone where those would be many, 3 and 7 too where
    /// they would be few; nil where there are fewer than two.
    fileprivate func steps(_ values: [Double]) -> [Double]? {
        let positive = values.filter { $0 > 0 && $0.isFinite }
        guard let low = range?.lowerBound ?? positive.min(),
            let high = range?.upperBound ?? positive.max(), low > 0, high.isFinite
        else { return nil }
        let powers = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
        let shown = low * (1 - 1e-9)...high * (1 + 1e-9)
        func steps(_ factors: [Double]) -> [Double] {
            var steps: [Double] = []
            for power in powers {
                let unit = pow(10, Double(power))
                steps += factors.map { $0 * unit }.filter(shown.contains)
            }
            return steps
        }
        let usual = steps(powers.count > 5 ? [1] : [1, 2, 5])
        let chosen = usual.count < 4 ? steps([1, 2, 3, 5, 7]) : usual
        return chosen.count < 2 ? nil : chosen
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
        case .openDiamonds: 12
        case .filledDiamonds: 13
        case .crosses: 2
        }
    }

    /// A text character that looks like the mark.
    var character: Character {
        switch self {
        case .solidLine: "━"
        case .dashedLine: "╍"
        case .dottedLine: "┈"
        case .openSquares: "□"
        case .filledSquares: "■"
        case .openCircles: "○"
        case .filledCircles: "●"
        case .openTriangles: "△"
        case .filledTriangles: "▲"
        case .openDiamonds: "◇"
        case .filledDiamonds: "◆"
        case .crosses: "×"
        }
    }

    /// gnuplot's size, so that open and filled marks of every form can be told apart.
    fileprivate var size: Double {
        switch self {
        case .openTriangles, .filledTriangles, .openDiamonds, .filledDiamonds: 0.85
        default: 0.65
        }
    }

    fileprivate var dash: Script {
        switch self {
        case .dashedLine: "(8,4)"
        case .dottedLine: "(2,3)"
        default: "solid"
        }
    }
}
