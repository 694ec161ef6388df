import ArgumentParser
import Basics
import Benchmarks
import Experiments
import Foundation
import Scoring

/// Reads another tool's predictions.
struct ResultsImport: FileConfigured {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Reports the predictions of another tool in the same way.",
        discussion: """
            Example: ft-mmlu results import predictions.csv --data MMLU

            The file is CSV with a header, then one line per question: subject, row of the \
            subject's file, and one or several columns of predictions, letters from A to D (or as \
            --answers says). Any other text is an unparsed answer: wrong, and counted. Every column \
            is a model; each is compared with each later one on the same questions. Without --data \
            the correct letters come from the file's own column.
            """)

    @Argument(
        help: .value("file", "CSV with a header."),
        completion: .file(extensions: ["csv"]))
    var file: String

    @Option("folder", "A folder with MMLU's dev, val and test, for the correct letters.")
    var data: Folder?

    @Option("name", "The column of subjects.") var subjectColumn = "subject"

    @Option("name", "The column of rows.", default: "row, or index")
    var rowColumn: String?

    @Option("name", "The column of splits.", default: "split, if there is one")
    var splitColumn: String?

    @Option("name", "The column of correct letters.", default: "gold, if there is one")
    var goldColumn: String?

    @Option("list", "Columns of predictions, joined by commas.", default: "all others")
    var answerColumns: CommaList<String>?

    @Option(
        "name", "Split of all questions, if there is no column of splits: test, val or dev.",
        completion: .list(Split.allCases.map(\.rawValue)))
    var split = "test"

    @Option(
        "form",
        """
        Form of the predictions and of the correct answers: letter, index (0 to 3) or text (the \
        choice's text; needs --data).
        """)
    var answers = PredictionFile.AnswerForm.letter

    @Option("name", "How subjects are sorted into categories: hendrycks or lm-eval.")
    var categoryMap = CategoryMap.hendrycks

    @Option("n", "The number of a subject's first row.") var firstRow = 0
    @Option("n", "Number of shots in the prompts, if known.") var shots: Int?
    @Flag(help: "Print JSON, with rows like those of results.json.") var json = false
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
        guard answers != .text || data != nil else {
            throw UsageError("--answers text: --data is needed, where the choices stand")
        }
        reading.answers = answers
        reading.categoryMap = categoryMap
        reading.split = split
        reading.firstRow = firstRow
        reading.shots = shots
        reading.columns.subject = subjectColumn
        reading.columns.row = rowColumn
        reading.columns.split = splitColumn
        reading.columns.gold = goldColumn
        reading.columns.predictions = answerColumns?.elements
        let found = try PredictionFile(
            path: file, reading, dataset: data.map { MMLU(folder: URL(fileURLWithPath: $0.path)) })
        let points = try margin.points ?? ComparisonTable.usualMarginPoints
        if json { return print(document: try found.record(marginPoints: points).json.document) }
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
