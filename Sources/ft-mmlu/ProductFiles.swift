import Basics
import Foundation
import Plots
import Experiments
import Torch

/// The files of something that was reproduced.
struct ProductFiles {
    private let name: String
    private let product: Reproduction.Product

    init(name: String, _ product: Reproduction.Product) {
        self.name = name
        self.product = product
    }

    /// Writes data, script and text, then draws; each file appears whole or not at all.
    ///
    /// - Throws: `PlotError` when there is no picture though its data and script are written.
    func write(to folder: String) throws {
        try FileManager.default.makeFolder(folder)
        try AtomicFile.write(product.text, to: "\(folder)/\(name).txt")
        for file in product.files { try AtomicFile.write(file.text, to: "\(folder)/\(file.name)") }
        guard let figure = product.figure else { return }
        // No picture stays that is of other data.
        for kind in ["svg", "pdf"] { unlink("\(folder)/\(name).\(kind)") }
        try AtomicFile.write(figure.table, to: "\(folder)/\(name).csv")
        try AtomicFile.write(figure.script, to: "\(folder)/\(name).gp")

        // Drawn apart, so that a picture is whole or not there.
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
