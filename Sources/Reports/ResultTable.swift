import Foundation
import Results
import Statistics

/// Accuracies of several models: a row a model, a column a number of shots and a category.
public struct ResultTable: Sendable, Encodable {
    public struct Column: Hashable, Sendable, Encodable {
        public let shots: Int
        /// "humanities", …, or "all".
        public let category: String

        public init(shots: Int, category: String) {
            self.shots = shots
            self.category = category
        }
    }

    /// A share, or a difference of shares, with its error.
    public struct Cell: Hashable, Sendable, Encodable {
        public let mean: Double
        public let standardError: Double?
    }

    public struct Row: Sendable, Encodable {
        public let name: String
        /// "base" or "adapted".
        public let model: String
        public let adapterScale: Double
        /// Ids of the runs that it is made of, one a training seed.
        public let runs: [String]
        /// By column; nil where nothing was asked. The error is that over training seeds where there
        /// are several, else over repeats, else over questions.
        public let cells: [Cell?]
        /// Less the base model, on the questions that both were asked; the error is that of the
        /// questions' differences. The base model's answers are those of the same runs, else of the
        /// base run of their study with the same model, prompt, scoring and category map. Nil for the
        /// base model, and where there are none.
        public let differences: [Cell?]?
        /// McNemar's test of that difference, by column.
        public let pValues: [Double?]?
        /// Which questions the differences are over, by number of shots; nil where there are none.
        public let pairing: [PairedQuestions]?
        /// The paper's row of the same name, where it is wanted and there is one.
        public let paper: [Cell?]?
        public let paperDifferences: [Cell?]?
    }

    public let columns: [Column]
    public let rows: [Row]
    /// What the numbers are.
    public let caption: String

    /// - Parameters:
    ///   - runs: finished ones
    ///   - hasPaper: whether the paper's rows stand beside ours of the same name
    ///   - hasTotal: whether all categories together have a column
    /// - Throws: `ReportError` where the runs have no answers, or two are of one seed and the same
    ///   settings.
    public init(
        _ runs: [RunEntry], in store: Store, hasPaper: Bool = false, hasTotal: Bool = false
    ) throws {
        guard !runs.isEmpty else {
            throw ReportError(
                "a table was asked for, and none of the runs is finished; right would be finished ones, "
                    + "as `ft-mmlu results list` shows them")
        }
        let accuracies = try store.accuracies(of: runs.map(\.id))
        let sources = try ModelRuns.rows(of: runs, accuracies)
        guard !sources.isEmpty else {
            throw ReportError(
                "a table was asked for of \(runs.count) \(runs.count == 1 ? "run" : "runs") without an "
                    + "answer; right would be runs that were evaluated")
        }
        let columns = Self.columns(of: accuracies, hasTotal: hasTotal)
        self.columns = columns
        var baseOutcomes: [[String]: Outcomes] = [:]
        func outcomes(ofBase runs: [RunEntry]) throws -> Outcomes {
            let ids = runs.map(\.id)
            if let known = baseOutcomes[ids] { return known }
            let new = try Outcomes(
                ModelRuns(name: PaperTable.baseFamily, model: "base", scale: 0, runs: runs),
                in: store)
            baseOutcomes[ids] = new
            return new
        }
        var errors: Set<ErrorKind> = []
        var seedCounts: Set<Int> = []
        rows = try sources.map { source in
            let cells = try columns.map { column -> Cell? in
                let entries = source.runs.compactMap { run in
                    accuracies.first {
                        $0.run == run.id && $0.model == source.model
                            && $0.adapterScale == source.scale && $0.shots == column.shots
                            && $0.category == column.category
                    }
                }
                guard let (cell, kind) = try Self.cell(of: entries) else { return nil }
                if let kind { errors.insert(kind) }
                if kind == .seeds { seedCounts.insert(entries.count) }
                return cell
            }
            var differences: [(cell: Cell, pValue: Double)?]?
            var pairing: [PairedQuestions]?
            if !source.baseRuns.isEmpty {
                let base = try outcomes(ofBase: source.baseRuns)
                let own = try Outcomes(source, in: store)
                let pairs = own.pairs(
                    with: base, isOfSameRuns: source.runs.map(\.id) == source.baseRuns.map(\.id))
                differences = try own.differences(from: base, pairs, columns)
                pairing = PairedQuestions.all(pairs)
            }
            func paper(_ cell: (String, Column) -> Cell?) -> [Cell?]? {
                let cells = columns.map { cell(source.name, $0) }
                return hasPaper && cells.contains { $0 != nil } ? cells : nil
            }
            return Row(
                name: source.name, model: source.model, adapterScale: source.scale,
                runs: source.runs.map(\.id), cells: cells,
                differences: differences?.map { $0?.cell },
                pValues: differences?.map { $0?.pValue }, pairing: pairing,
                paper: paper(PaperTable.cell),
                paperDifferences: paper(PaperTable.difference))
        }
        caption =
            Self.caption(
                errors, seeds: seedCounts,
                hasDifferences: rows.contains { $0.differences != nil }, hasPaper: hasPaper)
            + PairedQuestions.notes(rows).map { " " + $0 }.joined()
    }

    private static let categories = ["humanities", "social_sciences", "stem", "other"]

    private static func columns(of entries: [AccuracyEntry], hasTotal: Bool) -> [Column] {
        let there = Set(entries.map { Column(shots: $0.shots, category: $0.category) })
        return Set(entries.map(\.shots)).sorted().flatMap { shots in
            (categories + (hasTotal ? ["all"] : [])).map { Column(shots: shots, category: $0) }
        }.filter(there.contains)
    }

    /// What an error is the spread of.
    private enum ErrorKind: String, CaseIterable {
        case seeds = "training seeds"
        case repeats = "repeats"
        case questions = "questions"
    }

    private static func cell(of entries: [AccuracyEntry]) throws -> (Cell, ErrorKind?)? {
        guard let first = entries.first else { return nil }
        let means = entries.map(\.mean)
        if means.count > 1 {
            return (
                Cell(mean: try means.mean(), standardError: try means.standardErrorOfMean()), .seeds
            )
        }
        if let error = first.standardError {
            return (Cell(mean: first.mean, standardError: error), .repeats)
        }
        let error = first.itemStandardError
        return (Cell(mean: first.mean, standardError: error), error == nil ? nil : .questions)
    }

    private static func caption(
        _ errors: Set<ErrorKind>, seeds: Set<Int>, hasDifferences: Bool, hasPaper: Bool
    ) -> String {
        let counts = [seeds.min(), seeds.count > 1 ? seeds.max() : nil].compactMap(\.self)
            .map { "\($0)" }.joined(separator: " to ")
        let kinds = ErrorKind.allCases.filter(errors.contains).map { kind in
            kind == .seeds ? "\(counts) training seeds" : kind.rawValue
        }
        var text = "Accuracy in percent"
        if let first = kinds.first {
            text += " (standard error over \(first)"
            if kinds.count > 1 {
                text +=
                    "; of a single run over " + kinds.dropFirst().joined(separator: ", else ")
            }
            text += ")"
        }
        text += "."
        if hasDifferences {
            text +=
                " Below: the difference from the base model in percentage points (standard error of "
                + "the questions' differences, paired)."
        }
        if hasPaper { text += " Paper: Table 2 of arXiv 2602.23197, Qwen2.5-3B-Instruct on MMLU." }
        return text
    }
}

/// What cannot be reported: what was attempted, what was found, what would be right.
public struct ReportError: Error, Hashable, Sendable, CustomStringConvertible, LocalizedError {
    public let message: String

    public init(_ message: String) { self.message = message }

    public var description: String { message }
    public var errorDescription: String? { message }
}
