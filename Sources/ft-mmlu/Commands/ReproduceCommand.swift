import ArgumentParser
import Foundation
import Plots
import Studies

/// Makes figures and tables of the paper anew, and those beyond it.
struct ReproduceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract: "Makes the paper's figures and tables anew, and some beyond it.",
        discussion: """
            Each writes NAME.txt (what the paper shows, what came out, where they differ and why), \
            and a figure also NAME.csv (every point), NAME.gp (the gnuplot script that draws it), \
            NAME.svg and NAME.pdf. Curves are theory, points are trained models with their standard \
            errors over seeds. Existing files of these names are replaced. A training that several \
            figures show is made once.

            \(Reproduction.list)
            """)

    @Argument(help: ArgumentHelp("What to make; `all` makes everything.", valueName: "name"))
    var names: [String]

    @Option(help: ArgumentHelp("The folder to write into.", valueName: "folder"))
    var output = "figures"

    @Flag(help: "Two seeds and short trainings: shapes, not numbers.")
    var quick = false

    @Flag(help: "Show no progress.")
    var quiet = false

    func run() throws {
        Signals.watch()
        let chosen = try Reproduction.named(names)
        try OutputFolder.checkWritable(output)
        let settings = Reproduction.Settings(isQuick: quick, isQuiet: quiet)
        var missing: PlotError?
        for reproduction in chosen {
            let product = try reproduction.make(settings)
            do {
                try ProductFiles(name: reproduction.name, product).write(to: output)
            } catch let error as PlotError {
                // The data and the script are written; the rest can go on.
                missing = missing ?? error
            }
            print(product.text)
        }
        if let missing { throw missing }
    }
}
