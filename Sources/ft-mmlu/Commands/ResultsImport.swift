import Basics
import Scoring
import ArgumentParser
import Benchmarks
import Evaluation
import Foundation
import Experiments

/// Reads another tool's predictions.
struct ResultsImport: FileConfigured {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Reports another tool's predictions like our own.",
        discussion: """
            Example: ft-mmlu results import predictions.csv --data MMLU

            The file is CSV with a line of names, then a line a question: subject, row of the \
            subject's file, and one column or several of letters from A to D (or as --answers \
            says). Any other text is an unreadable answer: wrong, and counted. Every column is a \
            model; each is compared with each later one on the same questions. Without --data the \
            right letters are those of the file's own column.
            """)

    @Argument(
        help: ArgumentHelp("CSV with a line of names.", valueName: "file"),
        completion: .file(extensions: ["csv"]))
    var file: String

    @Option(
        help: ArgumentHelp(
            "A folder with MMLU's dev, val and test, for the right letters.", valueName: "folder"),
        completion: .directory)
    var data: String?

    @Option(help: ArgumentHelp("The column of subjects.", valueName: "name"))
    var subjectColumn = "subject"

    @Option(
        help: ArgumentHelp("The column of rows. (default: row, or index)", valueName: "name"))
    var rowColumn: String?

    @Option(
        help: ArgumentHelp(
            "The column of splits. (default: split, where there is one)", valueName: "name"))
    var splitColumn: String?

    @Option(
        help: ArgumentHelp(
            "The column of right letters. (default: gold, where there is one)", valueName: "name"))
    var goldColumn: String?

    @Option(
        help: ArgumentHelp(
            "Columns of predictions, joined by commas. (default: all others)", valueName: "list"))
    var answerColumns: String?

    @Option(
        help: ArgumentHelp(
            "The split, where no column says it: test, val or dev.", valueName: "name"),
        completion: .cases(of: Split.self))
    var split = "test"

    @Option(
        help: ArgumentHelp(
            """
            How answers are written, the right ones too: letter, index (0 to 3) or text (the \
            choice's, which needs --data).
            """, valueName: "form"), completion: .cases(of: PredictionFile.AnswerForm.self))
    var answers = "letter"

    @Option(
        help: ArgumentHelp(
            "Who sorts subjects into categories: hendrycks or lm-eval.", valueName: "name"),
        completion: .cases(of: CategoryMap.self))
    var categoryMap = "hendrycks"

    @Option(help: ArgumentHelp("The number of a subject's first row.", valueName: "n"))
    var firstRow = 0

    @Option(help: ArgumentHelp("Shots before each question, if known.", valueName: "n"))
    var shots: Int?

    @Flag(help: "Print JSON, with rows like those of results.json.")
    var json = false

    @OptionGroup var margin: MarginOption

    @OptionGroup var settings: SettingsFileOption

    func run() throws {
        var reading = PredictionFile.Reading()
        guard let split = Split(rawValue: split) else {
            throw UsageError("--split \(split): one of test, val, dev is needed")
        }
        if let shots, !(0...1_000_000).contains(shots) {
            throw UsageError("--shots \(shots): a whole number from 0 to 1000000 is needed")
        }
        guard (0...1_000_000_000).contains(firstRow) else {
            throw UsageError(
                "--first-row \(firstRow): a whole number from 0 to 1000000000 is needed")
        }
        guard let form = PredictionFile.AnswerForm(rawValue: answers) else {
            throw UsageError.noSuch(
                "form", answers, flag: "--answers",
                known: PredictionFile.AnswerForm.allCases.map(\.rawValue))
        }
        guard form != .text || data != nil else {
            throw UsageError("--answers text: --data is needed, where the choices stand")
        }
        guard let map = CategoryMap(rawValue: categoryMap) else {
            throw UsageError.noSuch(
                "map", categoryMap, flag: "--category-map",
                known: CategoryMap.allCases.map(\.rawValue))
        }
        reading.answers = form
        reading.categoryMap = map
        reading.split = split
        reading.firstRow = firstRow
        reading.shots = shots
        reading.columns.subject = subjectColumn
        reading.columns.row = rowColumn
        reading.columns.split = splitColumn
        reading.columns.gold = goldColumn
        reading.columns.predictions = answerColumns?.split(separator: ",").map(String.init)
        let found = try PredictionFile(
            path: file, reading, dataset: data.map { MMLU(folder: URL(fileURLWithPath: $0)) })
        let points = try margin.points ?? ComparisonTable.usualMarginPoints
        if json { return print(document: try found.record(marginPoints: points).document) }
        for line in try text(found, points) { print(line) }
    }

    private func text(_ found: PredictionFile, _ marginPoints: Double) throws -> [String] {
        let tables = found.models.map(\.table)
        let names = found.models.map(\.name)
        let hasShots = found.shots != nil
        var lines = ["\(found.questionCount) questions"]
        if !found.missingSubjects.isEmpty {
            lines[0] += "; none of \(found.missingSubjects.joined(separator: ", "))"
        }
        lines += AccuracyText(tables, names: names, hasShots: hasShots).lines
        lines += [""] + DetailText(tables, names: names, hasShots: hasShots).lines
        for (first, second, table) in try found.comparisons(marginPoints: marginPoints) {
            lines += ["", "\(second) less \(first):"]
            lines += ChangeText(table, marginPoints: marginPoints, hasShots: hasShots).lines
        }
        return lines
    }
}
