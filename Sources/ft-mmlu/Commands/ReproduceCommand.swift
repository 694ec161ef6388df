import Basics
import ArgumentParser
import Foundation
import Plots
import Experiments

/// Reproduces figures and tables of the paper, and further ones.
struct ReproduceCommand: FileConfigured {
    static let settingNames = SweepSettings.names
    static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract: "Makes the paper's figures and tables anew, and some beyond it.",
        discussion: """
            Each writes NAME.txt (what came out; of figures of the theory also what the paper shows, \
            where they differ and why), and a figure also NAME.csv (every point), NAME.gp (the gnuplot script that draws it), \
            NAME.svg and NAME.pdf. Curves are theory, points are trained models with their standard \
            errors over seeds. Existing files of these names are replaced. A training that several \
            figures show is made once.

            \(Reproduction.list)

            table2 trains and asks a model, the built-in one or --model on --data: rates and few-shot \
            weights are chosen with one seed by val questions that are not reported, what was chosen \
            is trained by three. Its study folder is that of ft-mmlu sweep; any other setting comes \
            from --config. A study that was stopped goes on by --study FOLDER. figure6 draws a study of \
            table2: the one that --study names, else one made by the same command, else the newest in \
            runs, with flags the newest that has their settings, else one that it makes. What --quick and --dry-run make of a \
            model is called table2-quick and table2-dry.
            """)

    @Argument(
        help: ArgumentHelp(
            "What to make; `all` is everything but the studies of a language model.",
            valueName: "name"), completion: .list(Reproduction.all.map(\.name) + ["all"]))
    var names: [String]

    @Option(
        help: ArgumentHelp("The folder to write into.", valueName: "folder"), completion: .directory
    )
    var output = "figures"

    @Flag(help: "Two seeds and short trainings: shapes, not numbers.")
    var quick = false

    @OptionGroup(title: "Table 2") var table2: Table2Options

    @Flag(help: "Show no progress.")
    var quiet = false

    func run() throws {
        Signals.watch()
        let chosen = try Reproduction.named(names)
        if !chosen.contains(where: \.isStudy), let flag = try studyFlag() {
            throw UsageError(
                "\(flag): says something of a study's model; \(names.joined(separator: ", ")) "
                    + "has none")
        }
        try OutputFolder.checkWritable(output)
        let settings = Reproduction.Settings(isQuick: quick, isQuiet: quiet, table2: table2)
        var missing: (any Error)?
        for reproduction in chosen {
            let product = try reproduction.make(settings)
            do {
                try ProductFiles(name: reproduction.name + product.suffix, product).write(
                    to: output)
            } catch let error as PlotError {
                // The data and the script are written; the rest can continue.
                missing = missing ?? error
            }
            print(lines: product.text)
            missing = missing ?? product.failure
        }
        if let missing { throw missing }
    }

    /// The first flag that sets something of a study, or the first such setting in the file.
    private func studyFlag() throws -> String? {
        if let flag = table2.firstGiven { return "--\(flag)" }
        guard let file = table2.config.config else { return nil }
        return try FileSettings.values(in: file, of: Self.self).keys.sorted()
            .first(where: Self.settingNames.contains).map { "--config \(file): \($0)" }
    }
}
