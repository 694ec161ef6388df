import Basics
import Foundation
import LinearAttention

/// The findings of Figures 5, 7 and 8 on trained models: their errors, and in how many trainings a
/// claim is true.
struct TrainedFindings {
    private struct Row {
        /// As "V, ZS+FS".
        let name: String
        /// Nil for the pretrained model.
        let tuning: FineTuning?
        /// By training: without examples on theta0, with them on theta0 and on -theta0.
        let errors: [[Double]]

        func estimate(_ column: Int) throws -> Estimate { try Estimate(errors[column]) }
    }

    /// The pretrained model, then the study's fine-tunings.
    private let rows: [Row]
    private let seeds: [UInt64]
    private let estimates: [[Estimate]]

    init(_ results: RegressionResults) throws {
        let setup = results.study.setup
        let minus = try setup.task(cosine: -1)
        func row(
            _ name: String, _ tuning: FineTuning?, _ stage: RegressionResults.Stage
        ) throws -> Row {
            Row(
                name: name, tuning: tuning,
                errors: [
                    try results.errors(stage, context: 0),
                    try results.errors(stage, context: setup.shots),
                    try results.errors(stage, context: setup.shots, task: minus),
                ])
        }
        rows =
            try [row("pretrained", nil, .pretrained)]
            + results.study.fineTunings.enumerated().map { index, tuning in
                try row(tuning.label, tuning, .fineTuned(index))
            }
        seeds = results.study.seeds
        estimates = try rows.map { row in try (0..<3).map(row.estimate) }
    }

    /// As a CSV, one line per model.
    var table: String {
        let header = [
            "model", "zero_shot", "zero_shot_se", "few_shot", "few_shot_se", "few_shot_minus",
            "few_shot_minus_se",
        ]
        let lines = zip(rows, estimates).map { row, estimates in
            let errors = estimates.flatMap {
                ["\($0.mean)", $0.standardError.map { "\($0)" } ?? ""]
            }
            return [row.name.replacingOccurrences(of: ",", with: "")] + errors
        }
        return CSVTable.text([header] + lines)
    }

    /// As a CSV, one line per model and training.
    var trainings: String {
        let lines = rows.flatMap { row in
            seeds.indices.map { seed in
                ([row.name.replacingOccurrences(of: ",", with: ""), "\(seeds[seed])"]
                    + row.errors.map { "\($0[seed])" }).joined(separator: ",")
            }
        }
        return (["model,seed,zero_shot,few_shot,few_shot_minus"] + lines).joined(separator: "\n")
            + "\n"
    }

    private func row(_ target: FineTuningTarget, _ objective: FineTuning.Objective) -> Row {
        rows.first { $0.tuning?.target == target && $0.tuning?.objective == objective } ?? rows[0]
    }

    /// The number of trainings in which a claim is true.
    private func count(_ holds: (Int) -> Bool) -> String { "\(seeds.indices.count(where: holds))" }

    /// The values of the template's names.
    var values: [String: String] {
        let (pretrained, value) = (rows[0], row(.v, .zeroShot))
        let (all, mixed) = (row(.all, .zeroShot), row(.all, .withFewShot))
        let others = rows.filter { $0.tuning != nil && $0.name != value.name }
        let lowest = zip(rows, estimates).dropFirst().min { $0.1[2].mean < $1.1[2].mean }
        let scatter = rows.filter { $0.tuning?.target == .q || $0.tuning?.target == .k }.map {
            row in
            "\(row.name) \((row.errors[2].min() ?? 0).short) to \((row.errors[2].max() ?? 0).short)"
        }
        let lines = zip(rows, estimates).map { row, estimates in
            "| \(row.name) | " + estimates.map { $0.fixed() }.joined(separator: " | ") + " |"
        }
        return [
            "rows": lines.joined(separator: "\n"), "seeds": "\(seeds.count)",
            "forgets": count {
                all.errors[1][$0] > pretrained.errors[1][$0]
                    && all.errors[2][$0] > pretrained.errors[2][$0]
            },
            "valueLowest": count { seed in
                others.allSatisfy { $0.errors[2][seed] > value.errors[2][seed] }
            },
            "lowest": lowest?.0.name ?? "", "lowestError": lowest?.1[2].fixed() ?? "",
            "mixedLow": count { mixed.errors[1][$0] < pretrained.errors[1][$0] },
            "mixedHigh": count {
                mixed.errors[2][$0] > pretrained.errors[2][$0]
                    && mixed.errors[2][$0] > value.errors[2][$0]
            },
            "scatter": scatter.joined(separator: "; "),
        ]
    }
}
