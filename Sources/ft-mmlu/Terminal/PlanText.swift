import Basics
import Experiments
import Foundation

/// The estimated cost of a sweep, as text.
struct PlanText {
    let plan: SweepPlan
    /// nil where nothing was measured.
    let measurement: SweepPlan.Measurement?

    var lines: [String] {
        families + [""] + evaluations + [""] + here + [""] + cards
    }

    private var families: [String] {
        var text = TextTable()
        text.rows = [["trainings", "count", "steps each", "tokens each"]]
        for family in plan.families {
            text.rows.append([
                family.name, "\(family.trainingCount)", "\(family.stepCount)",
                "\(family.tokenCount)" + (family.isScaled ? " (scaled)" : ""),
            ])
        }
        text.rows.append([
            "all", "\(plan.trainingCount)", "\(plan.stepCount) in all",
            "\(plan.tokenCount) in all",
        ])
        return ["cells: \(plan.cellCount), the base model's among them"] + text.lines
    }

    private var evaluations: [String] {
        var text = TextTable()
        text.rows = [["evaluated each time", "times", "questions", "texts", "prompt tokens"]]
        func add(_ title: String, _ times: Int, _ part: SweepPlan.Evaluation) {
            text.rows.append([
                title, "\(times)", "\(part.questionCount)",
                part.newTokenCount > 0 ? "\(part.questionCount * part.repeatCount)" : "-",
                "\(part.promptTokenCount)",
            ])
        }
        let title = plan.watchesReported ? "while training" : "selection"
        for part in plan.watched where plan.watchedCount > 0 {
            add("\(title), \(part.shots)-shot", plan.watchedCount, part)
        }
        for part in plan.reported {
            add("reported, \(part.shots)-shot", plan.reportedCount, part)
        }
        return text.lines
    }

    private var here: [String] {
        [
            "memory here: weights \(Self.size(plan.weightBytes)), a step about "
                + "\(Self.size(plan.stepBytes)) beside" + Self.twice(plan.recomputes),
            "disk: about \(Self.size(plan.diskBytes))", time,
        ]
    }

    private var time: String {
        guard let measurement else { return "time here: not measured" }
        let training = measurement.trainingSeconds(plan)
        let asking = measurement.askingSeconds(plan)
        return "time here: about \(Self.time(training + asking)): training "
            + "\(Self.time(training)), asking \(Self.time(asking)); measured on 3 steps of each "
            + "loss and 8 questions"
    }

    private var cards: [String] {
        let share = { (value: Double) in "\(Int(nearest: 100 * value)) %" }
        return [
            "estimated, not measured: bfloat16; \(share(CardEstimate.productShare)) of the data "
                + "sheet's peak in products, \(share(CardEstimate.bandwidthShare)) of its bandwidth "
                + "while \(CardEstimate.textsAtOnce) texts grow together, each to its longest"
        ]
            + CardEstimate.Card.all.map { card in
                let estimate = CardEstimate(plan, on: card)
                let seconds = estimate.trainingSeconds + estimate.askingSeconds
                return "\(card.name): \(Self.size(Int(nearest: estimate.memoryBytes)))"
                    + Self.twice(estimate.recomputes)
                    + (estimate.fits
                        ? ", about \(Self.time(seconds)): training "
                            + "\(Self.time(estimate.trainingSeconds)), asking "
                            + Self.time(estimate.askingSeconds)
                        : ": does not fit")
            }
    }

    private static func twice(_ recomputes: Bool) -> String {
        recomputes ? ", layers computed twice" : ""
    }

    private static func size(_ bytes: Int) -> String {
        bytes < 100_000_000
            ? String(format: "%.1f MB", Double(bytes) / 1e6)
            : String(format: "%.2f GB", Double(bytes) / 1e9)
    }

    /// "40 s", "3.5 min", "12.1 h".
    static func time(_ seconds: Double) -> String {
        switch seconds {
        case ..<90: String(format: "%.0f s", seconds)
        case ..<5400: String(format: "%.1f min", seconds / 60)
        default: String(format: "%.1f h", seconds / 3600)
        }
    }
}
