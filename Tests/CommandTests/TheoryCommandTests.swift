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
        // 1/w = 2: 0.1 + 1/4 + 1/4 ((1 + 2)^2 + 4 * 0.1)
        try expectOutput(
            ["shots  error", "    1  2.7"],
            ["error", "--regime", "full", "--w", "0.5", "--shots", "1"])
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
        // tau = 4/5, threshold tau/(2 - tau) - 1; the paper's tau 3/5; w*(1) = (2 - 6/5)/3, w_bar(1) = 2/3.
        // Of n = 1, v = 3/5, P = Sigma = t = kappa = 1: A = 3 + 5 + 10 + 18 = 36, B = 2 + 0.6 + 2 + 0.6 + 2.4
        // = 7.6, C = 0.72 - 2.4 + 0.36 = -1.32; radius 7.6²/36 + C; E_1 - E_0 = C/4, and with v21 = 1/5
        // (-36/25 + 2 * 7.6/5 + C)/4. Excess: c2 = (1 + 2)/4 times (w*(1) - w*(-1))² = (0.8/3 - 3.2/3)².
        // gamma = 2/4 (3 (0.2 + 0.6) - 2 + 3 (0.4 + 0.6) + 15/5 - 6); w_rest = (5 - 9/5)/6.
        try expectOutput(
            [
                "pretrained (Corollary 4.1): v21 = 0, q = 0, v Q11 =", "  0.8",
                "better than zero-shot for shots above", "  exact, this task: -0.3333333333",
                "  (12), every task: -0.3333333333", "  (14), isotropic: -0.3333333333",
                "  (14), tau = m/(m+1+d): -0.5714285714",
                "full, zero-shot loss (15): v21 = w theta0, v = 1, Q11 = 0, q = 1/w, any w, theta0 =",
                "  1",
                "value, zero-shot loss (21): q = 0, any w, v21 =", "  0.2", "  Q11 =", "  1",
                "  zero-shot error 0.4", "  paper's w = m/(m+1+d): 0.6",
                "  shots  w_star(n; theta0)  w_bar(n)",
                "      1       0.2666666667  0.6666666667",
                "nearest (21) to the pretrained V, both with Q11 = Sigma^-1 (Proposition 4.7): "
                    + "w = 0.6, distance 0.2",
                "more shots are worse than none where (v21 - center)' A (v21 - center) <= radiu"
                    + "s (Theorem 4.5, Q11 = Sigma^-1, v = 0.6)",
                "  shots  tr A  tr B   tr C        radius  E_n - E_0 of v21 = 0  of (21)",
                "      1    36   7.6  -1.32  0.2844444444                 -0.33     0.07",
                "  center at 1 shots:",
                "  0.2111111111",
                "error of w_star(n; theta0) on -theta0 above that of w_star(n; -theta0) (Propos"
                    + "ition 4.10), limit 0.16",
                "  shots  excess",
                "      1    0.48",
                "a step on the few-shot loss from v21 = alpha theta0, w = 0.6, alpha = 1/(d+4) "
                    + "= 0.2: gamma = dE_n/dalpha, 0 at w = w_rest (Lemma A.19); it raises the zero-s"
                    + "hot error within rate |gamma|/2 of 1/(d+4), rate 0.01 (Theorem A.20)",
                "  shots  gamma        w_rest  rate |gamma|/2",
                "      1    0.2  0.5333333333           0.001",
            ],
            [
                "optimum", "--dimension", "1", "--context", "3", "--noise", "0", "--shots", "1",
            ])
    }

    @Test func `the paper's threshold and its prior are there`() throws {
        let ending = try run(["optimum", "--prior", "sphere", "--shots", "20"])
        #expect(ending.status == 0)
        // d tau/(2 - tau) (1 + sigma2) - 1 at tau = 20/26; A = 21/26.5 with tasks on the sphere.
        #expect(ending.output.contains("\n  (14), tau = m/(m+1+d): 2.4375\n"))
        #expect(ending.output.contains("\n  0.7924528302 0 0 0 0\n"))
        let wrong = try run(["optimum", "--rate", "0"])
        #expect(wrong.status == 64)
        #expect(wrong.errors == "Error: --rate 0.0: a finite number above 0 is needed\n")
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
            "--regime vaule: did you mean value? one of pretrained, full, value is needed",
            ["--regime", "vaule"]
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
            "--prior inverted: did you mean inverse? one of sphere, standard, inverse is needed",
            ["--prior", "inverted"]
        ),
        ("--theta0 1,2: 5 numbers, not all 0, are needed", ["--theta0", "1,2"]),
        ("--theta0 0,0,0,0,0: 5 numbers, not all 0, are needed", ["--theta0", "0,0,0,0,0"]),
        ("--task 1,2: 5 numbers are needed", ["--task", "1,2"]),
        ("--task cos:2: a cosine from -1 to 1 is needed, as in cos:0.5", ["--task", "cos:2"]),
        (
            "--task oposite: did you mean opposite? one of same, opposite, cos:0.5, 1,0,… is needed",
            ["--task", "oposite"]
        ),
        (
            "--task cos:0.5: a task's cosine: is 0.5; -1 or 1 is needed in one dimension",
            ["--task", "cos:0.5", "--dimension", "1"]
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
        (
            "--w 0: (15) has q = 1/w; a number other than 0 is needed",
            ["--regime", "full", "--w", "0"]
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
                    == "Error: s.txt, line 1: is not UTF-8; text in UTF-8 is needed\n")
        }
    }
}
