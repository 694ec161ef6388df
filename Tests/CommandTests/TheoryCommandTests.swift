import Foundation
import TestSupport
import Testing

/// Theory's questions and tables. Numbers are those of the hand, at small dimensions.
@Suite struct TheoryCommandTests {
    private func run(_ arguments: [String]) throws -> Program.Ending {
        try Program.run(["theory"] + arguments, in: NSTemporaryDirectory())
    }

    private func expectOutput(
        _ lines: [String], _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let ending = try run(arguments)
        #expect(ending.errors == "", sourceLocation: sourceLocation)
        #expect(ending.status == 0, sourceLocation: sourceLocation)
        #expect(
            ending.output == lines.map { $0 + "\n" }.joined(), sourceLocation: sourceLocation)
    }

    @Test func `the errors of full fine-tuning are those of Corollary 4_4`() throws {
        // 0.1 + (1 - 1/2)^2 + 1/4 ((1 + 1)^2 + 0.1) and 0.1 + (1 - 1/4)^2 + 3/16 (4 + 0.1)
        try expectOutput(
            ["shots  error", "    0  0.1", "    1  1.375", "    3  1.43125"],
            ["error", "--regime", "full", "--w", "1", "--shots", "0-1,3"])
        // On -theta0: 0.1 + 2^2; 0.1 + (1 + 1/2)^2 + 1/4 (0 + 0.1)
        try expectOutput(
            ["shots  error", "    0  4.1", "    1  2.375"],
            ["error", "--regime", "full", "--w", "1", "--shots", "0,1", "--task", "opposite"])
        // w = -1 on theta0 is w = 1 on -theta0 but for the first term: 0.1 + 1/4 + 1/4 (0 + 0.1)
        try expectOutput(
            ["shots  error", "    1  0.375"],
            ["error", "--regime", "full", "--w", "-1", "--shots", "1"])
    }

    @Test func `the zero-shot error of value fine-tuning leaves out two of d and four`() throws {
        try expectOutput(
            ["shots  error", "    0  0.3222222222"],
            ["error", "--regime", "value", "--shots", "0"])
        // 0.1 + 1 + 3 (5 + 2)/(5 + 4)
        try expectOutput(
            ["shots  error", "    0  3.433333333"],
            ["error", "--regime", "value", "--shots", "0", "--task", "-1,0,0,0,0"])
        try expectOutput(
            ["shots  error", "    0  3.433333333"],
            ["error", "--regime", "value", "--shots", "0", "--task", "cos:-1"])
    }

    @Test func `one answer as JSON`() throws {
        // A = 4/5; |1 - 1/2 * 4/5|^2 + 1/4 (16/25 + 16/25) at n = 1.
        try expectOutput(
            [
                "{\"regime\": \"pretrained\", \"dimension\": 1, \"context\": 3, \"noise\": 0.0, "
                    + "\"w\": null, \"task\": [1.0], \"cosine\": 1.0, \"errors\": "
                    + "[{\"shots\": 0, \"error\": 1.0}, {\"shots\": 1, \"error\": 0.68}]}"
            ],
            [
                "error", "--regime", "pretrained", "--dimension", "1", "--context", "3", "--noise",
                "0", "--shots", "0,1", "--json",
            ])
    }

    @Test func `numbers too large to compute with are refused`() throws {
        for theta in ["1e200,0,0,0,0", "1e308,1e308,1e308,1e308,1e308"] {
            for format in [[], ["--json"]] {
                let ending = try run(["optimum", "--theta0", theta] + format)
                #expect(ending.status == 1)
                #expect(ending.output == "")
                #expect(
                    ending.errors == "Error: the optima have numbers too large to compute with at "
                        + "these settings; smaller ones, of --theta0 first, are needed\n")
            }
        }
    }

    @Test func `the optima of one dimension are those of the hand`() throws {
        // tau = 4/5, threshold tau/(2 - tau) - 1; w*(1) = (2 - 6/5)/3, w_bar(1) = 2/3.
        try expectOutput(
            [
                "pretrained (Corollary 4.1): v21 = 0, q = 0, v Q11 =", "  0.8",
                "better than zero-shot for shots above", "  exact, this task: -0.3333333333",
                "  (12), every task: -0.3333333333", "  (14), isotropic: -0.3333333333",
                "full, zero-shot loss (15): Q11 = 0, q = 1, any w, v21 =", "  1",
                "value, zero-shot loss (21): q = 0, any w, v21 =", "  0.2", "  Q11 =", "  1",
                "  zero-shot error 0.4", "  paper's w = m/(m+1+d): 0.6",
                "  shots  w_star(n; theta0)  w_bar(n)",
                "      1       0.2666666667  0.6666666667",
            ],
            [
                "optimum", "--dimension", "1", "--context", "3", "--noise", "0", "--shots", "1",
            ])
    }

    @Test func `the optima as JSON with a covariance from a file`() throws {
        try Fixture.withTemporaryFolder { folder in
            try "2, 0\n0\t0.5\n".write(
                toFile: folder + "/sigma.txt", atomically: false, encoding: .utf8)
            let ending = try Program.run(
                [
                    "theory", "optimum", "--covariance", "sigma.txt", "--context", "4", "--noise",
                    "0.5", "--shots", "5", "--json", "--theta0", "1,-1",
                ], in: folder)
            #expect(ending.status == 0)
            let object = try #require(
                JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any])
            let pretrained = try #require(object["pretrained"] as? [String: Any])
            // 5/(5 lambda + 2.5 + 0.5)
            let map = try #require(pretrained["A"] as? [[Double]])
            #expect(abs(map[0][0] - 5 / 13.0) < 1e-14 && abs(map[1][1] - 5 / 5.5) < 1e-14)
            #expect(map[0][1] == 0)
            #expect(pretrained["threshold_14"] is NSNull)
            let value = try #require(object["value"] as? [String: Any])
            // sigma2 + 2/6 of 2.5
            let error = try #require(value["zero_shot_error"] as? Double)
            #expect(abs(error - (0.5 + 2.5 / 3)) < 1e-14)
        }
    }

    @Test(arguments: [
        (
            "--regime vaule: there is no regime 'vaule'; did you mean 'value'? One of pretrained, "
                + "full, value is needed", ["--regime", "vaule"]
        ),
        ("--noise -0.5: a finite number from 0 is needed", ["--noise", "-0.5"]),
        ("--context -3: a whole number from 0 to 1e9 is needed", ["--context", "-3"]),
        ("--dimension 0: a whole number from 1 to 500 is needed", ["--dimension", "0"]),
        (
            "--dimension 4: --covariance ahn has dimension 5; the same, or one of the two, is needed",
            ["--dimension", "4", "--covariance", "ahn"]
        ),
        (
            "--covariance isotopic: there is no such file; did you mean 'isotropic'?",
            ["--covariance", "isotopic"]
        ),
        (
            "--covariance diag:1,-1: the covariance of the inputs has an eigenvalue that is not above "
                + "0; a positive definite matrix is needed", ["--covariance", "diag:1,-1"]
        ),
        (
            "--covariance diag:1,x: finite numbers joined by commas are needed",
            ["--covariance", "diag:1,x"]
        ),
        (
            "--prior inverted: there is no prior 'inverted'; did you mean 'inverse'? One of standard, "
                + "inverse is needed", ["--prior", "inverted"]
        ),
        ("--theta0 1,2: 5 numbers, not all 0, are needed", ["--theta0", "1,2"]),
        ("--theta0 0,0,0,0,0: 5 numbers, not all 0, are needed", ["--theta0", "0,0,0,0,0"]),
        ("--task 1,2: 5 numbers are needed", ["--task", "1,2"]),
        ("--task cos:2: a cosine from -1 to 1 is needed, as in cos:0.5", ["--task", "cos:2"]),
        (
            "--task oposite: there is no task 'oposite'; did you mean 'opposite'? One of same, "
                + "opposite, cos:0.5, 1,0,… is needed", ["--task", "oposite"]
        ),
        (
            "--task cos:0.5: a task at cosine 0.5 was asked for in one dimension; -1 or 1 is needed "
                + "there", ["--task", "cos:0.5", "--dimension", "1"]
        ),
        (
            "--shots 5-1: whole numbers from 0 to 1e9 such as 20, 0,5,20 or 0-40 are needed",
            ["--shots", "5-1"]
        ),
        (
            "--shots 0-200000: at most 100,000 in a range are answered", ["--shots", "0-200000"]
        ),
        (
            "the error is too large a number at these settings; smaller ones are needed",
            ["--w", "1e200"]
        ),
        (
            "--w nan: a finite number, pretrained, paper or best is needed", ["--w", "nan"]
        ),
    ])
    func `a wrong flag is named`(words: String, arguments: [String]) throws {
        let regime = arguments[0] == "--regime" ? [] : ["--regime", "value"]
        let ending = try run(["error"] + regime + arguments)
        #expect(ending.status == 64)
        #expect(ending.output == "")
        #expect(ending.errors == "Error: " + words + "\n")
    }

    @Test func `a covariance that is not square is refused`() throws {
        try Fixture.withTemporaryFolder { folder in
            try "1 0\n0\n".write(toFile: folder + "/s.txt", atomically: false, encoding: .utf8)
            let ending = try Program.run(
                ["theory", "optimum", "--covariance", "s.txt"], in: folder)
            #expect(ending.status == 1)
            #expect(
                ending.errors
                    == "Error: s.txt: row 2 of 2 is not 2 finite numbers; a square matrix, a row a "
                    + "line, is needed\n")
            try Data([0x31, 0xff, 0x80]).write(to: URL(fileURLWithPath: folder + "/s.txt"))
            #expect(
                try Program.run(["theory", "optimum", "--covariance", "s.txt"], in: folder).errors
                    == "Error: s.txt: cannot be read as text; a row of numbers a line is needed\n")
        }
    }
}
