import Basics
import Foundation
import TestSupport
import Testing

@Suite struct TheoryTableCommandTests {
    private static let columns = "figure,curve,d,m,n,sigma2,w,task,quantity,value"

    /// Runs on a file `t.csv` of these lines.
    private func run(_ lines: [String], _ flags: [String] = []) throws -> Program.Ending {
        try Fixture.withTemporaryFolder { folder in
            try lines.joined(separator: "\n").write(
                toFile: folder + "/t.csv", atomically: false, encoding: .utf8)
            return try Program.run(["theory", "table", "--input", "t.csv"] + flags, in: folder)
        }
    }

    /// Name and rows of each line of the output.
    private func counts(_ output: String) -> [String] {
        output.split(separator: "\n").dropFirst().map { line in
            line.split(separator: " ").dropLast().joined(separator: " ")
        }
    }

    @Test func `the oracle's table is within the tolerance`() throws {
        let ending = try Program.run(
            ["theory", "table", "--input", Fixture.golden + "/theory.csv"],
            in: NSTemporaryDirectory())
        #expect(ending.status == 0)
        #expect(ending.errors == "")
        #expect(counts(ending.output).contains("error 220"))
        #expect(counts(ending.output).contains("threshold n (14) 4"))
        #expect(counts(ending.output).last == "all 339")
    }

    @Test(.enabled(if: Fixture.shared != nil, "there is no ../shared"))
    func `the reference table is within the tolerance`() throws {
        let path = try #require(Fixture.shared) + "/theory-reference.csv"
        let ending = try Program.run(
            ["theory", "table", "--input", path, "--tolerance", "1e-12"],
            in: NSTemporaryDirectory())
        #expect(ending.status == 0)
        #expect(ending.errors == "")
        #expect(counts(ending.output).last == "all 535")
    }

    /// (15) errs by sigma2 zero-shot; at n = 1 and w = 1 by 0.1 + 1/4 + 1/4 (4 + 0.1).
    private let right = [
        columns, "fig2,full fine-tuned (15),5,,0,0.1,1,+theta0,error,0.1",
        "fig2,full fine-tuned (15),5.0,,1.0,0.1,1,+theta0,error,1.375\r", "",
    ]

    @Test func `columns may stand in any order`() throws {
        let ending = try run([
            "value,quantity,task,w,sigma2,n,m,d,curve,figure",
            "0.1,error,+theta0,1,0.1,0,,5,full fine-tuned (15),fig2",
        ])
        #expect(
            ending.output == """
                quantity   rows  largest relative difference
                error         1  0.00e+00
                all           1  0.00e+00

                """)
        #expect(ending.status == 0)
        #expect(try run(right).status == 0)
    }

    @Test func `every line that is wrong is named`() throws {
        let ending = try run(
            right + [
                "fig2,full fine-tuned (15),5,,0,0.1,1,+theta0,error,0.2",
                "fig2,full fine-tuned (15),5,,0,0.1,1,+theta0,eror,0.1",
                "fig2,full fine-tuned (15),5,,0,0.1,1,+theta0,error,inf",
            ])
        #expect(ending.status == 1)
        #expect(
            ending.output == """
                quantity   rows  largest relative difference
                error         3  5.00e-01
                all           3  5.00e-01

                """)
        #expect(
            ending.errors == """
                Error: t.csv, line 5: error is given as 0.2, 5.00e-01 from what is computed; at most \
                1e-09 is allowed
                  line 6: quantity 'eror' of curve 'full fine-tuned (15)' on task '+theta0' is not \
                understood; a combination as in theory-reference.csv is needed
                  line 7: value is 'inf'; a finite number is needed

                """)
        #expect(try run(right, ["--tolerance", "0"]).status == 0)
        let wide = [Self.columns, "fig2,full fine-tuned (15),5,,0,0.1,1,+theta0,error,0.2"]
        #expect(try run(wide, ["--tolerance", "0.6"]).status == 0)
        #expect(try run(wide, ["--tolerance", "0.4"]).status == 1)
    }

    private func expectError(
        _ words: String, _ ending: Program.Ending, status: Int32 = 1,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(ending.status == status, sourceLocation: sourceLocation)
        #expect(ending.output == "", sourceLocation: sourceLocation)
        #expect(ending.errors == "Error: " + words + "\n", sourceLocation: sourceLocation)
    }

    @Test func `what is no table is refused`() throws {
        expectError(
            "absent.csv: there is no such file, or it cannot be read; a CSV with the columns "
                + "\(Self.columns) is needed",
            try Program.run(
                ["theory", "table", "--input", "absent.csv"], in: NSTemporaryDirectory()))
        expectError(
            "t.csv: has no rows; a header and one row or more are needed", try run([Self.columns]))
        expectError(
            "t.csv, line 1: has the columns figure,curve; the columns \(Self.columns) are needed",
            try run(["figure,curve", "1,2"]))
        expectError(
            "t.csv, line 3: has 2 fields; 10 are needed, as in the header",
            try run([Self.columns, "", "fig1,pretrained exact"]))
        expectError(
            "t.csv, row 2: a quoted field does not end before the file does; a closing quote is "
                + "needed", try run([Self.columns, "fig1,\"pretrained"]))
        expectError(
            "--tolerance -1.0: a finite number from 0 is needed",
            try run(right, ["--tolerance=-1"]), status: 64)
    }
}
