import ArgumentParser
import Basics
import Benchmarks
import Foundation
import LinearAttention
import Experiments
import Torch

/// The regression problem that the theory is evaluated on.
struct TheoryOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "d, the inputs' dimension. (default: the covariance's, or 5)", valueName: "d"))
    var dimension: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("m, the pairs of a pretraining prompt.", valueName: "m"))
    var context = 20

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The variance of the labels' noise.", valueName: "sigma2"))
    var noise = 0.1

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Sigma: isotropic (I), ahn (eigenvalues 1, 1, 0.25, 2.25, 1), diag:a,b,… or a file with \
            a row of numbers a line.
            """, valueName: "sigma"), completion: .list(["isotropic", "ahn", "diag:"]))
    var covariance = "isotropic"

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            What pretraining draws tasks from: standard, N(0, I); inverse, N(0, Sigma^-1); or sphere, \
            uniform on the unit sphere, as in the authors' experiments.
            """, valueName: "prior"), completion: .list(["standard", "inverse", "sphere"]))
    var prior = "standard"

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            The task fine-tuned on, as numbers joined by commas. (default: the first unit vector, \
            scaled to theta0' Sigma theta0 = 1)
            """, valueName: "numbers"))
    var theta0: String?

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
                "--dimension \(dimension): --covariance \(covariance) has dimension "
                    + "\(sigma.rowCount); the same, or one of the two, is needed")
        }
        let problem: RegressionProblem
        do {
            problem = try RegressionProblem(covariance: sigma, noise: noise)
        } catch let error as LinearAttentionError {
            throw UsageError("--covariance \(covariance): \(error)")
        }
        return Question(
            problem: problem, prior: try readPrior(), context: context,
            trained: try readTrained(problem))
    }

    private func readPrior() throws -> TaskPrior {
        switch prior {
        case "standard": return .standard
        case "inverse": return .inverseCovariance
        case "sphere": return .sphere
        default:
            throw UsageError.noSuch(
                "prior", prior, flag: "--prior", known: ["standard", "inverse", "sphere"])
        }
    }

    private func readCovariance() throws -> Matrix {
        switch covariance {
        case "isotropic":
            let size = dimension ?? 5
            guard (1...500).contains(size) else {
                throw UsageError("--dimension \(size): a whole number from 1 to 500 is needed")
            }
            return Matrix(identity: size)
        case "ahn": return Matrix(diagonal: [1, 1, 0.25, 2.25, 1])
        case let text where text.hasPrefix("diag:"):
            return Matrix(
                diagonal: try Self.numbers(
                    String(text.dropFirst(5)), flag: "--covariance", after: "diag:"))
        default: return try readFile(covariance)
        }
    }

    private func readFile(_ path: String) throws -> Matrix {
        guard FileFormat.isThere(path) else {
            let known = ["isotropic", "ahn", "diag:1,2"]
            let near = nearestMatch(to: path, in: known) ?? known[0]
            throw UsageError(
                "--covariance \(path): there is no such file; did you mean '\(near)'?")
        }
        guard let data = try FileFormat.text.contents(of: path),
            let text = String(data: data, encoding: .utf8)
        else {
            throw FileError(
                path: path, problem: "cannot be read as text",
                remedy: "a row of numbers a line is needed")
        }
        let rows = text.split(whereSeparator: \.isNewline).map { line in
            line.split { ", \t".contains($0) }.map { Double($0) }
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
        let numbers = Vector(try Self.numbers(theta0, flag: "--theta0"))
        guard numbers.count == problem.dimension, numbers.dot(numbers) > 0 else {
            throw UsageError(
                "--theta0 \(theta0): \(problem.dimension) numbers, not all 0, are needed")
        }
        return numbers
    }

    /// Numbers joined by commas.
    ///
    /// - Parameter prefix: the text before the numbers in the flag's value
    static func numbers(_ text: String, flag: String, after prefix: String = "") throws -> [Double]
    {
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map {
            Double($0.trimmingCharacters(in: .whitespaces))
        }
        guard numbers.allSatisfy({ $0?.isFinite == true }) else {
            throw UsageError("\(flag) \(prefix)\(text): finite numbers joined by commas are needed")
        }
        return numbers.compactMap { $0 }
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

extension UsageError {
    /// The error for an unknown word, with the most similar known one.
    static func noSuch(_ kind: String, _ word: String, flag: String, known: [String]) -> Self {
        let near = nearestMatch(to: word, in: known) ?? known[0]
        return UsageError(
            "\(flag) \(word): there is no \(kind) '\(word)'; did you mean '\(near)'? One of "
                + "\(known.joined(separator: ", ")) is needed")
    }
}
