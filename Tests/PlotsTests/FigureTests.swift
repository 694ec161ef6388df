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
        #expect(script.contains("lc rgb '#0072B2' lw 1.6 dt (8,4) title \"theory\" noenhanced"))
        #expect(script.components(separatedBy: "with yerrorbars").count == 2)
        #expect(!script.contains("nothing"))
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

    @Test func `no gnuplot is said in one line`() throws {
        expectRefusal(
            "gnuplot is not on PATH, so no picture was drawn; install it (Debian: gnuplot-nox) and "
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
        }
    }
}
