import Foundation
import Plots
import Studies
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
        let manager = FileManager.default
        try manager.makeFolder(folder)
        try WholeFile.write(product.text, to: "\(folder)/\(name).txt")
        for file in product.files { try WholeFile.write(file.text, to: "\(folder)/\(file.name)") }
        guard let figure = product.figure else { return }
        // No picture stays that is of other data.
        for kind in ["svg", "pdf"] { unlink("\(folder)/\(name).\(kind)") }
        try WholeFile.write(figure.table, to: "\(folder)/\(name).csv")
        try WholeFile.write(figure.script, to: "\(folder)/\(name).gp")

        // Drawn apart, so that a picture is whole or not there.
        let partial = "\(folder)/.drawing-\(getpid())"
        try manager.makeFolder(partial)
        defer { try? manager.removeItem(atPath: partial) }
        for file in ["\(name).csv", "\(name).gp"] {
            try manager.copyItem(atPath: "\(folder)/\(file)", toPath: "\(partial)/\(file)")
        }
        try Gnuplot().run("\(name).gp", in: partial, named: "\(folder)/\(name).gp")
        for kind in ["svg", "pdf"] {
            guard rename("\(partial)/\(name).\(kind)", "\(folder)/\(name).\(kind)") == 0 else {
                throw FileRefusal(
                    path: "\(folder)/\(name).\(kind)",
                    problem: "cannot be written: \(String(cString: strerror(errno)))")
            }
        }
    }
}
