import Foundation
import LinearAttention
import TestSupport
import Testing

@Suite struct TheoryTableTests {
    private static let header = TheoryRow.columns.joined(separator: ",")

    /// The fields of a line; quotes surround fields with commas.
    private func row(_ line: String) throws -> TheoryRow {
        var fields = [""]
        var isQuoted = false
        for character in line {
            if character == "\"" {
                isQuoted.toggle()
            } else if character == ",", !isQuoted {
                fields.append("")
            } else {
                fields[fields.count - 1].append(character)
            }
        }
        return try TheoryRow(
            Dictionary(uniqueKeysWithValues: zip(TheoryRow.columns, fields)))
    }

    private func compare(_ path: String) throws -> TheoryComparison {
        let lines = try String(contentsOfFile: path, encoding: .utf8)
            .split(whereSeparator: \.isNewline)
        #expect(lines[0] == Self.header)
        var comparison = TheoryComparison()
        for line in lines.dropFirst() {
            let difference = try comparison.add(row(String(line)))
            #expect(difference <= 1e-12, "\(line)")
        }
        return comparison
    }

    @Test(.enabled(if: Fixture.shared != nil, "there is no ../shared"))
    func `every row of the reference table is computed`() throws {
        let comparison = try compare(#require(Fixture.shared) + "/theory-reference.csv")
        #expect(comparison.rowCount == 535)
        #expect(comparison.quantities.count == 13)
    }

    @Test func `every row of the oracle's table is computed`() throws {
        let comparison = try compare(Fixture.golden + "/theory.csv")
        #expect(comparison.rowCount == 339)
        #expect(comparison.quantities.count == 14)
    }

    @Test func `rows that are not understood are refused`() throws {
        let cases: [(String, String)] = [
            (
                "fig2,full fine-tuned (16),5,,3,0.1,1,+theta0,error,1",
                "curve 'full fine-tuned (16)' is not understood; a name as in theory-reference.csv "
                    + "is needed"
            ),
            (
                "fig9,full fine-tuned (15),5,,3,0.1,1,+theta0,error,1",
                "figure 'fig9' is not understood; fig1 to fig4d, a numbered result such as prop4.10, "
                    + "or general is needed"
            ),
            (
                "fig2,full fine-tuned (15),5,,3,0.1,,+theta0,error,1",
                "w is empty; error of 'full fine-tuned (15)' needs it"
            ),
            (
                "fig2,full fine-tuned (15),5,,,0.1,1,+theta0,error,1",
                "n is empty; error of 'full fine-tuned (15)' needs it"
            ),
            (
                "fig2,full fine-tuned (15),5,,2.5,0.1,1,+theta0,error,1",
                "n is '2.5'; a whole number from 0 to 1000000000 is needed"
            ),
            (
                "fig2,full fine-tuned (15),0,,2,0.1,1,+theta0,error,1",
                "d is '0'; a whole number from 1 to 500 is needed"
            ),
            (
                "fig2,full fine-tuned (15),,,2,0.1,1,+theta0,error,1",
                "d is empty; the dimension is needed"
            ),
            (
                "fig2,full fine-tuned (15),5,,2,-1,1,+theta0,error,1",
                "sigma2 is '-1'; a finite number from 0 is needed"
            ),
            (
                "fig2,full fine-tuned (15),5,,2,0.1,1,+theta0,error,nan",
                "value is 'nan'; a finite number is needed"
            ),
            (
                "fig2,full fine-tuned (15),5,,2,0.1,1,theta2,error,1",
                "task 'theta2' is not understood here; +theta0, -theta0, theta1 (d = 5), or cos where "
                    + "the curve's name has one, is needed"
            ),
            (
                "fig2,full fine-tuned (15),5,,2,0.1,1,+theta0,w_star,1",
                "quantity 'w_star' of curve 'full fine-tuned (15)' on task '+theta0' is not "
                    + "understood; a combination as in theory-reference.csv is needed"
            ),
            (
                "fig4c,\"value fine-tuned, w=m/(m+1+d)\",5,20,2,0.1,0.5,+theta0,error,1",
                "w is 0.5, and 0.7692307692307693 by the curve's name 'value fine-tuned, "
                    + "w=m/(m+1+d)'; the same is needed"
            ),
            (
                "general,\"pretrained vQ11, theta~N(0,I)\",5,20,,0.1,,,\"A[1,6]\",1",
                "quantity 'A[1,6]' has no such element; indices from 1 to 5 are needed"
            ),
            (
                "general,\"pretrained vQ11, theta~N(0,I)\",5,20,,0.1,,,\"A[1,x]\",1",
                "quantity 'A[1,x]' is not understood; indices are needed as in A[1,2]"
            ),
            (
                "general,full fine-tuned,4,,2,0.1,1,+theta0,error,1",
                "the figure general has d = 4, s = 1.0; d = 5 and s = 1 are needed"
            ),
            (
                "fig2,\"arbitrary V,Q (one head)\",5,,2,0.1,,+theta0,error,1",
                "curve 'arbitrary V,Q (one head)' is defined for the figure general, not for fig2"
            ),
            (
                "fig1,pretrained exact,5,,2,0.1,,+theta0,error,1",
                "m is empty; error of 'pretrained exact' needs it"
            ),
        ]
        for (line, words) in cases {
            expectRefusal(words) { try row(line).computed() }
        }
    }

    @Test func `a difference is relative to the value, or to a thousandth`() throws {
        var comparison = TheoryComparison()
        // sigma2 = 0.1 is the zero-shot error of (15) on its own task.
        let line = "fig2,full fine-tuned (15),5,,0,0.1,1,+theta0,error,"
        expectEqual(try comparison.add(row(line + "0.2")), 0.5)
        let excess = "prop4.10,excess,5,,3,0.1,,+theta0,excess,"
        expectEqual(try comparison.add(row(excess + "0.0001")), 0.1)
        #expect(comparison.quantities.map(\.name) == ["error", "excess"])
        expectEqual(comparison.quantities.map(\.largestDifference), [0.5, 0.1])
    }
}
