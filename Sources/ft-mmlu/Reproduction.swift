import Basics
import LinearAttention
import PaperFigures
import Plots

/// A product of `reproduce`. To add one: a file with a value of this type, a line in `all`.
struct Reproduction {
    struct Settings {
        var isQuick = false
        var isQuiet = false
        var table2: Table2Options
        /// The models that figures have trained so far.
        let models = TrainingCache()
        let studies = MadeSweeps()

        /// The suffix of names of files from a study that is not the whole one.
        var suffix: String { table2.dryRun ? "-dry" : isQuick ? "-quick" : "" }
    }

    /// A picture, if it has one, further files, and the text about it.
    struct Product {
        /// The suffix of the files' name.
        var suffix = ""
        var figure: (any Drawing)?
        var files: [(name: String, text: String)] = []
        var text: String
        /// The error that is reported once everything is written.
        var failure: (any Error)?
    }

    let name: String
    /// One line for the help.
    let summary: String
    /// Whether it needs a study of many runs, with a model and data of its own.
    var isStudy = false
    let make: (Settings) throws -> Product

    /// All products, in the order of the help.
    static var all: [Reproduction] {
        [table2, figure6] + RegressionFigure.all.map(Reproduction.init(regression:))
    }

    static var list: String {
        TextTable(all.map { [$0.name, $0.summary] }, leftCount: 2).lines.joined(separator: "\n")
    }

    /// The products with these names, each once and in this order; `all` means everything without a
    /// study.
    ///
    /// - Throws: `UsageError` for an unknown name.
    static func named(_ names: [String]) throws -> [Reproduction] {
        for name in names where name != "all" {
            guard all.contains(where: { $0.name == name }) else {
                let near = nearestMatch(to: name, in: all.map(\.name) + ["all"])
                throw UsageError(
                    "reproduce \(name): there is no such figure or table; "
                        + (near.map { "did you mean '\($0)'? " } ?? "")
                        + "One of \(all.map(\.name).joined(separator: ", ")) or all is needed")
            }
        }
        let figures = names.contains("all") ? all.filter { !$0.isStudy } : []
        var seen = Set(figures.map(\.name))
        return figures
            + names.filter { seen.insert($0).inserted }
            .compactMap { name in all.first { $0.name == name } }
    }
}

extension Reproduction {
    /// A figure of the regression study.
    init(regression figure: RegressionFigure) {
        name = figure.name
        summary = figure.summary
        make = { settings in
            let isQuiet = settings.isQuiet
            let report = try figure.make(
                FigureRunner(isQuick: settings.isQuick, models: settings.models) { title, plan in
                    let progress = SharedProgress(
                        title, total: plan.iterationCount, isQuiet: isQuiet)
                    try plan.run { try progress.show($0) }
                })
            return Product(figure: report.figure, files: report.files, text: report.text)
        }
    }
}
