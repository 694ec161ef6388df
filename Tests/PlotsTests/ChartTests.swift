import Foundation
import TestSupport
import Testing

@testable import Plots

/// Bars, and points with errors in both directions.
@Suite struct ChartTests {
    private let bars = BarChart(
        "some-bars", title: "Title \"x\"", label: "percent", groups: ["One\n0-shot", "Two, too"],
        series: [
            BarChart.Series("a_b", .grey, [.init(50, error: 2), .init(60)]),
            BarChart.Series("c, d", .blue, [nil, .init(70, error: 1.5)]),
        ])
    private let points = ScatterChart(
        "some-points", title: "t", xLabel: "loss", yLabel: "gain",
        points: [
            .init("V", .blue, x: 1, y: 5, xError: 0.5, yError: 0.25),
            .init("Q, K", .green, x: -1, y: 2),
        ])

    @Test func `a table has a line a bar, with its place`() {
        #expect(
            bars.table == """
                series,place,value,standard_error,group,name
                1,0.0,50.0,2.0,One 0-shot,a_b
                1,3.0,60.0,,"Two, too",a_b
                2,4.0,70.0,1.5,"Two, too","c, d"

                """)
        #expect(
            points.table == """
                series,x,y,x_error,y_error,name
                1,1.0,5.0,0.5,0.25,V
                2,-1.0,2.0,,,"Q, K"

                """)
    }

    @Test func `ticks stand under the middle of their groups`() {
        #expect(
            bars.script.contains(
                #"set xtics ('One'."\n".'0-shot' 0.5, 'Two, too' 3.5) scale 0 noenhanced"#))
        #expect(bars.script.contains("set xrange [-1:5.0]"))
        #expect(bars.script.contains(#"set title 'Title "x"' noenhanced"#))
        #expect(bars.script.components(separatedBy: "with vectors nohead").count == 3)
        #expect(points.script.components(separatedBy: "with vectors nohead").count == 3)
    }

    @Test func `a legend has what is drawn, in its colours`() {
        #expect(
            bars.legend == [
                LegendEntry(name: "a_b", color: .grey, character: "■"),
                LegendEntry(name: "c, d", color: .blue, character: "■"),
            ])
        #expect(
            points.legend == [
                LegendEntry(name: "V", color: .blue, character: "●"),
                LegendEntry(name: "Q, K", color: .green, character: "■"),
            ])
    }

    @Test(arguments: [true, false])
    func `without its legend a chart is narrower and names nothing`(isBars: Bool) {
        let chart: any Drawing = isBars ? bars : points
        let bare = chart.withoutLegend
        #expect(bare.table == chart.table)
        #expect(!bare.script.contains("set key outside") && bare.script.contains("unset key"))
        #expect(chart.script.contains("size \(isBars ? 640 : 520),320 "))
        #expect(bare.script.contains("size \(isBars ? 480 : 416),320 "))
    }

    @Test(.enabled(if: (try? Gnuplot()) != nil, "there is no gnuplot"))
    func `gnuplot draws them as SVG, PDF and PNG`() throws {
        for drawing in [bars, points] as [any Drawing] {
            try withTemporaryFolder { folder in
                let path = folder.path + "/" + drawing.name
                try drawing.table.write(toFile: path + ".csv", atomically: false, encoding: .utf8)
                try drawing.script.write(toFile: path + ".gp", atomically: false, encoding: .utf8)
                try Gnuplot().run("\(drawing.name).gp", in: folder.path)
                let svg = try String(contentsOfFile: path + ".svg", encoding: .utf8)
                let names = drawing.name == "some-bars" ? ["a_b", "c, d"] : ["V", "Q, K"]
                for name in names { #expect(svg.contains(name)) }
                #expect(svg.contains("0, 114, 178") || svg.contains("#0072B2"))
                let starts = try ["pdf", "png"].map {
                    try Data(contentsOf: URL(fileURLWithPath: "\(path).\($0)")).prefix(4)
                }
                #expect(starts == [Data("%PDF".utf8), Data([0x89, 0x50, 0x4e, 0x47])])
            }
        }
    }
}
