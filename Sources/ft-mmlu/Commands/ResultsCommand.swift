import Basics
import ArgumentParser
import Experiments
import Torch
import Tracking

/// Works with existing results.
struct ResultsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "results",
        abstract: "Lists, shows, compares and computes results again.",
        subcommands: [
            ResultsList.self, ResultsTable.self, ResultsFigure.self, ResultsReport.self,
            ResultsExport.self, ResultsAdd.self, Recompute.self, Compare.self, ResultsImport.self,
        ])

    struct Recompute: FileConfigured {
        static let configuration = CommandConfiguration(
            abstract: "Computes a run's results again from its answers.jsonl alone.",
            discussion: """
                Every number of results.json is replaced; what it says of settings and versions \
                stays. A run without results.json is not complete: its numbers so far are shown, \
                and written only where --output says. Questions that lack repeats are left out.
                """)

        @Argument(
            help: ArgumentHelp("The folder of a run, or its id.", valueName: "folder"),
            completion: .directory)
        var folder: String

        @Flag(help: "Write nothing; end with status 1 when results.json says otherwise.")
        var check = false

        @Option(
            help: ArgumentHelp(
                "Where to write, in place of the run's results.json.", valueName: "file"),
            completion: .file())
        var output: String?

        @OptionGroup var store: StoreOption
        @OptionGroup var settings: SettingsFileOption

        func run() throws {
            let folder = try store.folder(folder)
            guard !check || output == nil else {
                throw UsageError(
                    "--check: only looks, and --output would write; one of them is needed")
            }
            let found = try Recomputation(folder: folder)
            if found.answers.incompleteCount > 0 {
                Terminal.note(
                    "\(folder): \(found.answers.incompleteCount) questions lack repeats and are "
                        + "left out")
            }
            for line in ResultsText(found.results).lines { print(line) }
            if check {
                print(
                    "\(folder)/\(RunFile.results) "
                        + (found.agrees
                            ? "says the same"
                            : found.isComplete
                                ? "says otherwise" : "is not there: the run is not complete"))
                if !found.agrees { throw ExitCode(1) }
            } else if let output {
                try found.write(to: output)
                print("written: \(output)")
            } else if found.isComplete {
                let agreed = found.agrees
                try found.write()
                print(
                    "\(folder)/\(RunFile.results) "
                        + (agreed ? "said the same" : "said otherwise and is replaced"))
            } else {
                Terminal.note(
                    "\(folder): the run is not complete, so no \(RunFile.results) is written; "
                        + "go on with it by --resume, or name a file by --output")
            }
        }
    }
}
