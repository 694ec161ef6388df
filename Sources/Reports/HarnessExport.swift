import Basics
import Foundation
import Scoring
import Tracking

/// Results of one model with one number of shots, in the layout of lm-eval's results files.
///
/// Source: lm-eval 0.4.13, `EvalResults` in `lm_eval/result_schema.py`, and `Group.aggregate`. A
/// subject is a task `mmlu_<subject>`, a category a group, and all of them the group `mmlu`. A
/// group's value weighs tasks by their size; its error pools theirs. A question counts by its mean
/// over our repeats.
public struct HarnessExport: Sendable {
    public let model: String
    public let scale: Double
    public let shots: Int
    private let run: RunEntry
    private let rows: [AccuracyEntry]
    /// Seconds that this model took to answer with all numbers of shots; nil where not measured.
    private let seconds: Double?
    private let originalCount: @Sendable (_ subject: String) -> Int?

    /// The results of a run: a file for each model and number of shots.
    ///
    /// - Parameter originalCount: rows that a subject's file has; nil where that is not known
    /// - Throws: `InputError` where the run has no answers.
    public static func all(
        of run: RunEntry, in store: Store,
        originalCount: @escaping @Sendable (_ subject: String) -> Int?
    ) throws -> [HarnessExport] {
        let rows = try store.subjectAccuracies(of: [run.id])
        guard !rows.isEmpty else {
            throw InputError(
                "run \(run.id.prefix(8)): has no answers to export; a run that was evaluated is needed"
            )
        }
        let times = try store.measurements(of: run.id).filter { $0.name == "seconds" }
        var found: [HarnessExport] = []
        for row in rows
        where !found.contains(where: {
            $0.model == row.model && $0.scale == row.adapterScale && $0.shots == row.shots
        }) {
            let model =
                row.model == AnsweringModel.base.name
                ? AnsweringModel.base : .adapted(scale: row.adapterScale)
            found.append(
                HarnessExport(
                    model: row.model, scale: row.adapterScale, shots: row.shots, run: run,
                    rows: rows.filter {
                        $0.model == row.model && $0.adapterScale == row.adapterScale
                            && $0.shots == row.shots
                    }, seconds: times.first { $0.detail == "answers of \(model.label)" }?.value,
                    originalCount: originalCount))
        }
        return found
    }

    /// As lm-eval names it: a folder for the model, in it a file.
    public var path: String {
        let name = (run.model as NSString).lastPathComponent.replacing(" ", with: "-")
        let adapter =
            model == "base"
            ? "base"
            : "adapted-\(run.id.prefix(8))" + (scale == 1 ? "" : "-x\(NumberText.short(scale))")
        // With its fraction, as lm-eval's: runs may begin in one second.
        let date = run.startedAt.formatted(
            Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        )
        .replacing(":", with: "-")
        return "\(name)__\(adapter)/results_\(shots)shot_\(date).json"
    }

    public var document: String {
        var results: [String: JSONValue] = [:]
        var groups: [String: JSONValue] = [:]
        var children: [String: JSONValue] = [:]
        var versions: [String: JSONValue] = [:]
        var isBetter: [String: JSONValue] = [:]
        func addGroup(_ name: String, _ alias: String, _ part: [AccuracyEntry], _ names: [String]) {
            groups[name] = group(name, alias, part)
            results[name] = groups[name]
            children[name] = .array(names.sorted().map { .string($0) })
            versions[name] = .whole(2)
            isBetter[name] = Self.sorted(["acc": .bool(true)])
        }
        for row in rows {
            results[task(row)] = Self.sorted([
                "name": .string(task(row)), "alias": .string(row.subject ?? ""),
                "sample_len": .whole(row.questions), "acc,none": .number(row.mean),
                "acc_stderr,none": row.itemStandardError.map { .number($0) } ?? .string("N/A"),
            ])
            versions[task(row)] = .whole(1)
            isBetter[task(row)] = Self.sorted(["acc": .bool(true)])
        }
        let categories = Set(rows.map(\.category)).sorted()
        for category in categories {
            let part = rows.filter { $0.category == category }
            addGroup("mmlu_" + category, category.replacing("_", with: " "), part, part.map(task))
        }
        addGroup("mmlu", "mmlu", rows, categories.map { "mmlu_" + $0 })
        return Self.sorted([
            "results": Self.sorted(results), "groups": Self.sorted(groups),
            "group_subtasks": Self.sorted(children), "configs": Self.sorted(configs),
            "versions": Self.sorted(versions),
            "n-shot": Self.sorted(results.mapValues { _ in .whole(shots) }),
            "higher_is_better": Self.sorted(isBetter),
            "n-samples": Self.sorted(
                Dictionary(
                    rows.map { row in
                        (
                            task(row),
                            Self.sorted([
                                "original": .whole(
                                    originalCount(row.subject ?? "") ?? row.questions),
                                "effective": .whole(row.questions),
                            ])
                        )
                    }, uniquingKeysWith: { first, _ in first })),
            "config": config, "git_hash": run.gitCommit.map { .string($0) } ?? .null,
            "date": .number(run.startedAt.timeIntervalSince1970),
            "model_source": .string("ft-mmlu"),
            "model_name": .string(run.model),
            "model_name_sanitized": .string(run.model.replacing("/", with: "__")),
            "total_evaluation_time_seconds": seconds.map { .string("\($0)") } ?? .null,
        ]).document
    }

    private func task(_ row: AccuracyEntry) -> String { "mmlu_" + (row.subject ?? "") }

    private func group(_ name: String, _ alias: String, _ part: [AccuracyEntry]) -> JSONValue {
        let size = part.reduce(0) { $0 + $1.questions }
        let mean = part.reduce(0) { $0 + $1.mean * Double($1.questions) } / Double(size)
        return Self.sorted([
            "name": .string(name), "alias": .string(alias), "sample_len": .whole(size),
            "sample_count": Self.sorted(["acc,none": .whole(size)]), "acc,none": .number(mean),
            "acc_stderr,none": Self.pooledError(part).map { .number($0) } ?? .string("N/A"),
        ])
    }

    /// `pooled_sample_stderr` in `lm_eval/api/metrics.py`.
    private static func pooledError(_ part: [AccuracyEntry]) -> Double? {
        let errors = part.compactMap(\.itemStandardError)
        let size = part.reduce(0) { $0 + $1.questions }
        guard errors.count == part.count, size > part.count else { return nil }
        let sum = zip(part, errors).reduce(0.0) { sum, pair in
            sum + Double(pair.0.questions - 1) * pair.1 * pair.1 * Double(pair.0.questions)
        }
        return (sum / Double(size - part.count) / Double(size)).squareRoot()
    }

    private var configs: [String: JSONValue] {
        Dictionary(
            rows.map { row in
                (
                    task(row),
                    Self.sorted([
                        "task": .string(task(row)), "task_alias": .string(row.subject ?? ""),
                        "dataset_name": .string(row.subject ?? ""), "num_fewshot": .whole(shots),
                        "output_type": .string(
                            row.scoring == "generate" ? "generate_until" : "multiple_choice"),
                        "repeats": .whole(row.repeats),
                        "metadata": Self.sorted([
                            "version": .whole(1), "prompt": .string(run.prompt ?? ""),
                            "scoring": .string(row.scoring),
                            "prompt_hash": .string(run.promptHash ?? ""),
                        ]),
                    ])
                )
            }, uniquingKeysWith: { first, _ in first })
    }

    private var config: JSONValue {
        let adapter = model == "base" ? "" : ",adapter=\(run.folder)/adapter,scale=\(scale)"
        return Self.sorted([
            "model": .string("ft-mmlu"), "model_args": .string("pretrained=\(run.model)\(adapter)"),
            "device": run.fields["device"]?.text.map { .string($0) } ?? .null,
            "limit": run.fields["limit"]?.whole.map { .whole($0) } ?? .null,
            "random_seed": run.seed.map { .whole($0) } ?? .null,
        ])
    }

    /// An object whose fields come by name.
    private static func sorted(_ fields: [String: JSONValue]) -> JSONValue {
        .object(fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }
}
