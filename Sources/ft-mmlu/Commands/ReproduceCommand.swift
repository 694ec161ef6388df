import ArgumentParser
import Basics
import Experiments
import Foundation
import Plots

/// Reproduces figures and tables of the paper, and further ones.
struct ReproduceCommand: FileConfigured {
    static let settingNames = SweepSettings.names
    static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract: "Reproduces the paper's figures and tables, and further ones.",
        discussion: """
            Each writes NAME.txt (the results; for theory also the paper's, with differences and \
            their causes). A figure also writes NAME.csv (every point), NAME.gp (its gnuplot \
            script), NAME.svg and NAME.pdf. Curves are theory; points are trained models with \
            standard errors over seeds. Existing files of these names are replaced. Figures share \
            their trainings.

            \(Reproduction.list)

            table2 is a sweep, as of ft-mmlu sweep, with the built-in model or --model and --data: \
            one seed selects learning rates and few-shot weights on val questions that are not \
            reported; three seeds train the selected ones. Other settings come from --config. --study FOLDER \
            continues a stopped sweep. figure6 draws a sweep of table2: that of --study, else the \
            one of the same command, else the newest in runs (with the settings of the flags, if \
            there are any), else a new one. --quick and --dry-run write table2-quick and table2-dry.
            """)

    @Argument(
        help: .value("name", "Figures and tables; all is those without a language model."),
        completion: .list(Reproduction.all.map(\.name) + ["all"]))
    var names: [String]

    @Option("folder", "The folder to write to.") var output: Folder = "figures"

    @Flag(help: "Two seeds and short trainings: approximate curves, not final numbers.")
    var quick = false

    @OptionGroup(title: "Table 2") var table2: Table2Options
    @Flag(help: "Show no progress.") var quiet = false

    func run() throws {
        Signals.watch()
        let chosen = try Reproduction.named(names)
        if !chosen.contains(where: \.isStudy), let flag = try studyFlag() {
            throw UsageError(
                "\(flag): says something of a study's model; \(names.joined(separator: ", ")) "
                    + "has none")
        }
        try OutputFolder.checkWritable(output.path)
        let settings = Reproduction.Settings(isQuick: quick, isQuiet: quiet, table2: table2)
        var missing: (any Error)?
        for reproduction in chosen {
            let product = try reproduction.make(settings)
            do {
                try ProductFiles(name: reproduction.name + product.suffix, product).write(
                    to: output.path)
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
        guard let file = table2.config.path else { return nil }
        return try FileSettings.values(in: file, of: Self.self).keys.sorted()
            .first(where: Self.settingNames.contains).map { "--config \(file): \($0)" }
    }
}
