import Basics
import Experiments
import Foundation
import LinearAttention

/// Errors by number of examples: trained models, and the theory where it applies.
struct RegressionTable {
    private struct Row {
        let context: Int
        let pretrained: Estimate
        let pretrainedTheory: Double
        let tuned: Estimate
        let tunedTheory: Double?
        let sampled: Estimate?
        let other: Estimate
        let otherTheory: Double?
        let pretrainedOther: Estimate
        let pretrainedOtherTheory: Double
        /// By training seed: the values whose means are `pretrained`, `pretrainedOther`, `tuned`
        /// and `other`.
        let trainings: [[Double]]

        /// Whether all shown numbers are finite.
        var isFinite: Bool {
            let means = [pretrained, pretrainedOther, tuned, other]
            let estimates = means + [sampled].compactMap(\.self)
            let errors = means.compactMap(\.standardError)
            let theories =
                [pretrainedTheory, pretrainedOtherTheory]
                + [tunedTheory, otherTheory].compactMap(\.self)
            let numbers = estimates.map(\.mean) + errors + theories
            return numbers.allSatisfy(\.isFinite)
        }
    }

    private let rows: [Row]
    private let heading: [String]
    private let cosine: Double
    private let isSampled: Bool

    private static let contexts = [0, 1, 2, 3, 4, 5, 8, 10, 15, 20, 25, 30, 40]

    /// - Parameter measure: how all errors except those on new prompts are measured
    init(
        _ results: RegressionResults, cosine: Double, measure: RegressionResults.Measure,
        testPromptCount: Int?
    ) throws {
        let setup = results.study.setup
        let problem = setup.problem
        let tuning = results.study.fineTunings[0]
        let other = try setup.task(cosine: cosine)
        let weight = try results.estimate(.fineTuned(0)) { $0.fullWeight }
        let before = try setup.predictedPretrainedHead()
        let after = try results.predictedHead(0)
        rows = try Self.contexts.map { context in
            func theory(_ head: AttentionHead?, _ task: Vector) -> Double? {
                head.map { problem.error(of: [$0], context: context, task: task) }
            }
            let stages: [RegressionResults.Stage] = [.pretrained, .fineTuned(0)]
            let trainings = try stages.flatMap { stage in
                try [setup.task, other].map {
                    try results.errors(stage, context: context, task: $0, measure: measure)
                }
            }
            return Row(
                context: context, pretrained: try Estimate(trainings[0]),
                pretrainedTheory: problem.error(
                    of: [before], context: context, task: setup.task),
                tuned: try Estimate(trainings[2]), tunedTheory: theory(after, setup.task),
                sampled: try testPromptCount.map {
                    try results.sampledError(.fineTuned(0), context: context, promptCount: $0)
                },
                other: try Estimate(trainings[3]), otherTheory: theory(after, other),
                pretrainedOther: try Estimate(trainings[1]),
                pretrainedOtherTheory: problem.error(of: [before], context: context, task: other),
                trainings: trainings)
        }
        guard rows.allSatisfy(\.isFinite) else {
            throw UsageError(
                "the errors are too large numbers at these settings; smaller ones, of "
                    + "--initial-scale first, are needed")
        }
        isSampled = testPromptCount != nil
        self.cosine = cosine
        let valueWeight = try results.estimate(.fineTuned(0)) { $0.valueWeight(problem) }
        let iterations = results.iterations(0)
        heading = [
            "\(results.study.design) model, fine-tuned \(tuning.target.rawValue) on "
                + "\(tuning.objective.rawValue), \(results.study.seeds.count) seeds, "
                + (Set(iterations).count == 1
                    ? "\(iterations[0]) iterations"
                    : "\(iterations.min() ?? 0) to \(iterations.max() ?? 0) iterations"),
            "w of (15), 1/(v q): \(Self.text(weight)),  of (21), v tr(Q11 Sigma)/d: "
                + Self.text(valueWeight),
        ]
    }

    var text: String {
        var titles = ["n", "pretrained", "theory", "on theta0", "theory"]
        if isSampled { titles.append("sampled") }
        titles += [cosine == -1 ? "on -theta0" : String(format: "cos %.2f", cosine), "theory"]
        let cells = rows.map { row in
            var cells = [
                "\(row.context)", Self.text(row.pretrained), Self.text(row.pretrainedTheory),
                Self.text(row.tuned), Self.text(row.tunedTheory),
            ]
            if isSampled { cells.append(row.sampled.map(Self.text) ?? "") }
            return cells + [Self.text(row.other), Self.text(row.otherTheory)]
        }
        return (heading + TextTable([titles] + cells, leftCount: 0).lines).joined(separator: "\n")
    }

    /// One line for each n, model and task.
    var csv: String {
        var lines = ["model,task,n,error,standard_error,theory"]
        func add(_ model: String, _ task: String, _ n: Int, _ value: Estimate, _ theory: Double?) {
            lines.append(
                [
                    model, task, "\(n)", "\(value.mean)",
                    value.standardError.map { "\($0)" } ?? "", theory.map { "\($0)" } ?? "",
                ].joined(separator: ","))
        }
        let other = otherName
        for row in rows {
            add("pretrained", "+theta0", row.context, row.pretrained, row.pretrainedTheory)
            add("pretrained", other, row.context, row.pretrainedOther, row.pretrainedOtherTheory)
            add("fine-tuned", "+theta0", row.context, row.tuned, row.tunedTheory)
            if let sampled = row.sampled {
                add("fine-tuned, on new prompts", "+theta0", row.context, sampled, row.tunedTheory)
            }
            add("fine-tuned", other, row.context, row.other, row.otherTheory)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var otherName: String { cosine == -1 ? "-theta0" : "cos \(cosine)" }

    /// One line for each training, n, model and task.
    ///
    /// - Parameter seeds: the seeds of the training runs
    func trainings(_ seeds: [UInt64]) -> String {
        let names = ["pretrained", "fine-tuned"].flatMap { model in
            ["+theta0", otherName].map { "\(model),\($0)" }
        }
        var lines = ["seed,model,task,n,error"]
        for row in rows {
            for (name, errors) in zip(names, row.trainings) {
                for (seed, error) in zip(seeds, errors) {
                    lines.append("\(seed),\(name),\(row.context),\(error)")
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func text(_ estimate: Estimate) -> String {
        String(format: "%.4f", estimate.mean)
            + (estimate.standardError.map { String(format: " (%.4f)", $0) } ?? "")
    }

    private static func text(_ value: Double?) -> String {
        value.map { String(format: "%.4f", $0) } ?? "-"
    }
}
