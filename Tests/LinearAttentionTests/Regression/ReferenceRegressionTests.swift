import Foundation
import TestSupport
import Testing

@testable import LinearAttention

/// Trainings beside those of an independent simulation of the authors' code, in the folder beside the
/// repository (minutes).
@Suite struct ReferenceRegressionTests {
    private struct Key: Hashable {
        let model: String
        var batch: String
        let regime: String
        let objective: String
        let task: String
        let n: Int
    }

    private struct Row {
        let mean: Double
        let error: Double
    }

    private static func rows(_ name: String) throws -> [[String: String]] {
        let path = try #require(Fixture.shared) + "/authors/" + name
        let lines = try String(contentsOfFile: path, encoding: .utf8)
            .split(whereSeparator: \.isNewline).map {
                $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            }
        return lines.dropFirst().map {
            Dictionary(zip(lines[0], $0), uniquingKeysWith: { first, _ in first })
        }
    }

    private static func key(_ row: [String: String]) throws -> Key {
        func text(_ name: String) throws -> String { try #require(row[name], "\(name)") }
        return Key(
            model: try text("model"), batch: try text("batch"), regime: try text("regime"),
            objective: try text("objective"), task: try text("task"),
            n: try #require(Int(try text("n"))))
    }

    private static func isAuthorsFolderThere() -> Bool {
        Fixture.shared.map {
            FileManager.default.fileExists(atPath: $0 + "/authors/reference-regression.csv")
        } ?? false
    }

    /// Where the simulation has fewer than four trainings of the paper's batch, those of 1,000 prompts.
    @Test(
        .enabled(if: isAuthorsFolderThere(), "there is no ../shared/authors"),
        .enabled(if: Fixture.runsLongTests, "scripts/test --long runs it"),
        arguments: [
            ("merged-1head", AttentionDesign.paper, 5_000),
            ("separate-1head", AttentionDesign.paperSeparate, 5_000),
            ("merged-2heads", AttentionDesign(.merged, headCount: 2), 1_000),
            ("separate-2heads", AttentionDesign(.separate, headCount: 2), 1_000),
        ])
    func `trainings are those of the simulation`(
        name: String, design: AttentionDesign, batch: Int
    ) throws {
        var means: [Key: Row] = [:]
        for row in try Self.rows("reference-regression.csv") {
            means[try Self.key(row)] = Row(
                mean: try #require(row["mean"].flatMap(Double.init)),
                error: row["se"].flatMap(Double.init) ?? 0)
        }
        // Of both batch sizes: Q and K scatter with what pretraining's noise leaves of v21, and four
        // trainings of one size show less of it than there is.
        var trainings: [Key: [Double]] = [:]
        for row in try Self.rows("reference-regression-seeds.csv") {
            var key = try Self.key(row)
            key.batch = "\(batch)"
            trainings[key, default: []].append(
                try #require(row["error"].flatMap(Double.init)))
        }

        var study = RegressionExperiment(try RegressionSetup.paper())
        study.design = design
        study.seeds = Array(0..<8)
        study.pretraining.batchSize = batch
        study.fineTunings = FineTuningTarget.targets(of: design).flatMap { target in
            FineTuning.Objective.allCases.map { FineTuning(target, $0) }
        }
        for index in study.fineTunings.indices {
            study.fineTunings[index].recipe.batchSize = batch
        }
        let results = try study.run()
        var compared = 0
        let stages =
            [(RegressionResults.Stage.pretrained, "pretrained", "-")]
            + study.fineTunings.enumerated().map { index, tuning in
                let target = tuning.target == .all ? "all" : tuning.target.rawValue.uppercased()
                return (.fineTuned(index), target, tuning.objective.rawValue)
            }
        for (stage, regime, objective) in stages {
            for (task, cosine) in [("theta0", 1.0), ("-theta0", -1)] {
                for n in [0, 1, 5, 10, 20] {
                    let key = Key(
                        model: name, batch: "\(batch)", regime: regime, objective: objective,
                        task: task, n: n)
                    let errors = try results.errors(
                        stage, context: n, task: study.setup.task(cosine: cosine))
                    compared += 1
                    let what = "\(regime), \(objective), \(task), n = \(n)"
                    if regime == "Q" || regime == "K" {
                        let theirs = try #require(trainings[key], "\(what)")
                        let mean = exp(errors.reduce(0) { $0 + log($1) } / 8)
                        let range = (theirs.min() ?? 0) / 2...2 * (theirs.max() ?? 0)
                        #expect(range.contains(mean), "\(what): \(mean), expected in \(range)")
                        continue
                    }
                    let theirs = try #require(means[key], "\(what)")
                    let ours = try Estimate(errors)
                    let error = ours.standardError ?? 0
                    let sampling = 0.004 * theirs.mean
                    let limit =
                        4
                        * (theirs.error * theirs.error + error * error + sampling * sampling)
                        .squareRoot()
                    #expect(
                        abs(ours.mean - theirs.mean) <= limit,
                        "\(what): \(ours.mean) (\(error)), expected \(theirs.mean) (\(theirs.error))"
                    )
                }
            }
        }
        #expect(compared == 10 * (1 + study.fineTunings.count))
    }
}
