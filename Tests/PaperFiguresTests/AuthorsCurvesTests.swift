import Foundation
import Plots
import TestSupport
import Testing

@testable import LinearAttention
@testable import PaperFigures

/// The theory's curves of Figures 1 to 4.
@Suite struct AuthorsCurvesTests {
    private func runner() -> FigureRunner {
        FigureRunner(isQuick: true, models: TrainingCache()) { _, _ in
            Issue.record("a figure of the theory trains nothing")
        }
    }

    private func series(_ figure: RegressionFigure) throws -> [Series] {
        try #require(figure.make(runner()).figure).panels.flatMap(\.series)
    }

    @Test(
        .enabled(
            if: Fixture.shared.map {
                FileManager.default.fileExists(atPath: $0 + "/authors/theory-curves.csv")
            } ?? false, "there is no ../shared/authors"))
    func `every point of the authors' curves is drawn`() throws {
        let path = try #require(Fixture.shared) + "/authors/theory-curves.csv"
        let lines = try String(contentsOfFile: path, encoding: .utf8)
            .split(whereSeparator: \.isNewline)
        let setup = try RegressionSetup.paper()
        let four = AuthorsCurves.figure4(setup)
        let drawn = [
            "1": try series(.figure1), "2": try series(.figure2), "3top": try series(.figure3),
            "3bottom": try series(.figure3),
        ]
        var compared = 0
        for line in lines.dropFirst() {
            let fields = line.split(separator: ",").map(String.init)
            let (n, expected) = (try #require(Int(fields[2])), try #require(Double(fields[3])))
            let found: Double
            if let curves = drawn[fields[0]] {
                let name = fields[1] == "w*" ? "w*(n)" : fields[1].replacing("=", with: " = ")
                let curve = try #require(curves.first { $0.name == name }, "\(line)")
                // Their list of w* has one element more than they draw.
                if fields[0] == "3bottom", n == 41 { continue }
                found = try #require(curve.points.first { $0.x == Double(n) }, "\(line)").y
            } else {
                let curve = try #require(four.first { $0.name == fields[1] }, "\(line)")
                found = setup.problem.error(of: [curve.head], context: n, task: setup.task)
            }
            // The file has six decimals.
            #expect(abs(found - expected) <= 5.0001e-7, "\(line): \(found)")
            compared += 1
        }
        #expect(compared == lines.count - 2)
    }

    @Test func `curves are those of the paper's parametrisations`() throws {
        // By hand: w = 1, n = 1: 0.1 + 1/4 + 1/4 (4 + 0.1).
        let full = try #require(try series(.figure2).first { $0.name == "w = 1" })
        #expect(abs(full.points[1].y - 1.375) < 1e-12)
        // w = 10, n = 1: 0.1 + 1/4 + 1/4 (1.1² + 0.001); with w for 1/w it would be 33 and more.
        let ten = try #require(try series(.figure2).first { $0.name == "w = 10" })
        #expect(abs(ten.points[1].y - 0.652_75) < 1e-12)
        // d = 6 without noise, a = 1000/1007, n = 1: (1 - a/2)² + 1/4 (6 + 1) a².
        let one = try #require(try series(.figure1).first { $0.name == "d = 6" })
        let a = 1000.0 / 1007
        #expect(abs(one.points[1].y - ((1 - a / 2) * (1 - a / 2) + 7.0 / 4 * a * a)) < 1e-12)
        // Their dot at n = 20 is w*(21) = (22 - 34/9)/27.5.
        let dot = try #require(try series(.figure3).first { $0.name == "w* = 0.66" })
        #expect(dot.points.count == 1 && dot.points[0].x == 20)
        #expect(abs(dot.points[0].y - (22 - 34.0 / 9) / 27.5) < 1e-12)
    }

    @Test func `readings are of the regime and task that are asked`() {
        let mixed = FineTuning(.v, .withFewShot)
        #expect(AuthorsReadings.errors(mixed, isOpposite: true) == [3.45, 1.85, 0.85, 0.59, 0.455])
        #expect(AuthorsReadings.errors(nil, isOpposite: false)?.first == 1.078)
        #expect(AuthorsReadings.errors(nil, isOpposite: true) == nil)
        #expect(AuthorsReadings.errors(FineTuning(.k, .zeroShot), isOpposite: false) == nil)
        for target in [FineTuningTarget.all, .q, .v] {
            for objective in FineTuning.Objective.allCases {
                for isOpposite in [false, true] {
                    let tuning = FineTuning(target, objective)
                    #expect(AuthorsReadings.errors(tuning, isOpposite: isOpposite)?.count == 5)
                }
            }
        }
    }
}

@Suite struct FigureTextTests {
    private func filled(
        _ template: String, _ values: [String: String] = [:], _ flags: [String: Bool] = [:]
    ) -> String {
        FigureText(Array(template.utf8)).filled(values, flags: flags)
    }

    @Test func `values are filled in and sections stand where their flag says so`() {
        #expect(filled("a {{x}}, {{x}}.", ["x": "1"]) == "a 1, 1.\n")
        let template = "{{#whole}}found {{x}}{{/whole}}{{^whole}}quick{{/whole}}"
        #expect(filled(template, ["x": "1"], ["whole": true]) == "found 1\n")
        #expect(filled(template, ["x": "1"], ["whole": false]) == "quick\n")
        let nested = "{{#a}}[{{#b}}in{{/b}}]{{/a}}end"
        #expect(filled(nested, [:], ["a": false, "b": true]) == "end\n")
        #expect(filled(nested, [:], ["a": true, "b": false]) == "[]end\n")
    }

    @Test func `a section left out leaves no gap`() {
        #expect(filled("a\n\n{{#f}}b{{/f}}\n\nc\n\n", [:], ["f": false]) == "a\n\nc\n")
    }

    @Test func `a name without a value ends the program, in sections left out too`() async {
        await #expect(processExitsWith: .failure) {
            _ = FigureText(Array("{{#f}}{{x}}{{/f}}".utf8)).filled([:], flags: ["f": false])
        }
        await #expect(processExitsWith: .failure) {
            _ = FigureText(Array("a".utf8)).filled(["x": "1"])
        }
    }
}
