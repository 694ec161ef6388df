import ArgumentParser
import Foundation
import Results
import Studies

/// Puts run folders into a store.
struct ResultsAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Puts runs that are in folders into a store.",
        discussion: """
            Runs are put there as they go; this is for those that were made with --store none, or \
            come from another machine. A run that is in the store already is replaced by what its \
            folder holds.
            """)

    @OptionGroup var store: StoreOption

    @Argument(help: ArgumentHelp("Folders of runs.", valueName: "folder"))
    var folders: [String]

    func run() throws {
        let store = try Store(whenUsed: store.path)
        for folder in folders {
            let added = try StoredFolder(folder, into: store)
            print(
                "\(folder): \(RunListText.short(added.run.id)), \(added.stepCount) steps, "
                    + "\(added.answerCount) answers, \(RunListText.state(of: added.run))")
        }
    }
}

/// What a store holds.
struct ResultsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the runs of a store, and its studies.",
        discussion: """
            The first column is the beginning of the run's id, enough to name it by. An unfinished \
            run goes on, or was killed; `ft-mmlu train --resume FOLDER` goes on with it.
            """)

    @OptionGroup var chosen: ChosenRuns

    @Flag(help: "Print JSON: every column of every run.")
    var json = false

    func run() throws {
        let store = try chosen.store.opened()
        let runs = try chosen.found(in: store)
        if json { return print(try RunListText.json(runs), terminator: "") }
        let studies = chosen.runs.isEmpty && chosen.study == nil ? try store.studies() : []
        for line in RunListText(runs, studies: studies).lines { print(line) }
    }
}

extension ChosenRuns {
    /// The runs that are meant, each once: all where none is named.
    func found(in store: Store) throws -> [RunEntry] {
        guard study == nil || runs.isEmpty else {
            throw UsageError("--study \(study ?? ""): and runs were named; one of both is needed")
        }
        if let study { return try store.runs(ofStudy: try store.study(named: study).id) }
        if runs.isEmpty { return try store.runs() }
        var seen: Set<String> = []
        return try runs.map(store.run(matching:)).filter { seen.insert($0.id).inserted }
    }
}
