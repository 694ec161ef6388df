import ArgumentParser
import Foundation
import LinearAttention
import Studies

/// The tasks of linear attention: dimension, examples, noise, covariance.
struct RegressionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("d, the numbers of an input.", valueName: "n"))
    var dimension = 5

    @Option(
        help: ArgumentHelp("m, examples of a pretraining prompt.", valueName: "n"))
    var context = 20

    @Option(
        help: ArgumentHelp(
            "Examples of a few-shot prompt in fine-tuning.", valueName: "n"))
    var shots = 20

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("sigma², the labels' variance.", valueName: "x"))
    var noise = 0.1

    @Option(
        help: ArgumentHelp(
            """
            Sigma: identity, a number (times the identity), or d numbers with commas, its diagonal.
            """, valueName: "covariance"))
    var covariance = "identity"

    @Option(
        help: ArgumentHelp("Draws the direction of theta0.", valueName: "n"))
    var taskSeed: UInt64 = 0

    func setup() throws -> RegressionSetup {
        try atLeast(1, dimension, "dimension")
        guard dimension <= PromptSampler.largestDimension else {
            throw UsageError(
                "--dimension \(dimension): at most \(PromptSampler.largestDimension) is possible")
        }
        try atLeast(0, context, "context")
        try atLeast(0, shots, "shots")
        guard noise.isFinite, noise >= 0 else {
            throw UsageError("--noise \(noise): a number from 0 is needed")
        }
        let problem = try RegressionProblem(
            covariance: Matrix(diagonal: diagonal()), noise: noise)
        var setup = try RegressionSetup(problem, taskSeed: taskSeed)
        setup.context = context
        setup.shots = shots
        return setup
    }

    private func diagonal() throws -> [Double] {
        if covariance == "identity" { return [Double](repeating: 1, count: dimension) }
        let parts = covariance.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Double($0.trimmingCharacters(in: .whitespaces)) }
        guard numbers.count == parts.count, numbers.count == 1 || numbers.count == dimension,
            numbers.allSatisfy({ $0.isFinite && $0 > 0 })
        else {
            throw UsageError(
                "--covariance \(covariance): identity, a number above 0 or \(dimension) of them with "
                    + "commas is needed")
        }
        return numbers.count == 1 ? [Double](repeating: numbers[0], count: dimension) : numbers
    }
}

@discardableResult
func atLeast(
    _ least: Int, _ value: Int, _ name: String, atMost most: Int = 1_000_000
) throws -> Int {
    guard value >= least else {
        throw UsageError("--\(name) \(value): a whole number from \(least) is needed")
    }
    guard value <= most else {
        throw UsageError("--\(name) \(value): at most \(most) is possible")
    }
    return value
}
