import Basics
import Foundation
import TestSupport
import Testing

@testable import Plots

/// Names in drawings may come from files of strangers.
@Suite struct HostileTextTests {
    /// Each tries to leave its string, or means something to gnuplot, XML or a format.
    static let texts = [
        "a`touch PWNED`b", "a' ; system('touch PWNED') ; '", "'a''''b'`touch PWNED`'", "'", "x''",
        "''`touch PWNED`''",
        "a\" ; system(\"touch PWNED\") ; \"", "a\nsystem('touch PWNED')\n", "a\r!touch PWNED",
        "a\u{0}b", "a\\", "a\\'", "{/Symbol a}_b^c@d&{e}~f", "\\U+0041 \\n \\001", "%s %d %%",
        "# { [ ( } ]", "@a $b ${c}", "<script>alert(1)</script> & &lt; &#65;", "< touch PWNED",
        "'-'", "\u{1B}[31m\u{9B}\u{202E}", "λ₀ × 東京",
    ]

    private static func drawings(_ text: String) -> [any Drawing] {
        var figure = Figure(
            "a-figure", columnCount: 1,
            panels: [
                Panel(
                    text, x: Panel.Axis(text), y: Panel.Axis(text), legend: .outside,
                    series: [
                        Series(text, .blue, .solidLine, [.init(0, 1), .init(1, 2)]),
                        Series(text + "2", .green, .openCircles, [.init(0, 1, error: 0.5)]),
                    ])
            ])
        figure.alignsAxes = true
        return [
            BarChart(
                "some-bars", title: text, label: text, groups: [text, "x\n" + text],
                series: [BarChart.Series(text, .blue, [.init(1), .init(2)])]),
            ScatterChart(
                "some-points", title: text, xLabel: text, yLabel: text,
                points: [.init(text, .blue, x: 1, y: 2, xError: 0.5, yError: 0.5)]),
            figure,
        ]
    }

    @Test(.enabled(if: (try? Gnuplot()) != nil, "there is no gnuplot"), arguments: texts)
    func `text is drawn as it stands, and nothing in it is executed`(text: String) throws {
        let shown = text.visibleLine
        for drawing in Self.drawings(text) {
            try withTemporaryFolder { folder in
                let path = folder.path + "/" + drawing.name
                try drawing.table.write(toFile: path + ".csv", atomically: false, encoding: .utf8)
                try ("kind = 'svg'\n" + drawing.script).write(
                    toFile: path + ".gp", atomically: false, encoding: .utf8)
                try Gnuplot().run("\(drawing.name).gp", in: folder.path)
                let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
                #expect(
                    names.sorted() == ["csv", "gp", "svg"].map { "\(drawing.name).\($0)" })
                let svg = try String(contentsOfFile: path + ".svg", encoding: .utf8)
                #expect(!svg.contains("<script"))
                let words = svg.replacing("&lt;", with: "<").replacing("&gt;", with: ">")
                    .replacing("&quot;", with: "\"").replacing("&amp;", with: "&")
                let count = words.components(separatedBy: "<text>\(shown)</text>").count - 1
                // The title, two labels and the legend; bars have one label, and a group of one line.
                #expect(count >= 4 || text.contains("\n") && count >= 3, "\(count): \(words)")
            }
        }
    }

    @Test func `what is interpolated is quoted, on one line`() {
        let text = "it's\n`x`"
        let script: Script = "set title \(text) at \(1),\(0.5)"
        #expect(script.text == #"set title 'it'."'".'s\n`x`' at 1,0.5"#)
        let label: Script = "\(label: "5%\nb'")"
        #expect(label.text == #"'5%%'."\n".'b'."'".''"#)
    }

    @Test(arguments: ["", "-d", "a/b", "a b", "a.b", "A", "<x", "a\n"])
    func `a name of a drawing is no option, no pipe and no path`(name: String) async {
        #expect(!Figure.isName(name))
        await #expect(processExitsWith: .failure) {
            _ = ScatterChart(
                "<x", title: "", xLabel: "", yLabel: "", points: [.init("", .blue, x: 0, y: 0)])
        }
    }

    @Test func `gnuplot is told to read no settings of a home or a current folder`() throws {
        try withTemporaryFolder { folder in
            let program = folder.path + "/gnuplot"
            try "#!/bin/sh\necho \"$@\" >arguments\n".write(
                toFile: program, atomically: false, encoding: .utf8)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: program)
            try Gnuplot(in: [folder.path]).run("a.gp", in: folder.path)
            #expect(
                try String(contentsOfFile: folder.path + "/arguments", encoding: .utf8)
                    == "-d a.gp\n")
        }
    }
}
