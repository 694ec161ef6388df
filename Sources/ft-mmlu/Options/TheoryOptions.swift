import ArgumentParser
import Basics
import Benchmarks
import Foundation
import LinearAttention

/// The regression problem that the theory is evaluated on.
struct TheoryOptions: ParsableArguments {
    @Option(
        "d", "d: the dimension of an input.", default: "that of --covariance, or 5",
        parsing: .unconditional)
    var dimension: Int?

    @Option("m", "m: the pairs in a pretraining prompt.", parsing: .unconditional) var context = 20
    @Option("sigma2", "The variance of the label noise.", parsing: .unconditional) var noise = 0.1

    @Option(
        "sigma",
        """
        Sigma: isotropic (I), ahn (eigenvalues 1, 1, 0.25, 2.25, 1), diag:a,b,… or a file with a \
        matrix row on each line.
        """, parsing: .unconditional, completion: .list(["isotropic", "ahn", "diag:"]))
    var covariance = Covariance.isotropic

    @Option(
        "prior",
        """
        Distribution of pretraining tasks: standard, N(0, I); inverse, N(0, Sigma^-1); or sphere, \
        uniform on the unit sphere, as in the authors' experiments.
        """, parsing: .unconditional)
    var prior = RegressionPrior.standard

    @Option(
        "numbers", "The task of fine-tuning, as numbers joined by commas.",
        default: "the first unit vector, scaled to theta0' Sigma theta0 = 1",
        parsing: .unconditional)
    var theta0: NumberList?

    /// The values of the options, checked.
    struct Question {
        let problem: RegressionProblem
        let prior: TaskPrior
        /// m.
        let context: Int
        /// theta0.
        let trained: Vector
    }

    /// - Throws: `UsageError` for a wrong flag; `FileError` or `LinearAttentionError` for a file
    ///   that cannot be read or is no covariance.
    func question() throws -> Question {
        guard (0...1_000_000_000).contains(context) else {
            throw UsageError("--context \(context): a whole number from 0 to 1e9 is needed")
        }
        guard noise.isFinite, noise >= 0 else {
            throw UsageError("--noise \(noise): a finite number from 0 is needed")
        }
        let sigma = try readCovariance()
        if let dimension, dimension != sigma.rowCount {
            throw UsageError(
                "--dimension \(dimension): --covariance \(covariance.setting.settingText) has dimension "
                    + "\(sigma.rowCount); the same, or one of the two, is needed")
        }
        let problem: RegressionProblem
        do {
            problem = try RegressionProblem(covariance: sigma, noise: noise)
        } catch let error as LinearAttentionError {
            throw UsageError("--covariance \(covariance.setting.settingText): \(error)")
        }
        return Question(
            problem: problem, prior: prior.tasks, context: context,
            trained: try readTrained(problem))
    }

    private func readCovariance() throws -> Matrix {
        switch covariance {
        case .isotropic:
            let size = dimension ?? 5
            guard (1...500).contains(size) else {
                throw UsageError("--dimension \(size): a whole number from 1 to 500 is needed")
            }
            return Matrix(identity: size)
        case .ahn: return Matrix(diagonal: [1, 1, 0.25, 2.25, 1])
        case .diagonal(let numbers): return Matrix(diagonal: numbers.numbers)
        case .file(let path): return try readFile(path)
        }
    }

    private func readFile(_ path: String) throws -> Matrix {
        guard FileFormat.isThere(path) else {
            let known = ["isotropic", "ahn", "diag:1,2"]
            let near = nearestMatch(to: path, in: known) ?? known[0]
            throw UsageError(
                "--covariance \(path): there is no such file; did you mean '\(near)'?")
        }
        guard let lines = try FileFormat.text.lines(of: path) else {
            throw FileError(
                path: path, problem: "cannot be read", remedy: "a row of numbers a line is needed")
        }
        let rows = try lines.map { line in
            try line.text().split { ", \t".contains($0) }.map { Double($0) }
        }.filter { !$0.isEmpty }
        for (index, row) in rows.enumerated() {
            guard row.count == rows.count, row.allSatisfy({ $0?.isFinite == true }) else {
                throw FileError(
                    path: path,
                    problem:
                        "row \(index + 1) of \(rows.count) is not \(rows.count) finite numbers",
                    remedy: "a square matrix, a row a line, is needed")
            }
        }
        return Matrix(rows.map { $0.compactMap { $0 } })
    }

    private func readTrained(_ problem: RegressionProblem) throws -> Vector {
        guard let theta0 else {
            let unit = Vector(unit: 0, count: problem.dimension)
            return (1 / problem.squaredNorm(unit).squareRoot()) * unit
        }
        let numbers = Vector(theta0.numbers)
        guard numbers.count == problem.dimension, numbers.dot(numbers) > 0 else {
            throw UsageError(
                "--theta0 \(theta0.helpText): \(problem.dimension) numbers, not all 0, are needed")
        }
        return numbers
    }

    /// Numbers of shots: `20`, `0,5,20`, `0-40` or a mixture.
    static func shots(_ text: String) throws -> [Int] {
        let remedy = "whole numbers from 0 to 1e9 such as 20, 0,5,20 or 0-40 are needed"
        var shots: [Int] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard let first = ends[0], let last = ends[ends.count - 1], ends.count <= 2,
                0 <= first, first <= last, last <= 1_000_000_000
            else { throw UsageError("--shots \(text): \(remedy)") }
            guard last - first < 100_000 else {
                throw UsageError("--shots \(text): at most 100,000 in a range are answered")
            }
            shots += Array(first...last)
        }
        return shots
    }
}

/// Sigma as a user names it.
enum Covariance: SettingValue, ExpressibleByArgument {
    case isotropic, ahn
    case diagonal(NumberList)
    case file(String)

    var setting: JSONValue {
        switch self {
        case .isotropic: "isotropic"
        case .ahn: "ahn"
        case .diagonal(let numbers): .string("diag:" + numbers.setting.settingText)
        case .file(let path): .string(path)
        }
    }

    static func read(_ value: JSONValue, within bounds: Bounds) throws -> Covariance {
        switch value.settingText {
        case "isotropic": .isotropic
        case "ahn": .ahn
        case let text where text.hasPrefix("diag:"):
            .diagonal(try NumberList(parsing: String(text.dropFirst(5))))
        default: .file(try File.read(value, within: bounds).path)
        }
    }
}
