import Basics
import Foundation

/// What Figures 5, 7 and 8 say of trained models, from their errors.
struct TrainedFindings {
    private struct Row {
        /// As "v, zs+fs".
        let name: String
        /// Nil for the pretrained model.
        let tuning: FineTuning?
        let zeroShot: Estimate
        let fewShot: Estimate
        let minus: Estimate
    }

    /// The pretrained model, then the study's fine-tunings.
    private let rows: [Row]
    private let results: RegressionResults

    init(_ results: RegressionResults) throws {
        self.results = results
        let setup = results.study.setup
        let minus = try setup.task(cosine: -1)
        func row(
            _ name: String, _ tuning: FineTuning?, _ stage: RegressionResults.Stage
        ) throws -> Row {
            Row(
                name: name, tuning: tuning, zeroShot: try results.error(stage, context: 0),
                fewShot: try results.error(stage, context: setup.shots),
                minus: try results.error(stage, context: setup.shots, task: minus))
        }
        rows =
            try [row("pretrained", nil, .pretrained)]
            + results.study.fineTunings.enumerated().map { index, tuning in
                try row(
                    "\(tuning.target.rawValue), \(tuning.objective.rawValue)", tuning,
                    .fineTuned(index))
            }
    }

    /// As a CSV, one line a model.
    var table: String {
        let header = [
            "model", "zero_shot", "zero_shot_se", "few_shot", "few_shot_se", "few_shot_minus",
            "few_shot_minus_se",
        ]
        let lines = rows.map { row in
            let errors = [row.zeroShot, row.fewShot, row.minus].flatMap {
                ["\($0.mean)", $0.standardError.map { "\($0)" } ?? ""]
            }
            let name = row.name.replacingOccurrences(of: ", ", with: " ")
            return [name] + errors
        }
        return CSVTable.text([header] + lines)
    }

    /// The errors, which are lowest, and what became of the paper's claims.
    func paragraphs(_ runner: FigureRunner) -> [String?] {
        let shots = results.study.setup.shots
        let lines = rows.map {
            "\($0.name): \($0.zeroShot.fixed()) / \($0.fewShot.fixed()) / \($0.minus.fixed())"
        }
        let tuned = rows.dropFirst()
        // Among those that learnt the task zero-shot, as the paper's claim must be read.
        let learner = tuned.filter { $0.zeroShot.mean < 0.5 }
            .min { $0.minus.mean < $1.minus.mean }
        let lowest = tuned.min { $0.minus.mean < $1.minus.mean }
        let isOfQuery = lowest?.tuning.map { $0.target == .q || $0.target == .k } ?? false
        return [
            "Here (0-shot on theta0 / \(shots)-shot on theta0 / \(shots)-shot on -theta0, "
                + "standard errors in brackets):\n  " + lines.joined(separator: "\n  "),
            "On -theta0 with \(shots) examples the lowest of the models whose zero-shot error "
                + "fell below 0.5 is: \(learner?.name ?? "none"); the lowest of all fine-tuned: "
                + "\(lowest?.name ?? "none"). Tuning only Q (or K) cannot lower the zero-shot error "
                + "from v21 = 0; what it does with the v21 that pretraining leaves is a matter of "
                + "chance.",
            isOfQuery
                ? runner.whole(
                    "The paper's claim for V holds here at most among the models that learnt the task "
                        + "zero-shot: tuning Q or K alone with a few-shot loss has an error nearly even "
                        + "in theta, for v21 is near 0, and training on theta0 serves -theta0 as well."
                ) : nil,
            runner.whole(mixed),
        ]
    }

    /// What became of ZS+FS on all parameters, which depends on the design.
    private var mixed: String {
        let shots = results.study.setup.shots
        guard
            let row = rows.first(where: {
                $0.tuning?.target == .all && $0.tuning?.objective == .withFewShot
            })
        else { return "" }
        return row.fewShot.mean < rows[0].fewShot.mean
            ? "ZS+FS on all parameters attains a low \(shots)-shot error on theta0, "
                + "\(row.fewShot.fixed()), below the pretrained model's, with a zero-shot error of "
                + "\(row.zeroShot.fixed()): as in the paper's Figure 5."
                + (results.study.design.headCount > 1
                    ? " Several heads can do both, one zero-shot and one from examples." : "")
            : "ZS+FS on all parameters does not attain a low \(shots)-shot error on theta0 "
                + "(\(row.fewShot.fixed())), unlike the paper's Figure 5: as lambda is annealed from 1 "
                + "to 0 the training returns to the zero-shot optimum. See beyond-lambda for a "
                + "constant weight and figure8 for two heads."
    }
}
