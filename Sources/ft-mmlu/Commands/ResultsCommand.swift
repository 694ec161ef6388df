import ArgumentParser
import Basics
import Experiments
import Tracking

/// Works with existing results.
struct ResultsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "results",
        abstract: "Lists, shows, compares and recomputes results.",
        subcommands: [
            ResultsList.self, ResultsTable.self, ResultsFigure.self, ResultsReport.self,
            ResultsExport.self, ResultsAdd.self, Recompute.self, Compare.self, ResultsImport.self,
        ])

    struct Recompute: FileConfigured {
        static let configuration = CommandConfiguration(
            abstract: "Recomputes a run's results from its answers.jsonl alone.",
            discussion: """
                It replaces every number of results.json; settings and versions stay. A run without \
                results.json is not complete: its numbers so far are shown, and written only to \
                --output. Questions that lack repeats are left out.
                """)

        @Argument(
            help: .value("folder", "The folder of a run, or its id."),
            completion: .directory)
        var folder: String

        @Flag(help: "Write nothing; the exit status is 1 if results.json differs.")
        var check = false

        @Option("file", "The file to write, in place of the run's results.json.") var output: File?
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
            } else if let output = output?.path {
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

extension ResultsCommand {
    /// Compares two results, with paired differences.
    struct Compare: FileConfigured {
        static let configuration = CommandConfiguration(
            abstract: "Compares two results question by question.",
            discussion: """
                Example: ft-mmlu results compare runs/base runs/adapted

                Of each run it takes the adapted model, or the base model if there is no other. A base \
                run and a training compare base with adapted; two trainings compare their adapted \
                models (of the same scale); the same run twice compares its base model with its \
                adapted one. --models selects others.

                Differences are B minus A by category and number of shots, on the questions that both \
                evaluated (paired by content, in whichever row), in percentage points, with 95 % \
                intervals, the p-value of no change, and whether a drop beyond --margin is excluded. \
                Without a common question the exit status is 1. ft-mmlu explain also lists settings \
                that differ and questions whose answers changed.
                """)

        @OptionGroup var results: ComparedResults
        @OptionGroup var settings: SettingsFileOption

        func run() throws {
            let explanation = try results.explanation(.subjects)
            guard let answers = explanation.answers else {
                throw FileError(
                    path: "\(results.first), \(results.second)",
                    problem: "have not both answers to compare",
                    remedy: "an answers.jsonl beside each results.json is needed")
            }
            if results.json {
                return print(document: try OrderedJSON.value(of: explanation.comparisons).document)
            }
            for (index, comparison) in answers.enumerated() {
                if index > 0 { print() }
                for line in PairingText(answers: comparison).lines { print(line) }
                if let line = otherwise(explanation) { print(line) }
                for line in ChangeText(
                    comparison.table, marginPoints: explanation.marginPoints
                ).lines { print(line) }
            }
        }

        /// The settings by which the same questions have different prompts.
        private func otherwise(_ explanation: Explanation) -> String? {
            var parts = explanation.askedOtherwise.map {
                "\($0.name) (A \($0.first ?? "says nothing"), B \($0.second ?? "says nothing"))"
            }
            let count = explanation.otherShotsCount
            if count > 0 {
                parts.append("other shots in \(count) \(count == 1 ? "subject" : "subjects")")
            }
            return parts.isEmpty
                ? nil
                : "evaluated otherwise: " + parts.joined(separator: ", ") + "; explain says more"
        }
    }
}
