import Basics
import Benchmarks
import Foundation
import Scoring
import Tracking

/// The runs of one row of a table: those of one family, or of settings that differ only in the
/// training seed.
struct ModelRuns {
    /// As a table shows it: "ZS on V".
    var name: String
    let model: AnsweringModel
    var runs: [RunEntry]
    /// Whose base model's answers differences are taken from; empty for the base model, and where none
    /// fits.
    var baseRuns: [RunEntry] = []
    /// Of a base model: rows whose differences are taken from it.
    var users: [String] = []

    /// The rows of a table. The base model is first, because each row's differences are taken from
    /// it; it has a row for each of the other conditions that it was evaluated under. The others
    /// follow by family.
    ///
    /// - Parameters:
    ///   - runs: of a study those that are reported; any others
    ///   - accuracies: of all of them
    /// - Throws: `InputError` where two runs of a row are of one seed and the same settings.
    static func rows(of runs: [RunEntry], _ accuracies: [AccuracyEntry]) throws -> [ModelRuns] {
        let entries = Dictionary(grouping: accuracies, by: \.run)
        func has(_ run: RunEntry, _ model: String) -> Bool {
            entries[run.id]?.contains { $0.model == model } == true
        }
        let evaluated = runs.filter { has($0, "base") }
        var groups: [(key: String, runs: [RunEntry])] = []
        for run in runs where has(run, "adapted") {
            let key = (run.study ?? "") + "\n" + (run.family ?? Self.settingsWithoutSeed(run))
            if let index = groups.firstIndex(where: { $0.key == key }) {
                groups[index].runs.append(run)
            } else {
                groups.append((key, [run]))
            }
        }
        for group in groups { try Self.checkSeeds(of: group.runs) }
        let names = Self.names(of: groups.map(\.runs))
        var others: [ModelRuns] = []
        for (name, group) in zip(names, groups) {
            let scales = Set(
                group.runs.flatMap { run in
                    (entries[run.id] ?? []).filter { $0.model == "adapted" }.map(\.adapterScale)
                })
            for scale in scales.sorted() {
                let title = scale == 1 ? name : name + " × \(NumberText.short(scale))"
                others.append(
                    ModelRuns(
                        name: title, model: .adapted(scale: scale), runs: group.runs,
                        baseRuns: Self.baseRuns(of: group.runs, among: evaluated)))
            }
        }
        // Sorting keeps the order of equal elements.
        let order = others.enumerated().sorted {
            (PaperTable.order(of: $0.element.name), $0.offset)
                < (PaperTable.order(of: $1.element.name), $1.offset)
        }
        let shown = order.map(\.element)
        return bases(of: shown, evaluated) + shown
    }

    private static func bases(of rows: [ModelRuns], _ evaluated: [RunEntry]) -> [ModelRuns] {
        var bases: [ModelRuns] = []
        func add(_ runs: [RunEntry], for user: String?) {
            let ids = runs.map(\.id)
            guard let index = bases.firstIndex(where: { $0.runs.map(\.id) == ids }) else {
                bases.append(
                    ModelRuns(
                        name: PaperTable.baseFamily, model: .base, runs: runs,
                        users: user.map { [$0] } ?? []))
                return
            }
            if let user { bases[index].users.append(user) }
        }
        for row in rows where !row.baseRuns.isEmpty { add(row.baseRuns, for: row.name) }
        for run in evaluated.filter({ $0.role == "base" }) + evaluated.filter({ $0.role != "base" })
        where !bases.contains(where: { $0.runs.contains { Conditions($0) == Conditions(run) } }) {
            add([run], for: nil)
        }
        return bases
    }

    /// Whether two rows' answers were given under the same conditions.
    func isComparable(with other: ModelRuns) -> Bool {
        Set((runs + other.runs).map(Conditions.init)).count == 1
    }

    /// Whether two rows' questions are known to be the same: their runs are, or recorded the same
    /// prompts, which name their questions.
    func isOfOneSource(with other: ModelRuns) -> Bool {
        if runs.map(\.id) == other.runs.map(\.id) { return true }
        let prompts = Set((runs + other.runs).map(\.promptChecksum))
        return prompts.count == 1 && prompts.first != .some(nil)
    }

    /// The conditions that answers depend on apart from the adapter. Only answers under the same
    /// conditions are compared.
    private struct Conditions: Hashable {
        let model: String
        let prompt: String?
        let scoring: String?
        let categoryMap: String?

        init(_ run: RunEntry) {
            model = run.model
            prompt = run.prompt
            scoring = run.scoring
            categoryMap = run.fields["category-map"]?.text
        }
    }

    /// Runs that evaluated the base model themselves; else the base run of their study that
    /// evaluated it under the same conditions.
    private static func baseRuns(of group: [RunEntry], among evaluated: [RunEntry]) -> [RunEntry] {
        if group.allSatisfy({ run in evaluated.contains { $0.id == run.id } }) { return group }
        let fitting = evaluated.filter { base in
            group.allSatisfy {
                $0.study == base.study && Conditions($0) == Conditions(base)
            }
        }
        let base = fitting.first { $0.role == "base" } ?? fitting.first
        return base.map { [$0] } ?? []
    }

    private static func checkSeeds(of group: [RunEntry]) throws {
        for (index, run) in group.enumerated() {
            let twin = group[..<index].first {
                $0.seed == run.seed && settingsWithoutSeed($0) == settingsWithoutSeed(run)
            }
            guard let twin else { continue }
            throw InputError(
                "runs \(twin.id.prefix(8)) and \(run.id.prefix(8)): have the same settings and the "
                    + "same seed; one of them is needed")
        }
    }

    private static func settingsWithoutSeed(_ run: RunEntry) -> String {
        guard !run.fields.isEmpty else { return run.id }
        var settings = run.fields.mapValues(\.line)
        // Generations are sampled with the same seed where they have none of their own.
        if settings["answer-seed"] == settings["seed"] { settings["answer-seed"] = nil }
        settings["seed"] = nil
        return settings.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            .joined(separator: "\n")
    }

    /// What rows are called, each otherwise than the others.
    private static func names(of groups: [[RunEntry]]) -> [String] {
        let plain = groups.map { $0[0].family ?? title($0[0]) }
        return zip(plain, groups).map { name, runs in
            guard plain.count(where: { $0 == name }) > 1 else { return name }
            let rate = runs[0].learningRate.map { ", rate \(NumberText.short($0))" } ?? ""
            let weight = runs[0].fewShotWeight.map { ", λ \(NumberText.short($0))" } ?? ""
            let others = zip(plain, groups).filter { $0.0 == name }.map(\.1[0])
            let isClear =
                others.count {
                    $0.learningRate == runs[0].learningRate
                        && $0.fewShotWeight == runs[0].fewShotWeight
                } == 1
            return name + rate + weight + (isClear ? "" : ", \(runs[0].id.prefix(8))")
        }
    }

    /// "ZS on Q/K/V"; for an adapter that was only evaluated, the run's id.
    static func title(_ run: RunEntry) -> String {
        guard let target = run.target else { return "adapter of \(run.id.prefix(8))" }
        let projections = target.allSatisfy { $0.isLetter } && target == target.uppercased()
        let names = projections ? target.map(String.init).joined(separator: "/") : target
        return (run.objective == "zs+fs" ? "ZS+FS" : "ZS") + " on " + names
    }
}

extension RunEntry {
    /// Its settings by name; empty where they are no JSON object.
    var fields: [String: JSONValue] {
        let fields = (try? JSONValue(parsing: settings.utf8))?.fields ?? []
        return Dictionary(fields, uniquingKeysWith: { _, last in last })
    }

    var categoryMap: CategoryMap {
        fields["category-map"]?.text.flatMap(CategoryMap.init) ?? .hendrycks
    }

    /// Of its prompts; nil where it did not record it.
    fileprivate var promptChecksum: String? {
        (try? JSONValue(parsing: inputs.utf8))?["prompts"]?.text
    }
}
