import ArgumentParser
import Basics
import Foundation
import LinearAttention

/// The parameters of the optima, and how many shots help.
struct TheoryOptimum: FileConfigured {
    static let configuration = CommandConfiguration(
        commandName: "optimum",
        abstract: "Prints the parameters of the optimal models and the conditions on the shots.",
        discussion: """
            Pretraining: A = v Q11 of Corollary 4.1, and above how many shots a prompt of theta0 is \
            better than none: exactly, by condition (12) for every task as long as theta0, and by \
            (14) where Sigma is a multiple of I, with the exact tau and with the paper's, m/(m+1+d). \
            Zero-shot fine-tuning of all weights: (15); of the value matrix: (21), with w of \
            Theorem 4.9 (w_star, for theta0) and Corollary 4.8 (w_bar, over tasks) by number of \
            shots. Then Proposition 4.7, Theorem 4.5, Proposition 4.10, Lemma A.19 and Theorem A.20.
            """)

    @OptionGroup(title: "Problem") var problem: TheoryOptions

    @Option("list", "Numbers of shots for w: a number, a list, or a range.")
    var shots = "1,5,10,20,40"

    @Option("eta", "Learning rate of the step of Theorem A.20.", parsing: .unconditional)
    var rate = 0.01

    @Flag(help: "Print one JSON object.") var json = false

    /// w by number of shots.
    private struct Weights {
        let shots: Int
        let best: Double
        let mean: Double
    }

    @OptionGroup var settings: SettingsFileOption

    func run() throws {
        guard rate.isFinite, rate > 0 else {
            throw UsageError("--rate \(rate): a finite number above 0 is needed")
        }
        let counts = try TheoryOptions.shots(shots)
        let question = try problem.question()
        let (problem, trained) = (question.problem, question.trained)
        let map = try problem.pretrainedMap(context: question.context, prior: question.prior)
        let thresholds: [(String, Double?)] = [
            ("exact, this task", problem.contextThreshold(map: map, task: trained)),
            (
                "(12), every task",
                try problem.sufficientContext(
                    pretrainedOn: question.context, task: trained, prior: question.prior)
            ),
            ("(14), isotropic", isotropicThreshold(question)),
            (
                "(14), tau = m/(m+1+d)",
                isotropicThreshold(question).map { _ in
                    problem.paperThreshold(pretrainedOn: question.context, task: trained)
                }
            ),
        ]
        let weights = try counts.map { n in
            Weights(
                shots: n,
                best: problem.bestValueWeight(trained: trained, context: n, task: trained),
                mean: try problem.meanBestValueWeight(context: n, prior: question.prior))
        }
        let results = try NumberedResults(question, counts, rate: rate)
        try checkFinite(question, map, thresholds.compactMap(\.1) + results.numbers, weights)
        if json {
            let document = document(question, map, thresholds.map(\.1), weights) + results.json
            print(JSONValue.object(document).line)
        } else {
            let lines = lines(question, map, thresholds, weights) + results.lines
            for line in lines { print(line) }
        }
    }

    /// - Throws: `TooLarge` where a number that would be printed is none.
    private func checkFinite(
        _ question: TheoryOptions.Question, _ map: Matrix, _ thresholds: [Double],
        _ weights: [Weights]
    ) throws {
        let (problem, trained) = (question.problem, question.trained)
        let head = problem.valueFineTunedHead(trained: trained, weight: 0)
        let numbers =
            map.elements + thresholds + weights.flatMap { [$0.best, $0.mean] } + head.coordinates
            + [problem.leastValueZeroShotError(trained: trained)]
        guard numbers.allSatisfy(\.isFinite) else { throw TooLarge() }
    }

    private struct TooLarge: Error, CustomStringConvertible {
        let description =
            "the optima have numbers too large to compute with at these settings; smaller ones, of "
            + "--theta0 first, are needed"
    }

    /// Condition (14); nil where Sigma or the prior is not isotropic.
    private func isotropicThreshold(_ question: TheoryOptions.Question) -> Double? {
        try? question.problem.isotropicThreshold(
            pretrainedOn: question.context, task: question.trained, prior: question.prior)
    }

    private func lines(
        _ question: TheoryOptions.Question, _ map: Matrix, _ thresholds: [(String, Double?)],
        _ weights: [Weights]
    ) -> [String] {
        let problem = question.problem
        let head = problem.valueFineTunedHead(trained: question.trained, weight: 0)
        var lines = ["pretrained (Corollary 4.1): v21 = 0, q = 0, v Q11 ="]
        lines += TheoryText.lines(map).map { "  " + $0 }
        lines.append("better than zero-shot for shots above")
        for (name, value) in thresholds {
            lines.append("  \(name): " + (value.map(TheoryText.number) ?? "none"))
        }
        lines.append(
            "full, zero-shot loss (15): v21 = w theta0, v = 1, Q11 = 0, q = 1/w, any w, theta0 =")
        lines.append("  " + TheoryText.vector(question.trained))
        lines.append("value, zero-shot loss (21): q = 0, any w, v21 =")
        lines.append("  " + TheoryText.vector(head.v21))
        lines.append("  Q11 =")
        lines += TheoryText.lines(head.q11).map { "  " + $0 }
        lines.append(
            "  zero-shot error "
                + TheoryText.number(problem.leastValueZeroShotError(trained: question.trained)))
        lines.append("  paper's w = m/(m+1+d): \(TheoryText.number(paperWeight(question)))")
        lines.append("  shots  w_star(n; theta0)  w_bar(n)")
        for row in weights {
            let best = TheoryText.number(row.best).padded(before: 17)
            lines.append(
                "  \("\(row.shots)".padded(before: 5))  \(best)  "
                    + TheoryText.number(row.mean))
        }
        return lines
    }

    private func document(
        _ question: TheoryOptions.Question, _ map: Matrix, _ thresholds: [Double?],
        _ weights: [Weights]
    ) -> [(String, JSONValue)] {
        func value(_ number: Double?) -> JSONValue { number.map { .number($0) } ?? .null }
        let problem = question.problem
        let head = problem.valueFineTunedHead(trained: question.trained, weight: 0)
        let rows = weights.map { row in
            JSONValue.object([
                ("shots", .whole(row.shots)), ("w_star", .number(row.best)),
                ("w_bar", .number(row.mean)),
            ])
        }
        return [
            ("dimension", .whole(problem.dimension)), ("context", .whole(question.context)),
            ("noise", .number(problem.noise)), ("theta0", TheoryText.json(question.trained)),
            (
                "pretrained",
                .object([
                    ("A", TheoryText.json(map)), ("threshold", value(thresholds[0])),
                    ("threshold_12", value(thresholds[1])), ("threshold_14", value(thresholds[2])),
                    ("threshold_14_paper", value(thresholds[3])),
                ])
            ),
            (
                "full",
                .object([
                    ("w", .number(1)), ("v21", TheoryText.json(question.trained)),
                    ("v", .number(1)),
                    ("Q11", TheoryText.json(Matrix(zeros: problem.dimension))), ("q", .number(1)),
                    ("zero_shot_error", .number(problem.noise)),
                ])
            ),
            (
                "value",
                .object([
                    ("v21", TheoryText.json(head.v21)), ("Q11", TheoryText.json(head.q11)),
                    ("q", .number(0)),
                    (
                        "zero_shot_error",
                        .number(problem.leastValueZeroShotError(trained: question.trained))
                    ), ("paper_w", .number(paperWeight(question))), ("w", .array(rows)),
                ])
            ),
        ]
    }

    private func paperWeight(_ question: TheoryOptions.Question) -> Double {
        question.problem.paperPretrainedWeight(context: question.context)
    }
}
