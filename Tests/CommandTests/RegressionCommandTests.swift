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

    @Test func `every model, target and optimiser runs`() throws {
        try Fixture.withTemporaryFolder { folder in
            let cases: [[String]] = [
                ["--model", "separate", "--target", "k"],
                ["--model", "4-head", "--target", "all", "--covariance", "1,1,0.25,2.25,1"],
                ["--optimizer", "adam", "--few-shot-anneal", "constant", "--objective", "zs+fs"],
                ["--optimizer", "population", "--dimension", "3", "--covariance", "2"],
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
                    == ["config.yaml", "regression.csv"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["o"])
            let config = try String(contentsOfFile: folder + "/o/config.yaml", encoding: .utf8)
            #expect(config.contains("\nnoise: 0.25\n") && config.contains("\nbatch-size: 40\n"))
            let table = try String(contentsOfFile: folder + "/o/regression.csv", encoding: .utf8)
                .split(separator: "\n")
            #expect(table[0] == "model,task,n,error,standard_error,theory")
            #expect(table.count == 1 + 3 * 13)
            #expect(table[1].hasPrefix("pretrained,+theta0,0,"))
            // Before any example the pretraining optimum predicts 0: sigma2 + |theta0|^2.
            let theory = try #require(table[1].split(separator: ",").last.flatMap { Double($0) })
            #expect(abs(theory - 1.25) < 1e-12)
        }
    }

    @Test(arguments: [
        (
            ["--model", "three"],
            "--model: there is no model 'three'; merged, separate, two-head or 1-head to 8-head is "
                + "needed"
        ),
        (["--target", "value"], "--target value: one of all, q, k, v is needed"),
        (
            ["--target", "k"],
            "--target k: a merged model has no W_K of its own; --model separate or --target q is "
                + "needed"
        ),
        (["--objective", "fs"], "--objective fs: one of zs, zs+fs is needed"),
        (
            ["--few-shot-anneal", "cosine"],
            "--few-shot-anneal cosine: one of linear, constant is needed"
        ),
        (["--optimizer", "adamw"], "--optimizer adamw: one of sgd, adam, population is needed"),
        (["--learning-rate=-1"], "--learning-rate -1.0: a number from 0 is needed"),
        (["--batch-size", "0"], "--batch-size 0: a whole number from 1 is needed"),
        (["--dimension", "33"], "--dimension 33: at most 32 is possible"),
        (["--noise", "nan"], "--noise nan: a number from 0 is needed"),
        (["--cosine", "2"], "--cosine 2.0: a number from -1 to 1 is needed"),
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
            ["regression", "--learning-rate", "1e6", "--batch-size", "16", "--quiet"],
            in: NSTemporaryDirectory())
        #expect(ending.status == 1)
        #expect(ending.errors.contains("reached numbers that are not finite at iteration"))
    }
}

@Suite struct ReproduceCommandTests {
    @Test func `a figure comes with its data, script, pictures and words`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                ["reproduce", "figure4", "table1", "--quick", "--quiet", "--output", "f"],
                in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.output.hasPrefix("Figure 4: "))
            let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/f").sorted()
            #expect(
                names == [
                    "figure4.csv", "figure4.gp", "figure4.pdf", "figure4.svg", "figure4.txt",
                    "table1.csv", "table1.md", "table1.txt",
                ])
            let svg = try String(contentsOfFile: folder + "/f/figure4.svg", encoding: .utf8)
            #expect(svg.contains("(d) V only, ZS+FS"))
        }
    }

    @Test func `without gnuplot data and script are written, and a line says so`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(
                ["reproduce", "figure2", "--quick", "--quiet"], in: folder,
                environment: ["PATH": "/nowhere"])
            #expect(ending.status == 1)
            #expect(ending.firstError.hasPrefix("Error: gnuplot is not on PATH"))
            let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/figures")
            #expect(names.sorted() == ["figure2.csv", "figure2.gp", "figure2.txt"])
        }
    }

    @Test func `a name that is none`() throws {
        let ending = try Program.run(["reproduce", "figure9"], in: NSTemporaryDirectory())
        #expect(ending.status == 64)
        #expect(ending.firstError.hasPrefix("Error: reproduce figure9: there is no such figure"))
    }
}
