import Foundation
import TestSupport
import Testing

@Suite struct RegressionCommandTests {
    private static let tiny = [
        "--seeds", "2", "--iterations", "30", "--pretraining-iterations", "60", "--batch-size",
        "40", "--learning-rate", "0.01", "--quiet",
    ]

    private func lines(_ arguments: [String], in folder: String) throws -> [String] {
        let ending = try Program.run(["regression"] + arguments + Self.tiny, in: folder)
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(ending.errors == "")
        return ending.output.split(separator: "\n").map(String.init)
    }

    @Test func `errors against n are printed, the same for the same flags`() throws {
        try Fixture.withTemporaryFolder { folder in
            let arguments = ["--target", "v", "--objective", "zs+fs", "--model", "two-head"]
            let first = try lines(arguments, in: folder)
            let second = try lines(arguments, in: folder)
            #expect(first == second)
            #expect(
                first[0] == "two-head model, fine-tuned v on zs+fs, 2 seeds, 30 iterations")
            #expect(
                first[2].split(separator: " ", omittingEmptySubsequences: true)
                    == [
                        "n", "pretrained", "theory", "on", "theta0", "theory", "on", "-theta0",
                        "theory",
                    ])
            #expect(first.count == 3 + 13)
            // Theory of the pretraining optimum at n = 0 is sigma2 + 1.
            #expect(first[3].contains("1.1000"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }

    @Test func `errors that are no numbers are refused`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                [
                    "regression", "--seeds", "2", "--iterations", "0", "--pretraining-iterations",
                    "0", "--batch-size", "10", "--initial-scale", "1e120", "--output", "o",
                    "--quiet",
                ], in: folder)
            #expect(ending.status == 64)
            #expect(ending.output == "")
            #expect(ending.errors.contains("--initial-scale 1e120: at most 1000000.0 is possible"))
            #expect(!FileManager.default.fileExists(atPath: folder + "/o"))
        }
    }

    @Test func `every model, target and optimiser runs`() throws {
        try Fixture.withTemporaryFolder { folder in
            let cases: [[String]] = [
                ["--target", "q"], ["--model", "paper-separate", "--heads", "2", "--target", "k"],
                ["--label-channel", "off", "--value-constant", "off", "--momentum", "0"],
                [
                    "--pairs", "0", "--prior", "standard", "--clip", "0", "--evaluation-prompts",
                    "0",
                ],
                ["--model", "separate", "--target", "k", "--heads", "2"],
                ["--model", "4-head", "--target", "all", "--covariance", "1,1,0.25,2.25,1"],
                ["--optimizer", "adam", "--few-shot-anneal", "constant", "--objective", "zs+fs"],
                [
                    "--optimizer", "population", "--dimension", "3", "--covariance", "2", "--model",
                    "merged",
                ],
                ["--target", "q", "--test-prompts", "50", "--cosine", "0.5"],
            ]
            for arguments in cases {
                let lines = try lines(arguments, in: folder)
                #expect(lines.count == 16)
            }
        }
    }

    @Test func `the folder holds the numbers and the settings`() throws {
        try Fixture.withTemporaryFolder { folder in
            _ = try lines(["--output", "o", "--noise", "0.25"], in: folder)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder + "/o").sorted()
                    == ["config.yaml", "regression.csv", "trainings.csv"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["o"])
            let config = try String(contentsOfFile: folder + "/o/config.yaml", encoding: .utf8)
            #expect(config.contains("\nnoise: 0.25\n") && config.contains("\nbatch-size: 40\n"))
            let table = try String(contentsOfFile: folder + "/o/regression.csv", encoding: .utf8)
                .split(separator: "\n")
            #expect(table[0] == "model,task,n,error,standard_error,theory")
            #expect(table.count == 1 + 4 * 13)
            #expect(table[2].hasPrefix("pretrained,-theta0,0,"))
            let trainings = try String(contentsOfFile: folder + "/o/trainings.csv", encoding: .utf8)
                .split(separator: "\n").map { $0.split(separator: ",") }
            #expect(trainings.count == 1 + 2 * 4 * 13)
            #expect(trainings[0].joined(separator: ",") == "seed,model,task,n,error")
            // The first two are the trainings of the table's first line.
            let errors = trainings[1...2].compactMap { Double($0[4]) }
            #expect(
                trainings[1...2].map { $0[1...3].joined(separator: ",") }
                    == [String](repeating: "pretrained,+theta0,0", count: 2))
            let mean = try #require(Double(table[1].split(separator: ",")[3]))
            #expect(abs((errors[0] + errors[1]) / 2 - mean) < 1e-12)
            #expect(table[1].hasPrefix("pretrained,+theta0,0,"))
            // Before any example the pretraining optimum predicts 0: sigma2 + |theta0|^2.
            let theory = try #require(table[1].split(separator: ",").last.flatMap { Double($0) })
            #expect(abs(theory - 1.25) < 1e-12)
        }
    }

    @Test func `its settings are a file that runs it again, and flags win`() throws {
        try Fixture.withTemporaryFolder { folder in
            // Every setting other than its default.
            let flags = [
                "--model", "paper-separate", "--heads", "2", "--label-channel", "off",
                "--value-constant", "off", "--momentum", "0.5", "--clip", "2", "--pairs", "500",
                "--prior", "inverse", "--evaluation-prompts", "100", "--evaluation-seeds", "2",
                "--target", "k", "--objective", "zs+fs",
                "--few-shot-weight", "2", "--few-shot-anneal", "constant", "--optimizer", "adam",
                "--stop-tolerance", "0.001", "--initial-scale", "0.2", "--cosine", "0.5",
                "--test-prompts", "30", "--dimension", "3", "--context", "9", "--shots", "8",
                "--noise", "0.25", "--covariance", "1,0.5,2", "--task-seed",
                "18446744073709551615",
            ]
            let first = try lines(flags + ["--output", "a"], in: folder)
            func run(_ arguments: [String]) throws -> Program.Ending {
                try Program.run(["regression", "--quiet"] + arguments, in: folder)
            }
            let again = try run(["--config", "a/config.yaml", "--output", "b"])
            #expect(again.status == 0, "\(again.errors)")
            #expect(again.output.split(separator: "\n").map(String.init) == first)
            func text(_ path: String) throws -> String {
                try String(contentsOfFile: folder + "/" + path, encoding: .utf8)
            }
            #expect(try text("a/config.yaml") == text("b/config.yaml"))
            #expect(try text("a/regression.csv") == text("b/regression.csv"))
            let config = try text("a/config.yaml").split(separator: "\n").dropFirst()
            #expect(config.count == 30 && !config.contains { $0.hasSuffix(": null") })

            let other = try run(["--config", "a/config.yaml", "--target", "all"])
            #expect(
                other.output.hasPrefix(
                    "paper-separate 2-head without label channel without constant in V model, "
                        + "fine-tuned all on zs+fs, 2 seeds"))
        }
    }

    @Test(arguments: [
        (
            "lerning-rate: 1\n",
            "--config c.yaml: there is no setting 'lerning-rate'; did you mean "
                + "'learning-rate'?"
        ),
        ("seeds: many\n", "c.yaml: seeds many: a whole number from 1 is needed"),
        ("noise: [1]\n", "--config c.yaml: 'noise' is not one plain value"),
    ])
    func `a file that is none of settings is refused`(text: String, words: String) throws {
        try Fixture.withTemporaryFolder { folder in
            try text.write(toFile: folder + "/c.yaml", atomically: false, encoding: .utf8)
            let ending = try Program.run(["regression", "--config", "c.yaml"], in: folder)
            #expect(ending.status == 64)
            #expect(ending.errors == "Error: " + words + "\n")
        }
    }

    @Test(arguments: [
        (
            ["--model", "three"],
            "--model three: there is no model 'three'; paper, paper-separate, merged, separate, two-head "
                + "or 1-head to 8-head is needed"
        ),
        (["--target", "vv"], "--target vv: did you mean v? one of all, q, k, v is needed"),
        (
            ["--target", "k"],
            "--target k: a paper model has no W_K of its own; --model paper-separate or --target q is "
                + "needed"
        ),
        (
            ["--target", "k", "--model", "merged"],
            "--target k: a merged model has no W_K of its own; --model separate or --target q is "
                + "needed"
        ),
        (
            ["--optimizer", "population"],
            "--optimizer population: there are exact gradients of plain models alone; --model merged, "
                + "separate, two-head or 1-head to 8-head is needed"
        ),
        (
            ["--heads", "3", "--model", "two-head"],
            "--heads 3: two-head has 2 heads; the same, or --model merged is needed"
        ),
        (["--heads", "9"], "--heads 9: at most 8 is possible"),
        (
            ["--label-channel", "on", "--model", "merged"],
            "--label-channel on: a plain model has none; --model paper or paper-separate is needed"
        ),
        (["--momentum", "1"], "--momentum 1: a number from 0.0 to 0.999999 is needed"),
        (["--pairs=-1"], "--pairs -1: a whole number from 0 is needed"),
        (
            ["--prior", "spere"],
            "--prior spere: did you mean sphere? one of sphere, standard, inverse is needed"
        ),
        (["--objective", "fs"], "--objective fs: did you mean zs? one of zs, zs+fs is needed"),
        (
            ["--few-shot-anneal", "linaer"],
            "--few-shot-anneal linaer: did you mean linear? one of linear, constant is needed"
        ),
        (
            ["--optimizer", "adamw"],
            "--optimizer adamw: did you mean adam? one of sgd, adam, population is needed"
        ),
        (["--learning-rate=-1"], "--learning-rate -1: a number from 0.0 is needed"),
        (["--batch-size", "0"], "--batch-size 0: a whole number from 1 is needed"),
        (["--seeds", "1e3"], "--seeds 1e3: a whole number from 1 is needed"),
        (["--task-seed=-1"], "--task-seed -1: a whole number from 0 is needed"),
        (["--dimension", "33"], "--dimension 33: at most 32 is possible"),
        (["--noise", "nan"], "--noise nan: a number from 0.0 is needed"),
        (["--cosine", "2"], "--cosine 2: a number from -1.0 to 1.0 is needed"),
        (
            ["--cosine", "0.5", "--dimension", "1"],
            "--cosine 0.5: with one dimension only -1 and 1 are possible"
        ),
        (
            ["--covariance", "1,2"],
            "--covariance 1,2: identity, a number above 0 or 5 of them with commas is needed"
        ),
        (["--output", "."], "--output .: something is there already; name a new or empty folder"),
    ])
    func `what cannot be trained is refused`(arguments: [String], words: String) throws {
        try Fixture.withTemporaryFolder { folder in
            try "x".write(toFile: folder + "/here", atomically: false, encoding: .utf8)
            let ending = try Program.run(["regression"] + arguments, in: folder)
            #expect(ending.status == 64)
            #expect(ending.output == "")
            #expect(ending.firstError == "Error: " + words)
        }
    }

    @Test func `a diverging training ends with the cause`() throws {
        let ending = try Program.run(
            [
                "regression", "--model", "merged", "--learning-rate", "1e6", "--batch-size", "16",
                "--quiet",
            ],
            in: NSTemporaryDirectory())
        #expect(ending.status == 1)
        #expect(ending.errors.contains("reached numbers that are not finite at iteration"))
    }
}
