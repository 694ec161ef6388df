/// Data, and the gnuplot script that draws them.
public protocol Drawing: Sendable {
    /// The files' name without its extension: lower case letters, digits and hyphens.
    var name: String { get }
    /// CSV: the drawn data, number by number.
    var table: String { get }
    /// A gnuplot script that draws `name.csv` as `name.svg`, `name.pdf` and `name.png` in its folder.
    var script: String { get }
    /// The entries of its legend, in order.
    var legend: [LegendEntry] { get }
    /// The same drawing, narrower and without a legend, for a page that shows the legend next to
    /// it.
    var withoutLegend: Self { get }
}

/// The meaning of a colour and a mark.
public struct LegendEntry: Hashable, Sendable {
    public let name: String
    public let color: Series.Color
    /// A character that looks like the mark.
    public let character: Character
}

extension Drawing {
    /// The file of the data.
    var dataFile: String { name + ".csv" }

    /// Whether a name can be a file's name: no option, no pipe, in no other folder.
    static func isName(_ name: String) -> Bool {
        let letters = "abcdefghijklmnopqrstuvwxyz0123456789"
        return name.first.map(letters.contains) ?? false
            && name.allSatisfy { $0 == "-" || letters.contains($0) }
    }

    /// The script before and after the drawing commands.
    ///
    /// - Parameters:
    ///   - size: width and height in points of 1/72 inch
    ///   - fontSize: in points
    ///   - keySize: of the legend's font, in points
    ///   - functions: commands that are the same for all file formats
    ///   - style: settings after those that all drawings share
    ///   - body: draws one picture
    func framed(
        size: (width: Int, height: Int), fontSize: Int, keySize: Double,
        functions: [Script] = [], style: Script, _ body: [Script]
    ) -> String {
        // Whole thousandths.
        let inches = [size.width, size.height].map { count -> Script in
            "\(Double(count * 1000 / 72) / 1000)in"
        }.joined(separator: ",")
        let keyFont = Script(number: keySize)
        let font: Script = "enhanced font 'Helvetica,\(fontSize)'"
        let start: [Script] = [
            "# Draws \(dataFile). Run in its folder: gnuplot \(name + ".gp")",
            "set encoding utf8",
            "set datafile separator comma",
            "set datafile missing ''",
            "of(group, value) = column(1) == group ? value : NaN",
        ]
        let head: [Script] = [
            "set border 3 lw 0.8; set tics nomirror out scale 0.6; \(style)",
            "set grid y lt 1 lw 0.4 lc rgb '#DDDDDD'",
            "set key Left reverse samplen 1.4 spacing 1.05 font ',\(keyFont)' noautotitle",
        ]
        let terminals: [Script] = [
            "kinds = exists('kind') ? kind : 'svg pdf png'",
            "do for [each in kinds] {",
            "if (each eq 'svg') {",
            "set terminal svg size \(size.width),\(size.height) \(font) background rgb 'white'",
            "} else { if (each eq 'png') {",
            "set terminal pngcairo size \(2 * size.width),\(2 * size.height) fontscale 2 pointscale 2 linewidth 2 \(font)",
            "} else {",
            "set terminal pdfcairo size \(inches) \(font)",
            "} }",
            "set output \(name + ".").each",
        ]
        return (start + functions + head + terminals + body + ["set output", "}"])
            .joined(separator: "\n").text + "\n"
    }
}
