import Benchmarks
import Foundation
import Mustache
import Plots
import Tracking

/// One HTML page about a study or some runs, with all that it shows inside it.
public struct ReportPage {
    private let title: String
    private let study: SweepEntry?
    private let runs: [RunEntry]
    private let store: Store

    /// - Parameters:
    ///   - study: nil for runs that are chosen one by one
    ///   - runs: all of the study's
    public init(_ study: SweepEntry?, _ runs: [RunEntry], in store: Store) {
        self.study = study
        self.runs = runs
        self.store = store
        title =
            study?.id ?? (runs.count == 1 ? "Run \(runs[0].id.prefix(8))" : "\(runs.count) runs")
    }

    /// Runs that a table shows: of a study those that are reported, of others all that finished.
    public static func reported(_ runs: [RunEntry]) -> [RunEntry] {
        let finished = runs.filter { $0.state == .finished }
        let reported = finished.filter { $0.role == "base" || $0.role == "report" }
        return reported.isEmpty ? finished : reported
    }

    /// - Parameters:
    ///   - hasPaper: whether the paper's numbers are shown next to ours
    ///   - marginPoints: the loss that differences are tested against, in percentage points; nil is the
    ///     runs' own
    /// - Throws: `InputError` without answers; `PlotError` where a figure cannot be drawn.
    public func html(hasPaper: Bool = false, marginPoints: Double? = nil) throws -> String {
        let shown = Self.reported(runs)
        let table = try ResultTable(
            shown, in: store, hasPaper: hasPaper, hasTotal: true, marginPoints: marginPoints)
        let category =
            Set(shown.compactMap(\.category)).count == 1
            ? shown.compactMap(\.category).first : nil
        let choices = try SettingChoices(runs, in: store)
        var figures: [[String: Any]] = []
        func add(_ title: String, _ drawing: (any Drawing)?) throws {
            guard let drawing else { return }
            figures.append(
                try Picture.context(drawing, title: title, number: figures.count + 1))
        }
        try add("Accuracy by model", ResultFigures.bars(table))
        try add(
            "What training gained, and what it lost",
            ResultFigures.forgetting(table, category: category))
        try add("Choosing the learning rate", ResultFigures.rates(runs, in: store))
        try add(
            "Training", ResultFigures.curves(shown.filter { $0.command == "train" }, in: store))
        let measured = try measurements(shown)
        var context: [String: Any] = [
            "title": title, "style": PageTemplate.style,
            "summary": summary(choices), "table": TableHTML.context(table, hasPaper: hasPaper),
            "figures": figures,
            "subjects": try SubjectHTML.context(table, in: store),
            "measurements": measured, "hasMeasurements": !measured.isEmpty,
            "runs": try runs.map { try RunHTML.context($0, in: store) },
            "provenance": RunHTML.provenance(runs), "configuration": study?.configuration ?? "",
            "hasConfiguration": study?.configuration?.isEmpty == false,
        ]
        context["forgetting"] = TableHTML.forgetting(table, category: category)
        context["choices"] = TrainingHTML.choices(choices)
        context["changes"] = try TrainingHTML.changes(shown, in: store)
        return try MustacheTemplate(string: PageTemplate.page).render(context)
    }

    /// A description of the runs, in sentences.
    private func summary(_ choices: SettingChoices) -> [String] {
        func words(_ path: KeyPath<RunEntry, String?>) -> String? {
            let values = Set(runs.compactMap { $0[keyPath: path] }).sorted()
            return values.isEmpty ? nil : values.joined(separator: ", ")
        }
        let models = Set(runs.map { ($0.model as NSString).lastPathComponent }).sorted()
        var first = "Model: \(models.joined(separator: ", "))"
        let categories = Set(runs.compactMap(\.category)).sorted().map { Category.name(of: $0) }
        if !categories.isEmpty { first += "; trained on " + categories.joined(separator: ", ") }
        if let prompt = words(\.prompt) { first += "; prompt " + prompt }
        let scorings = Set(runs.compactMap(\.scoring)).sorted().map(Self.words)
        if !scorings.isEmpty { first += "; answers " + scorings.joined(separator: ", ") }
        let choosing = Set(choices.candidates.map(\.run.id)).union(
            runs.filter { $0.role == "selection" }.map(\.id))
        // A winner is trained once, and then reported too.
        let both = runs.count { choosing.contains($0.id) && $0.role == "report" }
        let reported = runs.count { !choosing.contains($0.id) && $0.role == "report" }
        let roles = [
            (runs.count { $0.role == "base" }, "of the base model"),
            (
                choosing.count,
                "to choose settings" + (both > 0 ? ", of which \(both) are reported too" : "")
            ), (reported, both > 0 ? "others that are reported" : "that are reported"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        var second = runs.count == 1 ? "One run" : "\(runs.count) runs"
        if !roles.isEmpty { second += ": " + roles.joined(separator: "; ") }
        let failed = runs.count { $0.state == .failed }
        let open = runs.count { $0.state == .unfinished }
        if failed > 0 { second += "; \(failed) failed" }
        if open > 0 { second += "; \(open) not finished" }
        var lines = [first + ".", second + "."]
        let dates = runs.map(\.startedAt).sorted()
        if let start = dates.first {
            let end = runs.compactMap(\.finishedAt).max()
            lines.append(
                "Begun \(RunHTML.date(start))" + (end.map { ", ended \(RunHTML.date($0))" } ?? "")
                    + ".")
        }
        return lines
    }

    /// How answers were scored.
    private static func words(_ scoring: String) -> String {
        switch scoring {
        case "generate": "read from generated text"
        case "letter": "scored by letter"
        case "choice": "scored by the choices' texts"
        default: "scored by \(scoring)"
        }
    }

    private func measurements(_ shown: [RunEntry]) throws -> [[String: Any]] {
        try shown.compactMap { run in
            let rows = try store.measurements(of: run.id)
            return rows.isEmpty
                ? nil
                : [
                    "name": RunHTML.name(run),
                    "rows": rows.map {
                        [
                            "name": $0.name, "detail": $0.detail,
                            "value": String(format: "%.6g", $0.value),
                        ]
                    },
                ]
        }
    }
}
