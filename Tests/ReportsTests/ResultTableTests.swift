import Basics
import Foundation
import Scoring
import Statistics
import TestSupport
import Testing
import Tracking

@testable import Reports
@testable import Tracking

@Suite struct ResultTableTests {
    private func withTable(
        hasPaper: Bool = false, hasTotal: Bool = false, _ body: (ResultTable) throws -> Void
    ) throws {
        try SmallSweep.with { store in
            try body(
                ResultTable(
                    ReportPage.reported(SmallSweep.runs(store)), in: store, hasPaper: hasPaper,
                    hasTotal: hasTotal))
        }
    }

    private func expect(
        _ cell: TableCell??, _ mean: Double, _ error: Double?,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard let cell = cell ?? nil else {
            Issue.record("no cell", sourceLocation: sourceLocation)
            return
        }
        expect(cell.mean, cell.standardError, mean, error, sourceLocation)
    }

    private func expect(
        _ difference: ComparisonTable.Row??, _ mean: Double, _ error: Double?,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard let difference = difference ?? nil else {
            Issue.record("no difference", sourceLocation: sourceLocation)
            return
        }
        expect(
            difference.micro.mean, difference.micro.standardError, mean, error, sourceLocation)
    }

    private func expect(
        _ found: Double, _ foundError: Double?, _ mean: Double, _ error: Double?,
        _ sourceLocation: SourceLocation
    ) {
        #expect(abs(found - mean) < 1e-12, sourceLocation: sourceLocation)
        #expect((foundError == nil) == (error == nil), sourceLocation: sourceLocation)
        if let foundError, let error {
            #expect(abs(foundError - error) < 1e-12, sourceLocation: sourceLocation)
        }
    }

    @Test func `two seeds are two values, and the base model has its error over questions`() throws
    {
        try withTable(hasTotal: true) { table in
            #expect(table.columns.map(\.shots) == [0, 0, 0, 7, 7])
            #expect(
                table.columns.map(\.category) == [
                    "humanities", "stem", "all", "humanities", "all",
                ])
            #expect(table.rows.map(\.name) == ["Base model", "ZS on V"])
            let base = table.rows[0]
            // Questions 1 and 0: a variance of 1/2, over 2; one question has no error.
            expect(base.cells[0], 0.5, 0.5)
            expect(base.cells[1], 0.5, nil)
            #expect(base.cells[0]?.standardErrorOver == .questions)
            // (1/2 + z²/4 ± z √(1/8 + z²/16)) / (1 + z²/2), z² = 3.8415.
            let interval = try #require(base.cells[0]?.interval)
            #expect(abs(interval.lower - 0.094531) < 1e-6 && abs(interval.upper - 0.905469) < 1e-6)
            #expect(base.differences == nil && base.paper == nil)
            let row = table.rows[1]
            #expect(row.runs.count == 2)
            expect(row.cells[0], 0.875, nil)
            #expect(row.cells[0]?.seeds == [0.75, 1])
            expect(row.cells[1], 0.25, nil)
            expect(row.cells[2], 2.0 / 3, nil)
            expect(row.cells[3], 0.75, nil)
            expect(row.differences?[0], 0.375, nil)
            #expect(row.differences?[0]?.micro.seedMeans == [0.25, 0.5])
            expect(row.differences?[1], -0.25, nil)
            expect(row.differences?[2], 1.0 / 6, nil)
            expect(row.differences?[3], -0.25, nil)
            #expect(row.differences?.allSatisfy { $0?.micro.noChangeP == nil } == true)
            #expect(row.cells.allSatisfy { $0?.interval == nil })
        }
    }

    @Test func `three seeds have errors, intervals and tests over seeds and questions`() throws {
        try SmallSweep.with { store in
            // Philosophy 0 and 1: 1 0 and 0 0; physics 0 0; seven shots 1 1.
            try SmallSweep.add(
                "v-s3", "ZS on V", "report", 3, ["10", "00", "00", "11"], to: store)
            let table = try ResultTable(
                ReportPage.reported(SmallSweep.runs(store)), in: store, hasTotal: true)
            let row = table.rows[1]
            // Seeds 3/4, 1 and 1/4 about 2/3: 1/144 + 16/144 + 25/144, over 2, over 3.
            expect(row.cells[0], 2.0 / 3, (42.0 / 144 / 6).squareRoot())
            #expect(row.cells[0]?.standardErrorOver == .seeds)
            // t(2) = 4.302653: from 0 to 1.
            #expect(row.cells[0]?.interval == Interval(lower: 0, upper: 1))
            // Seeds 1/2, 1 and 1 about 5/6, of seven shots.
            expect(row.cells[3], 5.0 / 6, (1.0 / 6 / 6).squareRoot())
            let difference = try #require(row.differences?[0])
            #expect(difference.micro.seedMeans == [0.25, 0.5, -0.25])
            let sample = try PairedDifference(
                seeds: [[["11", "10"]], [["11", "11"]], [["10", "00"]]].map { seed in
                    try seed.map { answers in
                        try PairedSample(
                            first: [[true, true], [false, false]],
                            second: answers.map { $0.map { $0 == "1" } })
                    }
                })
            #expect(difference.micro.standardError == sample.standardError)
            #expect(difference.micro.interval == sample.interval)
            #expect(difference.micro.noChangeP == sample.noChangeP)
            #expect(difference.verdict == .tooFewQuestions)
            // STEM has one question, whose spread is not known: the one test of its family.
            #expect(difference.adjustedP == min(1, 2 * (sample.noChangeP ?? 1)))
        }
    }

    private static let caption =
        "Accuracy in percent. In brackets q: standard error over questions. Rows of 2 training seeds "
        + "are means over them; two seeds are shown as two values. 95 %: Wilson's interval by question. "
        + "Differences from the base model in percentage points on the same questions."
    private static let paperCaption =
        caption.replacing("questions. Rows", with: "questions; r: over repeats. Rows")
        + " Paper: Table 2 of arXiv 2602.23197, Qwen2.5-3B-Instruct on MMLU."

    @Test func `a terminal shows columns under columns`() throws {
        try withTable(hasPaper: true) { table in
            let text = try table.text(as: .terminal)
            #expect(
                text == """
                                                  0-shot                          7-shot
                                                  Human.            STEM          Human.
                    Base model            50.0 (50.00 q)            50.0           100.0
                      95 %                   9.5 to 90.5     5.5 to 94.5   20.7 to 100.0
                      paper               63.62 (0.11 r)  70.69 (0.17 r)  70.13 (0.15 r)
                    ZS on V                  75.0, 100.0       0.0, 50.0     50.0, 100.0
                      difference            +25.0, +50.0      -50.0, 0.0      -50.0, 0.0
                      paper               70.21 (0.18 r)  65.22 (0.37 r)  67.75 (0.07 r)
                      paper's difference           +6.59           -5.47           -2.38

                    \(Self.paperCaption)

                    """, "\(text)")
        }
    }

    @Test func `Markdown is a pipe table`() throws {
        try withTable { table in
            let text = try table.text(as: .markdown)
            #expect(
                text == """
                    | Model | 0: Human. | 0: STEM | 7: Human. |
                    |---|---:|---:|---:|
                    | Base model | 50.0 (50.00 q) | 50.0 | 100.0 |
                    | 95 % | 9.5 to 90.5 | 5.5 to 94.5 | 20.7 to 100.0 |
                    | ZS on V | 75.0, 100.0 | 0.0, 50.0 | 50.0, 100.0 |
                    | difference | +25.0, +50.0 | -50.0, 0.0 | -50.0, 0.0 |

                    \(Escape.markdown(Self.caption))

                    """, "\(text)")
        }
    }

    @Test func `LaTeX is a table of booktabs, as wide as the text at most`() throws {
        try withTable { table in
            let text = try table.text(as: .latex)
            #expect(
                text == #"""
                    % \usepackage{booktabs,graphicx}
                    \begin{table}
                    \centering
                    \small
                    \caption{\#(Escape.latex(Self.caption))}
                    \label{tab:accuracy}
                    \medskip
                    \resizebox{\ifdim\width>\textwidth\textwidth\else\width\fi}{!}{%
                    \begin{tabular}{lrrr}
                    \toprule
                     & \multicolumn{2}{c}{0-shot} & \multicolumn{1}{c}{7-shot} \\
                    \cmidrule(lr){2-3} \cmidrule(lr){4-4}
                    Model & Human. & STEM & Human. \\
                    \midrule
                    Base model & 50.0 (50.00 q) & 50.0 & 100.0 \\
                    \quad 95 \% & 9.5 to 90.5 & 5.5 to 94.5 & 20.7 to 100.0 \\
                    \addlinespace
                    ZS on V & 75.0, 100.0 & 0.0, 50.0 & 50.0, 100.0 \\
                    \quad difference & +25.0, +50.0 & $-$50.0, 0.0 & $-$50.0, 0.0 \\
                    \bottomrule
                    \end{tabular}}
                    \end{table}

                    """#, "\(text)")
        }
    }

    @Test func `CSV has a line a number`() throws {
        try withTable(hasPaper: true) { table in
            let lines = try table.text(as: .csv).split(separator: "\n")
            let names = [
                "model", "shots", "category", "questions", "mean", "standard_error",
                "standard_error_over", "lower", "upper", "difference",
                "difference_standard_error", "difference_lower", "difference_upper",
                "p_no_change", "p_no_change_holm", "margin_points", "p_no_loss_beyond_margin",
                "p_no_loss_beyond_margin_holm", "no_loss_beyond_margin", "paper_mean",
                "paper_standard_error", "paper_difference",
            ]
            #expect(lines[0] == names.joined(separator: ","))
            #expect(lines.count == 1 + 2 * 3)
            let fields = lines.dropFirst().map {
                $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            }
            #expect(fields.allSatisfy { $0.count == 22 })
            #expect(Array(fields[1][..<7]) == ["Base model", "0", "stem", "1", "0.5", "", ""])
            #expect(fields[1][19] == "0.7069")
            #expect(Array(fields[4][..<6]) == ["ZS on V", "0", "stem", "1", "0.25", ""])
            #expect(fields[4][9] == "-0.25" && fields[4][15] == "2.0")
        }
    }

    @Test func `JSON has rows and columns`() throws {
        try withTable { table in
            let object = try #require(
                JSONSerialization.jsonObject(with: Data(try table.text(as: .json).utf8))
                    as? [String: Any])
            let rows = try #require(object["rows"] as? [[String: Any]])
            #expect(rows.map { $0["name"] as? String } == ["Base model", "ZS on V"])
            let cells = try #require(rows[1]["cells"] as? [[String: Any]])
            #expect(cells[0]["mean"] as? Double == 0.875)
            #expect(cells[0]["seeds"] as? [Double] == [0.75, 1])
            let own = try #require(rows[0]["cells"] as? [[String: Any]])
            #expect(own[0]["standard_error_over"] as? String == "questions")
            #expect((object["columns"] as? [Any])?.count == 3)
        }
    }

    @Test func `what a format reads as signs is escaped`() {
        #expect(
            Escape.latex(#"50% of a_b & {c} \ $1 #2 ~ ^ λ₀ < ×"#)
                == #"50\% of a\_b \& \{c\} \textbackslash{} \$1 "#
                + ##"\#2 \textasciitilde{} "##
                + #"\textasciicircum{} $\lambda$$_0$ $<$ $\times$"#)
        #expect(Escape.markdown("a|b_c\n<d>") == "a\\|b\\_c \\<d>")
        #expect(Escape.markdown("a\u{1B}[1m") == "a\\\\u001B\\[1m")
        #expect(Escape.latex("a\n\u{9B}") == #"a\textbackslash{}n\textbackslash{}u009B"#)
    }

    @Test func `the paper's rows are those of its Table 2`() {
        let column = TableColumn(shots: 0, category: "stem")
        #expect(PaperTable.cell("ZS+FS on V", column)?.mean == 0.5225)
        let difference = PaperTable.difference("ZS+FS on V", column)?.mean ?? 0
        #expect(abs(difference + 0.1844) < 1e-12)
        #expect(PaperTable.difference("Base model", column) == nil)
        #expect(PaperTable.cell("ZS on O", column) == nil)
        #expect(PaperTable.cell("ZS on V", .init(shots: 5, category: "stem")) == nil)
        #expect(PaperTable.rows.allSatisfy { $0.cells.count == 8 })
    }

    @Test func `runs of the same settings but for the seed are one row, others have their rate`()
        throws
    {
        try SmallSweep.with { store in
            for (index, run) in try SmallSweep.runs(store).enumerated() where index > 0 {
                var copy = run
                copy.id = "0000000\(index)-0000-4000-8000-000000000000"
                copy.study = nil
                copy.family = nil
                copy.role = nil
                copy.learningRate = index == 1 ? 0.001 : 0.01
                copy.settings = #"{"seed": \#(index), "learning-rate": \#(copy.learningRate ?? 0)}"#
                try store.begin(copy)
                try store.append(try store.answers(of: run.id), to: copy.id)
                try store.finish(run: copy.id)
            }
            let apart = try store.runs().filter { $0.study == nil }
            let table = try ResultTable(apart, in: store)
            #expect(table.rows.map(\.name) == ["ZS on V, rate 0.001", "ZS on V, rate 0.01"])
            #expect(table.rows.allSatisfy { $0.differences == nil })
            for var run in apart {
                run.settings = #"{"seed": \#(run.seed ?? 0), "learning-rate": 0.001}"#
                let answers = try store.answers(of: run.id)
                try store.begin(run)
                try store.append(answers, to: run.id)
                try store.finish(run: run.id)
            }
            let together = try ResultTable(
                store.runs().filter { $0.study == nil }, in: store)
            #expect(together.rows.map(\.name) == ["ZS on V"])
            #expect(together.rows[0].cells[0]?.mean == 0.875)
        }
    }

    @Test func `a base model that was asked otherwise gives no difference`() throws {
        try SmallSweep.with { store in
            var runs = try ReportPage.reported(SmallSweep.runs(store))
            runs[0].prompt = "plain"
            let table = try ResultTable(runs, in: store)
            #expect(table.rows.map(\.name) == ["Base model", "ZS on V"])
            #expect(table.rows[1].differences == nil)
            runs[0].prompt = runs[1].prompt
            runs[0].study = "other"
            #expect(try ResultTable(runs, in: store).rows[1].differences == nil)
        }
    }

    @Test func `differences are from the base answers of the runs themselves`() throws {
        try SmallSweep.with { store in
            let runs = try ReportPage.reported(SmallSweep.runs(store))
            // All wrong, where the study's base run is half right.
            for run in runs where run.role == "report" {
                try store.append(
                    (0..<2).flatMap { row in
                        (0..<2).map {
                            AnswerRecord(
                                model: "base", adapterScale: 0, subject: "philosophy",
                                split: "test", row: row, shots: 0, repeat: $0, scoring: "generate",
                                answer: "C", chosen: "A", correct: false, category: "humanities")
                        }
                    }, to: run.id)
            }
            let row = try ResultTable(runs, in: store).rows[1]
            expect(row.differences?[0], 0.875, nil)
            #expect(row.differences?[0]?.micro.seedMeans == [0.75, 1])
        }
    }

    @Test func `a seed twice in a row is refused`() throws {
        try SmallSweep.with { store in
            let run = try SmallSweep.runs(store)[1]
            expectRefusal(
                "runs 11110000 and 11110000: have the same settings and the same seed; one of them "
                    + "is needed"
            ) { try ResultTable([run, run], in: store) }
        }
    }

    @Test func `runs without answers make no table`() throws {
        try SmallSweep.with { store in
            expectRefusal(
                "a table: none of the runs is finished; finished ones are needed, as `ft-mmlu "
                    + "results list` shows them"
            ) { try ResultTable([], in: store) }
            var run = try SmallSweep.runs(store)[0]
            run.id = "99999999-0000-4000-8000-000000000000"
            run.folder = "/runs/other"
            run.cell = "other"
            try store.begin(run)
            expectRefusal(
                "a table: 1 run has no answers; runs that were evaluated are needed"
            ) { try ResultTable([run], in: store) }
        }
    }
}
