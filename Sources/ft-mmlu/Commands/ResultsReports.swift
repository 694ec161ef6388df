import ArgumentParser
import Basics
import Benchmarks
import Experiments
import Foundation
import Plots
import Reports
import Torch
import Tracking

extension ChosenRuns {
    /// The subject of a report: a study with its runs, or runs that are named.
    ///
    /// - Throws: `UsageError` where nothing is named.
    func subject(in store: Store) throws -> (study: SweepEntry?, runs: [RunEntry]) {
        guard study != nil || !runs.isEmpty else {
            let studies = try store.studies().map(\.id)
            throw UsageError(
                "--study: not given, and no run; "
                    + (studies.isEmpty
                        ? "runs are needed, as `ft-mmlu results list` shows them"
                        : "runs or one of the studies \(studies.joined(separator: ", ")) is needed")
            )
        }
        return (try study.map(store.study(named:)), try found(in: store))
    }
}

/// Shows accuracies as a table.
struct ResultsTable: FileConfigured {
    static let configuration = CommandConfiguration(
        commandName: "table",
        abstract: "Prints accuracies of a sweep, or of runs, as a table.",
        discussion: """
            Example: ft-mmlu results table --study table2 --paper --format latex

            One row per model, averaged over training seeds: a target and loss of a sweep, or runs \
            that differ only in the seed. Below each row are its 95 % interval and its difference \
            from the base model on the same questions, in percentage points, with the interval, the \
            p-value of no change, and whether a drop beyond --margin is excluded. In CSV, a ' \
            precedes a text that a spreadsheet would take for a formula.
            """)

    @OptionGroup var chosen: ChosenRuns
    @Option("name", "terminal, markdown, latex, csv or json.") var format = TableFormat.terminal
    @Flag(help: "Add the numbers of the paper's Table 2.") var paper = false
    @Flag(help: "Add columns of the accuracy over all categories.") var total = false
    @OptionGroup var margin: MarginOption
    @Option("file", "A file to write, in place of standard output.") var output: File?

    func run() throws {
        let store = try chosen.store.opened()
        let runs = ReportPage.reported(try chosen.subject(in: store).runs)
        let table = try ResultTable(
            runs, in: store, hasPaper: paper, hasTotal: total, marginPoints: margin.points)
        let text = try table.text(as: format)
        guard let output = output?.path else {
            // The format for people in a terminal, and the formats for programs.
            return format == .terminal
                ? print(lines: String(text.dropLast())) : print(document: text)
        }
        try AtomicFile.write(text, to: output)
        print("written: \(output)")
    }
}

/// Draws figures of results.
struct ResultsFigure: FileConfigured {
    static let configuration = CommandConfiguration(
        commandName: "figure",
        abstract: "Draws results of a sweep, or of runs.",
        discussion: """
            bars: the paper's Figure 6, accuracies with error bars. rates: accuracy on the trained \
            category against the learning rate. forgetting: zero-shot gain against few-shot drop. \
            curves: loss and λ by step. Each is written as SVG, PDF and PNG, with its data (CSV) and \
            gnuplot script.
            """)

    @Argument(
        help: .value("figure", "bars, rates, forgetting, curves or all."),
        completion: .list(ResultFigures.Kind.allCases.map(\.rawValue) + ["all"]))
    var name: String

    @OptionGroup var chosen: ChosenRuns

    @Flag(help: "Show only the base model and the three models of the paper's Figure 6.")
    var paper = false

    @Option("folder", "The folder to write to.") var output: Folder = "figures"

    func run() throws {
        let known = ResultFigures.Kind.allCases
        let kinds = known.filter { name == "all" || $0.rawValue == name }
        guard !kinds.isEmpty else {
            let names = known.map(\.rawValue) + ["all"]
            let near = nearestMatch(to: name, in: names).map { "did you mean '\($0)'? " } ?? ""
            throw UsageError(
                "figure \(name): there is no such figure; \(near)one of "
                    + "\(names.joined(separator: ", ")) is needed"
            )
        }
        let output = output.path
        let store = try chosen.store.opened()
        let runs = try chosen.subject(in: store).runs
        for kind in kinds {
            guard let drawing = try drawing(kind, runs, store) else {
                if name == "all" { continue }
                throw InputError(
                    "figure \(kind.rawValue): the runs have nothing to show in it; "
                        + need(kind))
            }
            for file in try Picture.files(drawing) {
                try FileManager.default.makeFolder(output, remedy: OutputFolder.remedy)
                try AtomicFile.write(file.contents, to: "\(output)/\(file.name)")
            }
            print(
                "\(output)/\(drawing.name): "
                    + (["csv", "gp"] + Picture.kinds).joined(separator: ", "))
        }
    }

    private func drawing(
        _ kind: ResultFigures.Kind, _ runs: [RunEntry], _ store: Store
    ) throws -> (any Drawing)? {
        let reported = ReportPage.reported(runs)
        switch kind {
        case .bars:
            let table = try ResultTable(reported, in: store)
            return ResultFigures.bars(
                paper ? table.showing(ResultFigures.paperFamilies) : table)
        case .forgetting:
            let categories = Set(reported.compactMap(\.category))
            return ResultFigures.forgetting(
                try ResultTable(reported, in: store, hasTotal: true),
                category: categories.count == 1 ? categories.first : nil)
        case .rates: return try ResultFigures.rates(runs, in: store)
        case .curves:
            return try ResultFigures.curves(reported.filter { $0.command == "train" }, in: store)
        }
    }

    private func need(_ kind: ResultFigures.Kind) -> String {
        switch kind {
        case .bars, .forgetting:
            "runs of a base and an adapted model, evaluated 0-shot and few-shot, are needed"
        case .rates: "runs that differ in the learning rate are needed"
        case .curves: "runs that trained are needed"
        }
    }
}

/// Writes a report as one HTML page.
struct ResultsReport: FileConfigured {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Writes one HTML page about a sweep, or runs.",
        discussion: """
            The page has tables, figures, the forgetting report, details by subject, and the source \
            of every number; it loads nothing else. Drawing needs gnuplot.
            """)

    @OptionGroup var chosen: ChosenRuns
    @Flag(help: "Add the numbers of the paper's Table 2.") var paper = false
    @OptionGroup var margin: MarginOption
    @Option("file", "The HTML file to write.") var output: File = "report.html"

    func run() throws {
        let store = try chosen.store.opened()
        let (study, runs) = try chosen.subject(in: store)
        try AtomicFile.write(
            try ReportPage(study, runs, in: store).html(
                hasPaper: paper, marginPoints: margin.points), to: output.path)
        print("written: \(output.path)")
    }
}

/// Exports results in another tool's layout.
struct ResultsExport: FileConfigured {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes results in the layout of lm-eval's JSON files.",
        discussion: """
            One file per model and number of shots: tasks mmlu_<subject> with acc,none and \
            acc_stderr,none, groups mmlu_humanities and so on, as lm-eval 0.4.13 writes them. A \
            question counts by its mean over the repeats. The base model of a sweep is exported \
            once, from the run that evaluated it.
            """)

    @OptionGroup var chosen: ChosenRuns
    @Option("folder", "The folder to write to.") var output: Folder = "export"

    func run() throws {
        let store = try chosen.store.opened()
        let runs = ReportPage.reported(try chosen.subject(in: store).runs)
        guard !runs.isEmpty else {
            throw InputError("export: none of the runs is finished; a finished one is needed")
        }
        let evaluatedBase = Set(runs.filter { $0.role == "base" }.map(\.study))
        for run in runs {
            let counts = Self.rowCounts(of: run)
            // Training runs of a study have copies of the base model's answers.
            let isCopied = run.role == "report" && evaluatedBase.contains(run.study)
            for file in try HarnessExport.all(of: run, in: store, originalCount: { counts[$0] })
            where !(isCopied && file.model == "base") {
                let path = "\(output.path)/\(file.path)"
                try FileManager.default.makeFolder(
                    (path as NSString).deletingLastPathComponent, remedy: OutputFolder.remedy)
                try AtomicFile.write(file.document, to: path)
                print(path)
            }
        }
    }

    /// The number of rows in each subject's file, where the run's data still exist.
    private static func rowCounts(of run: RunEntry) -> [String: Int] {
        guard
            let settings = try? JSONValue(parsing: run.settings.utf8),
            // Null means the built-in world's own.
            let folder = settings["data"]?.text ?? BuiltInWorld.find()?.data,
            let split = settings["split"]?.text.flatMap(Split.init(rawValue:))
        else { return [:] }
        let data = MMLU(folder: URL(fileURLWithPath: folder))
        var counts: [String: Int] = [:]
        for subject in (try? data.subjects(in: split)) ?? [] {
            counts[subject] = try? data.questions(of: subject, in: split).count
        }
        return counts
    }
}
