import Foundation
import TestSupport
import Testing

@testable import Plots

@Suite struct FigureTests {
    private var figure: Figure {
        Figure(
            "a-figure", columnCount: 1,
            panels: [
                Panel(
                    "left, \"first\"", x: Panel.Axis("n", range: 0...4),
                    y: Panel.Axis("error", scale: .logarithmic), legend: .bottomLeft,
                    series: [
                        Series("theory", .blue, .dashedLine, [.init(0, 1), .init(4, 0.25)]),
                        Series(
                            "trained_1", .vermillion, .openCircles,
                            [.init(2, 0.5, error: 0.125), .init(3, 0.4)]),
                        Series("nothing", .black, .solidLine, []),
                    ])
            ])
    }

    @Test func `the table has a line for every point`() {
        #expect(
            figure.table == """
                group,x,y,standard_error,panel,series
                1,0.0,1.0,,"left, ""first""\",theory
                1,4.0,0.25,,"left, ""first""\",theory
                2,2.0,0.5,0.125,"left, ""first""\",trained_1
                2,3.0,0.4,,"left, ""first""\",trained_1

                """)
    }

    @Test func `the script draws each series that has points, bars where there are errors`() {
        let script = figure.script
        #expect(script.contains("set logscale y\n"))
        #expect(script.contains("set xrange [0.0:4.0]\n"))
        #expect(script.contains("set key on bottom left maxrows 2\n"))
        #expect(script.contains("lc rgb '#0072B2' lw 1.6 dt (8,4) title 'theory' noenhanced"))
        #expect(script.components(separatedBy: "with vectors nohead").count == 2)
        #expect(!script.contains("nothing"))
    }

    @Test func `joined points have a thin line, of the same data, that no legend names`() {
        var figure = figure
        #expect(!figure.script.contains("with lines lc rgb '#D55E00'"))
        let table = figure.table
        figure.panels[0].series[1].isJoined = true
        #expect(
            figure.script.contains(
                "'a-figure.csv' skip 1 using (of(2, $2)):3 with lines lc rgb '#D55E00' lw 0.8, "))
        #expect(figure.table == table)
    }

    @Test func `the legend has each name of the panels once, of what is drawn`() {
        var figure = figure
        figure.panels.append(figure.panels[0])
        #expect(
            figure.legend == [
                LegendEntry(name: "theory", color: .blue, character: "╍"),
                LegendEntry(name: "trained_1", color: .vermillion, character: "○"),
            ])
        #expect(figure.withoutLegend.legend.isEmpty)
        #expect(!figure.withoutLegend.script.contains("set key on"))
        #expect(figure.withoutLegend.table == figure.table)
    }

    @Test func `aligned axes have margins for the longest name of a legend outside`() {
        var figure = figure
        #expect(!figure.script.contains("margin"))
        figure.alignsAxes = true
        #expect(figure.script.contains("set lmargin 10; set rmargin 3\n"))
        figure.panels[0].legend = .outside
        // "trained_1" has nine letters.
        #expect(figure.script.contains("set lmargin 10; set rmargin 13\n"))
    }

    @Test func `a logarithmic axis has 1, 2 and 5 of every power of ten it shows`() {
        func ticks(_ axis: Panel.Axis) -> String {
            var figure = figure
            figure.panels[0].y = axis
            return figure.script.split(separator: "\n").first { $0.hasPrefix("set ytics") }
                .map(String.init) ?? ""
        }
        // The points go from 0.25 to 1: 0.5 and 1 would be few.
        #expect(
            ticks(Panel.Axis("e", scale: .logarithmic))
                == "set ytics ('0.3' 0.3, '0.5' 0.5, '0.7' 0.7, '1' 1)")
        #expect(
            ticks(Panel.Axis("e", range: 0.05...20, scale: .logarithmic))
                == "set ytics ('0.05' 0.05, '0.1' 0.1, '0.2' 0.2, '0.5' 0.5, '1' 1, '2' 2, '5' 5, "
                + "'10' 10, '20' 20)")
        // Six decades have the powers alone.
        #expect(
            ticks(Panel.Axis("e", range: 0.001...1000, scale: .logarithmic))
                == "set ytics ('0.001' 0.001, '0.01' 0.01, '0.1' 0.1, '1' 1, '10' 10, '100' 100, "
                + "'1000' 1000)")
        #expect(
            ticks(Panel.Axis("e", range: 1...9, scale: .logarithmic, ticks: [1, 2, 4, 8]))
                == "set ytics ('1' 1, '2' 2, '4' 4, '8' 8)")
        // Nothing to list: gnuplot's own.
        #expect(
            ticks(Panel.Axis("e", range: 3...4, scale: .logarithmic)) == "set ytics autofreq")
        #expect(ticks(Panel.Axis("e", tickStep: 10)) == "set ytics 10.0")
    }

    @Test func `ticks can have names`() {
        var figure = figure
        figure.panels[0].x.ticks = [1, 2]
        figure.panels[0].x.tickNames = ["no \"x\"", "b"]
        #expect(
            figure.script.contains("set xtics ('no \"x\"' 1, 'b' 2) noenhanced rotate"))
    }

    @Test func `a broken axis is two plots, the lower twice as high`() throws {
        var figure = figure
        let count = figure.script.components(separatedBy: "\nplot ").count
        figure.panels[0].y = Panel.Axis(
            "error", range: 0.1...100, scale: .logarithmic, ticks: [0.1, 1, 50], gap: 5...40)
        let script = figure.script
        #expect(script.components(separatedBy: "\nplot ").count == count + 1)
        #expect(script.contains("set yrange [40.0:100.0]\nset ytics ('50' 50)\n"))
        #expect(script.contains("set yrange [0.1:5.0]\nset ytics ('0.1' 0.1, '1' 1)\n"))
        // Below the break there is an x-axis, above it none.
        #expect(script.contains("set border 2") && script.contains("unset xtics"))
        let margins = script.split(separator: "\n").filter { $0.hasPrefix("set bmargin at screen") }
        let heights = margins.map { line in
            let words = line.replacing(";", with: "").split(separator: " ").compactMap {
                Double($0)
            }
            return words[1] - words[0]
        }
        #expect(heights.count == 2 && abs(heights[1] / heights[0] - 2) < 0.01)
    }

    @Test func `shifted points keep their place in the table`() {
        var figure = figure
        let table = figure.table
        figure.panels[0].series[1].shift = 0.25
        #expect(figure.table == table)
        #expect(figure.script.contains("(of(2, $2 + 0.25)):3 with points"))
        figure.panels[0].x.scale = .logarithmic
        #expect(figure.script.contains("(of(2, $2 * 10**0.25)):3 with points"))
    }

    @Test(.enabled(if: (try? Gnuplot()) != nil, "there is no gnuplot"))
    func `a bar longer than its point is high ends at a logarithmic axis' edge`() throws {
        var figure = figure
        figure.panels[0].y.range = 0.1...2
        figure.panels[0].series[1].points = [.init(2, 0.5, error: 0.6), .init(3, 0.4)]
        try withTemporaryFolder { folder in
            try figure.table.write(
                toFile: folder.path + "/a-figure.csv", atomically: false, encoding: .utf8)
            // gnuplot draws the curves into a table: the bar from near 0 to 1.1, and no other.
            let script = figure.script.replacingOccurrences(
                of: "\nplot ", with: "\nset table 'drawn.txt'\nplot ")
            try script.write(
                toFile: folder.path + "/a-figure.gp", atomically: false, encoding: .utf8)
            try Gnuplot().run("a-figure.gp", in: folder.path)
            let drawn = try String(contentsOfFile: folder.path + "/drawn.txt", encoding: .utf8)
            let bars = try #require(drawn.components(separatedBy: "# Curve 1 ").last)
                .components(separatedBy: "# Curve 2 ")[0]
                .split(separator: "\n").filter { $0.hasPrefix(" ") && !$0.contains("NaN") }
                .map { $0.split(separator: " ").compactMap { Double($0) } }
            #expect(bars.count == 1, "\(drawn)")
            let bar = try #require(bars.first { $0.count == 4 })
            #expect(bar[0] == 2 && bar[1] > 0 && bar[1] < 1e-8, "\(bar)")
            #expect(abs(bar[1] + bar[3] - 1.1) < 1e-5, "\(bar)")
        }
    }

    @Test(.enabled(if: (try? Gnuplot()) != nil, "there is no gnuplot"))
    func `gnuplot draws it as SVG and PDF`() throws {
        try withTemporaryFolder { folder in
            let path = folder.path
            try figure.table.write(
                toFile: path + "/a-figure.csv", atomically: false, encoding: .utf8)
            try figure.script.write(
                toFile: path + "/a-figure.gp", atomically: false, encoding: .utf8)
            try Gnuplot().run("a-figure.gp", in: path)
            let svg = try String(contentsOfFile: path + "/a-figure.svg", encoding: .utf8)
            // Both series' colours, the legend, and the bar of the one point that has one.
            #expect(svg.contains("0, 114, 178") || svg.contains("#0072B2"))
            #expect(svg.contains("trained_1"))
            #expect(svg.contains("left, &quot;first&quot;") || svg.contains("left, \"first\""))
            let pdf = try Data(contentsOf: URL(fileURLWithPath: path + "/a-figure.pdf"))
            #expect(pdf.starts(with: Data("%PDF".utf8)))
        }
    }

    @Test(.enabled(if: (try? Gnuplot()) != nil, "there is no gnuplot"))
    func `a script that is told one kind draws that alone`() throws {
        try withTemporaryFolder { folder in
            let path = folder.path
            try figure.table.write(
                toFile: path + "/a-figure.csv", atomically: false, encoding: .utf8)
            try ("kind = 'svg'\n" + figure.script).write(
                toFile: path + "/a-figure.gp", atomically: false, encoding: .utf8)
            try Gnuplot().run("a-figure.gp", in: path)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: path).sorted()
                    == ["a-figure.csv", "a-figure.gp", "a-figure.svg"])
        }
    }

    @Test func `no gnuplot is said in one line`() throws {
        expectRefusal(
            "gnuplot: is not on PATH, so no picture was drawn; install it (Debian: gnuplot-nox) and "
                + "run the .gp file, which is written with its data"
        ) { try Gnuplot(in: ["/nowhere"]) }
    }

    @Test(.enabled(if: (try? Gnuplot()) != nil, "there is no gnuplot"))
    func `what gnuplot refuses is told in its words`() throws {
        try withTemporaryFolder { folder in
            try "plot absent_function(x)\n".write(
                toFile: folder.path + "/bad.gp", atomically: false, encoding: .utf8)
            let words = try #require(refusal(of: { try Gnuplot().run("bad.gp", in: folder.path) }))
            #expect(words.hasPrefix("\(folder.path)/bad.gp: gnuplot ended with status 1: "))
            #expect(words.contains("undefined function: absent_function"), "\(words)")
            let named = refusal(of: {
                try Gnuplot().run("bad.gp", in: folder.path, named: "figures/f.gp")
            })
            #expect(named?.hasPrefix("figures/f.gp: gnuplot ended with status 1: ") == true)
        }
    }
}
