import ArgumentParser
import Basics
import Experiments
import Foundation
import Tracking

/// Adds folders of runs and studies to a store.
struct ResultsAdd: FileConfigured {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Adds folders of runs and sweeps to a store.",
        discussion: """
            Example: ft-mmlu results add runs/2026-01-31-table2

            Runs are stored while they run; this adds those that used --store none or come from \
            another machine. The folder of a sweep adds the sweep with all of its trials. A run that \
            is stored already is updated from its folder. A folder with the same id that lacks \
            answers of the stored run, or began at another time, is another run and needs --replace. \
            The names of sweeps in a store differ; --as gives another name.
            """)

    @OptionGroup var store: StoreOption

    @Argument(help: .value("folder", "Folders of runs or sweeps."), completion: .directory)
    var folders: [String]

    @Option("name", "The sweep's name in the store.", default: "the folder's name")
    var `as`: String?

    @Flag(help: "Replace other runs of the same ids; their answers are lost.") var replace = false
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
        abstract: "Lists the runs and sweeps of a store.",
        discussion: """
            The first column is the beginning of the run's id, which is enough to name it. An \
            unfinished run is still running, or was killed; ft-mmlu train --resume FOLDER continues \
            it.
            """)

    @OptionGroup var chosen: ChosenRuns
    @Flag(help: "Print JSON: every column of every run.") var json = false

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
