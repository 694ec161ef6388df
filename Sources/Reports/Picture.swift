import Basics
import Foundation
import Plots

/// Drawings as files, or as SVG inside a page.
public enum Picture {
    /// The formats in which gnuplot draws.
    public static let kinds = ["svg", "pdf", "png"]

    /// Data, script and pictures, by file name.
    ///
    /// - Throws: `PlotError` where there is no gnuplot, or it fails.
    public static func files(_ drawing: any Drawing) throws -> [(name: String, contents: Data)] {
        let texts = [
            ("\(drawing.name).csv", Data(drawing.table.utf8)),
            ("\(drawing.name).gp", Data(drawing.script.utf8)),
        ]
        return try TemporaryFolder.with { folder in
            for (name, contents) in texts {
                try AtomicFile.write(contents, to: folder + "/" + name)
            }
            try Gnuplot().run("\(drawing.name).gp", in: folder)
            return try texts
                + kinds.map { kind in
                    let name = "\(drawing.name).\(kind)"
                    return (name, try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
                }
        }
    }

    /// A drawing in a page: its picture, and the legend as text, which a narrow screen wraps.
    ///
    /// - Parameter number: of the picture in its page, by which its ids differ from others'
    static func context(
        _ drawing: any Drawing, title: String, number: Int
    ) throws -> [String: Any] {
        [
            "title": title, "svg": try svg(drawing.withoutLegend, number: number),
            "legend": drawing.legend.map {
                [
                    "name": $0.name, "color": $0.color.rawValue, "character": String($0.character),
                ]
            },
        ]
    }

    private static func svg(_ drawing: any Drawing, number: Int) throws -> String {
        let name = drawing.name + ".svg"
        guard let data = try files(drawing).first(where: { $0.name == name })?.contents else {
            return ""
        }
        let text = String(decoding: data, as: UTF8.self)
        guard let start = text.range(of: "<svg") else { return "" }
        var svg = String(text[start.lowerBound...])
        for quote in ["'", "\""] {
            svg = svg.replacing("id=\(quote)", with: "id=\(quote)f\(number)-")
                .replacing("href=\(quote)#", with: "href=\(quote)#f\(number)-")
        }
        return svg.replacing("url(#", with: "url(#f\(number)-")
    }
}
