import Basics
import ArgumentParser
import Foundation
import Tracking
import Experiments

/// Adds folders of runs and studies to a store.
struct ResultsAdd: FileConfigured {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Puts runs and studies that are in folders into a store.",
        discussion: """
            Example: ft-mmlu results add runs/2026-01-31-table2

            Runs are put there as they go; this is for those that were made with --store none, or \
            come from another machine. Of a study's folder the study comes with all of its cells. A \
            run that is in the store already is written over by what its folder holds now; a folder \
            that lacks answers of it, or began at another time, is another run of the same id and \
            needs --replace. A store has one study of a name; --as gives another one another.
            """)

    @OptionGroup var store: StoreOption

    @Argument(
        help: ArgumentHelp("Folders of runs or studies.", valueName: "folder"),
        completion: .directory)
    var folders: [String]

    @Option(
        help: ArgumentHelp("What the store calls the study. (default: its name)", valueName: "name")
    )
    var `as`: String?

    @Flag(help: "Replace other runs of the same ids; their answers are lost.")
    var replace = false

    @OptionGroup var settings: SettingsFileOption

    func run() throws {
        let study = self.as
        if let study {
            guard folders.count == 1, StoredSweep.isStudy(folders[0]), !study.isEmpty else {
                throw UsageError(
                    "--as \(study): names a study; one folder of a study, and a name, are needed")
            }
        }
        let store = try Store(whenUsed: store.path)
        for folder in folders {
            guard StoredSweep.isStudy(folder) else {
                show(try StoredFolder(folder, into: store, replacing: replace), as: folder)
                continue
            }
            let added = try StoredSweep(folder, as: study, into: store, replacing: replace)
            for cell in added.cells { show(cell, as: cell.run.cell ?? cell.run.folder) }
            for (cell, cause) in added.others {
                print("\(cell): not begun" + (cause.map { ", failed: " + $0.firstLine } ?? ""))
            }
            print(
                "\(folder): study \(added.study.id), \(added.cells.count) runs, "
                    + RunListText.state(of: added.study))
        }
    }

    private func show(_ added: StoredFolder, as name: String) {
        print(
            "\(name): \(RunListText.short(added.run.id)), \(added.stepCount) steps, "
                + "\(added.answerCount) answers, \(RunListText.state(of: added.run))")
    }
}

/// Lists the contents of a store.
struct ResultsList: FileConfigured {
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
        if json { return print(document: try RunListText.json(runs)) }
        let studies = chosen.runs.isEmpty && chosen.study == nil ? try store.studies() : []
        for line in RunListText(runs, studies: studies).lines { print(line) }
    }
}

extension ChosenRuns {
    /// The selected runs, each once: all where none is named.
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
