import Basics
import LinearAttention

/// The results of `theory optimum` by number of shots: Theorem 4.5, Proposition 4.10, Lemma A.19,
/// Theorem A.20.
///
/// All at Q11 = Sigma^-1 and v = m/(m+1+d), where v21 = 0 is the paper's (10) and v21 = theta0/(d+4) is (21).
struct NumberedResults {
    /// At one number of shots from 1.
    private struct Row {
        let shots: Int
        let region: ForgettingRegion
        /// E_n - E_0 of (10) and of (21).
        let differences: (pretrained: Double, value: Double)
        /// The excess of w*(n; theta0) on -theta0.
        let excess: Double
        /// gamma at alpha = 1/(d+4).
        let slope: Double
        /// The w at which gamma is 0 there.
        let restingWeight: Double
    }

    private let rows: [Row]
    private let weight: Double
    private let rate: Double
    private let alpha: Double
    /// The distance of Proposition 4.7.
    private let distance: Double
    private let excessLimit: Double

    /// - Parameters:
    ///   - counts: numbers of shots; 0 is left out
    ///   - rate: the learning rate, eta of Theorem A.20
    init(_ question: TheoryOptions.Question, _ counts: [Int], rate: Double) throws {
        let (problem, trained) = (question.problem, question.trained)
        let weight = problem.paperPretrainedWeight(context: question.context)
        let value = problem.valueFineTunedHead(trained: trained, weight: weight)
        var pretrained = value
        pretrained.v21 = Vector(zeros: problem.dimension)
        rows = try counts.filter { $0 > 0 }.map { n in
            let region = try ForgettingRegion(
                problem, q11: value.q11, v: weight, context: n, task: trained)
            let step = FewShotStep(problem, context: n, weight: weight, trained: trained)
            return Row(
                shots: n, region: region,
                differences: (
                    region.errorDifference(pretrained.v21), region.errorDifference(value.v21)
                ),
                excess: problem.excessOfTrainedWeight(
                    trained: trained, context: n, task: -trained),
                slope: step.slope(alpha: step.bestAlpha), restingWeight: step.restingWeight)
        }
        self.weight = weight
        self.rate = rate
        alpha = 1 / Double(problem.dimension + 4)
        distance = problem.valueDistance(trained: trained, weight: weight, to: pretrained)
            .squareRoot()
        excessLimit = problem.excessOfTrainedWeightLimit(trained: trained, task: -trained)
    }

    /// Every number that is printed.
    var numbers: [Double] {
        [weight, alpha, distance, excessLimit]
            + rows.flatMap { row in
                let (region, differences) = (row.region, row.differences)
                return [
                    region.a.trace, region.b.trace, region.c.trace, region.squaredRadius,
                    differences.pretrained, differences.value, row.excess, row.slope,
                    row.restingWeight,
                ] + region.center.elements
            }
    }

    var lines: [String] {
        func table(_ titles: [String], _ cells: (Row) -> [Double]) -> [String] {
            let body = rows.map { ["\($0.shots)"] + cells($0).map(TheoryText.number) }
            return TextTable([["shots"] + titles] + body, leftCount: 0, indent: "  ").lines
        }
        var lines = [
            "nearest (21) to the pretrained V, both with Q11 = Sigma^-1 (Proposition 4.7): w = "
                + "\(TheoryText.number(weight)), distance \(TheoryText.number(distance))"
        ]
        guard !rows.isEmpty else { return lines }
        lines.append(
            "more shots are worse than none where (v21 - center)' A (v21 - center) <= radius "
                + "(Theorem 4.5, Q11 = Sigma^-1, v = \(TheoryText.number(weight)))")
        lines += table(
            ["tr A", "tr B", "tr C", "radius", "E_n - E_0 of v21 = 0", "of (21)"]
        ) {
            [
                $0.region.a.trace, $0.region.b.trace, $0.region.c.trace, $0.region.squaredRadius,
                $0.differences.pretrained, $0.differences.value,
            ]
        }
        lines.append("  center at \(rows[rows.count - 1].shots) shots:")
        lines.append("  " + TheoryText.vector(rows[rows.count - 1].region.center))
        lines.append(
            "error of w_star(n; theta0) on -theta0 above that of w_star(n; -theta0) (Proposition "
                + "4.10), limit \(TheoryText.number(excessLimit))")
        lines += table(["excess"]) { [$0.excess] }
        lines.append(
            "a step on the few-shot loss from v21 = alpha theta0, w = \(TheoryText.number(weight)), "
                + "alpha = 1/(d+4) = \(TheoryText.number(alpha)): gamma = dE_n/dalpha, 0 at w = w_rest "
                + "(Lemma A.19); it raises the zero-shot error within rate |gamma|/2 of 1/(d+4), rate "
                + "\(TheoryText.number(rate)) (Theorem A.20)")
        lines += table(["gamma", "w_rest", "rate |gamma|/2"]) {
            [$0.slope, $0.restingWeight, rate * abs($0.slope) / 2]
        }
        return lines
    }

    var json: [(String, JSONValue)] {
        func list(_ body: (Row) -> [(String, JSONValue)]) -> JSONValue {
            .array(rows.map { .object([("shots", .whole($0.shots))] + body($0)) })
        }
        return [
            (
                "proposition_4_7",
                .object([("w", .number(weight)), ("distance", .number(distance))])
            ),
            (
                "theorem_4_5",
                list { row in
                    [
                        ("trace_A", .number(row.region.a.trace)),
                        ("trace_B", .number(row.region.b.trace)),
                        ("trace_C", .number(row.region.c.trace)),
                        ("center", TheoryText.json(row.region.center)),
                        ("radius", .number(row.region.squaredRadius)),
                        ("difference_pretrained", .number(row.differences.pretrained)),
                        ("difference_value", .number(row.differences.value)),
                    ]
                }
            ),
            (
                "proposition_4_10",
                .object([
                    ("limit", .number(excessLimit)),
                    ("n", list { [("excess", .number($0.excess))] }),
                ])
            ),
            (
                "lemma_A_19",
                .object([
                    ("alpha", .number(alpha)),
                    (
                        "n",
                        list {
                            [
                                ("gamma", .number($0.slope)),
                                ("w_rest", .number($0.restingWeight)),
                            ]
                        }
                    ),
                ])
            ),
            (
                "theorem_A_20",
                .object([
                    ("rate", .number(rate)),
                    ("n", list { [("within", .number(rate * abs($0.slope) / 2))] }),
                ])
            ),
        ]
    }
}
