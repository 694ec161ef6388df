/// Data, and the gnuplot script that draws them.
public protocol Drawing: Sendable {
    /// The files' name without its extension: lower case letters, digits and hyphens.
    var name: String { get }
    /// CSV: what is drawn, number by number.
    var table: String { get }
    /// A gnuplot script that draws `name.csv` as `name.svg`, `name.pdf` and `name.png` in its folder.
    var script: String { get }
    /// What its legend says, in that order.
    var legend: [LegendEntry] { get }
    /// The same, narrower, with no legend; for a page that shows the legend beside it.
    var withoutLegend: Self { get }
}

/// What a colour and a mark stand for.
public struct LegendEntry: Hashable, Sendable {
    public let name: String
    public let color: Series.Color
    /// One that looks like what is drawn.
    public let character: Character
}

/// What scripts have in common.
enum ScriptText {
    /// A gnuplot string of plain text.
    static func quoted(_ text: String) -> String {
        "\""
            + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n") + "\""
    }

    /// A field of a CSV file.
    static func field(_ text: String) -> String {
        text.contains(where: { ",\"\n\r".contains($0) })
            ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }

    /// All that stands before what is drawn, and after it.
    ///
    /// - Parameters:
    ///   - width: in points of 1/72 inch, like `height`
    ///   - lines: draw one picture
    static func script(_ name: String, width: Int, height: Int, _ lines: [String]) -> String {
        let inches = [width, height].map { count in
            // Whole thousandths.
            "\(Double(count * 1000 / 72) / 1000)in"
        }.joined(separator: ",")
        let font = "enhanced font 'Helvetica,11'"
        let head = [
            "# Draws \(name).csv. Run in its folder: gnuplot \(name).gp",
            "set encoding utf8",
            "set datafile separator comma",
            "set datafile missing ''",
            "of(series, value) = column(1) == series ? value : NaN",
            "set border 3 lw 0.8; set tics nomirror out scale 0.6; set bars 0.4",
            "set grid y lt 1 lw 0.4 lc rgb '#DDDDDD'",
            "set key Left reverse samplen 1.4 spacing 1.05 font ',9' noautotitle",
            "kinds = exists('kind') ? kind : 'svg pdf png'",
            "do for [each in kinds] {",
            "if (each eq 'svg') {",
            "set terminal svg size \(width),\(height) \(font) background rgb 'white'",
            "} else { if (each eq 'png') {",
            "set terminal pngcairo size \(2 * width),\(2 * height) fontscale 2 pointscale 2 linewidth 2 \(font)",
            "} else {",
            "set terminal pdfcairo size \(inches) \(font)",
            "} }",
            "set output '\(name).'.each",
        ]
        return (head + lines + ["set output", "}"]).joined(separator: "\n") + "\n"
    }
}
