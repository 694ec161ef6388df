import Foundation
import Statistics
import Tracking

/// The selection of settings and the training's changes in the page's template.
enum TrainingHTML {
    /// nil where nothing was chosen.
    static func choices(_ choices: SettingChoices) -> [String: Any]? {
        guard !choices.families.isEmpty else { return nil }
        return [
            "rows": choices.families.flatMap { family in
                family.candidates.map { candidate -> [String: String] in
                    [
                        "name": family.name,
                        "rate": candidate.run.learningRate.map(NumberText.short) ?? "",
                        "weight": candidate.run.fewShotWeight.map(NumberText.short) ?? "",
                        "accuracy": candidate.accuracy.map { NumberText.percent($0, decimals: 2) }
                            ?? "",
                        "outcome": outcome(candidate),
                    ]
                }
            }
        ]
    }

    private static func outcome(_ candidate: SettingChoices.Candidate) -> String {
        if candidate.accuracy != nil { return candidate.isReported ? "reported" : "" }
        return RunHTML.state(candidate.run)
            + (candidate.run.failure.map { ": \($0)" } ?? "")
    }

    /// Effective ranks by family; nil where none was measured.
    static func changes(_ shown: [RunEntry], in store: Store) throws -> [String: Any]? {
        var groups: [(name: String, ranks: [Double])] = []
        for run in shown {
            let ranks = try store.measurements(of: run.id).filter { $0.name == "effectiveRank" }
                .map(\.value)
            if ranks.isEmpty { continue }
            let name = run.family ?? ModelRuns.title(run)
            if let index = groups.firstIndex(where: { $0.name == name }) {
                groups[index].ranks += ranks
            } else {
                groups.append((name, ranks))
            }
        }
        if groups.isEmpty { return nil }
        func text(_ value: Double?) -> String { value.map { String(format: "%.2f", $0) } ?? "" }
        return [
            "rows": try groups.map { group -> [String: String] in
                [
                    "name": group.name, "count": "\(group.ranks.count)",
                    "mean": text(try group.ranks.mean()), "least": text(group.ranks.min()),
                    "most": text(group.ranks.max()),
                ]
            }
        ]
    }
}
