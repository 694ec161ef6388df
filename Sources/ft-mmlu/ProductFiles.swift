import Basics
import Foundation
import Plots

/// The files of a reproduced figure or table.
struct ProductFiles {
    private let name: String
    private let product: Reproduction.Product

    init(name: String, _ product: Reproduction.Product) {
        self.name = name
        self.product = product
    }

    /// Writes data, script and text, then draws; each file appears whole or not at all.
    ///
    /// - Throws: `PlotError` when the picture cannot be drawn though its data and script are
    ///   written.
    func write(to folder: String) throws {
        try FileManager.default.makeFolder(folder)
        try AtomicFile.write(product.text, to: "\(folder)/\(name).txt")
        for file in product.files { try AtomicFile.write(file.text, to: "\(folder)/\(file.name)") }
        guard let figure = product.figure else { return }
        // Removes pictures of earlier data.
        for kind in ["svg", "pdf"] { unlink("\(folder)/\(name).\(kind)") }
        try AtomicFile.write(figure.table, to: "\(folder)/\(name).csv")
        try AtomicFile.write(figure.script, to: "\(folder)/\(name).gp")

        // Drawn in a temporary folder, so that a picture is whole or absent.
        try TemporaryFolder.with { place in
            try AtomicFile.write(figure.table, to: "\(place)/\(name).csv")
            try AtomicFile.write(figure.script, to: "\(place)/\(name).gp")
            try Gnuplot().run("\(name).gp", in: place, named: "\(folder)/\(name).gp")
            for kind in ["svg", "pdf"] {
                let picture = try Data(contentsOf: URL(filePath: "\(place)/\(name).\(kind)"))
                try AtomicFile.write(picture, to: "\(folder)/\(name).\(kind)")
            }
        }
    }
}
