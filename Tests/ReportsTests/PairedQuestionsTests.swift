import Foundation
import Plots
import TestSupport
import Testing

@testable import Reports
@testable import Tracking

/// A study's table whose base model and adapted model were not asked quite the same.
@Suite struct PairedQuestionsTests {
    /// A question in a row of the subject's file, and whether base and adapted model were right.
    private struct Asked {
        let row: Int
        /// nil as a version wrote it that had none.
        let hash: String?
        let isRight: Bool
        var answer = "C"
    }

    /// - Parameters:
    ///   - prompts: what each run recorded of its prompts
    private func table(
        base: [Asked], adapted: [[Asked]], prompts: [String] = ["one", "two", "three"],
        _ body: (ResultTable, [RunEntry], Store) throws -> Void
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            let store = try Store(folder + "/s.sqlite")
            for (index, asked) in ([base] + adapted).enumerated() {
                let isBase = index == 0
                var run = RunEntry(
                    id: "\(index)1110000-0000-4000-8000-000000000000",
                    command: isBase ? "eval" : "train", folder: "/runs/\(index)",
                    startedAt: Date(timeIntervalSince1970: 1_700_000_000), model: "small",
                    settings: #"{"seed": \#(index)}"#,
                    inputs: #"{"model": "abc", "prompts": "\#(prompts[index])"}"#,
                    programVersion: "0.1.0", libtorchVersion: "2.11.0")
                run.study = "s"
                run.cell = "\(index)"
                run.family = isBase ? "Base model" : "ZS on V"
                run.role = isBase ? "base" : "report"
                run.target = isBase ? nil : "V"
                run.seed = index
                try store.begin(run)
                try store.append(
                    asked.map { question in
                        var entry = AnswerRecord(
                            model: isBase ? "base" : "adapted", adapterScale: isBase ? 0 : 1,
                            subject: "philosophy", split: "test", row: question.row, shots: 0,
                            repeat: 0, scoring: "letter", answer: question.answer,
                            chosen: question.isRight ? question.answer : "A",
                            correct: question.isRight, category: "humanities")
                        entry.questionHash = question.hash
                        return entry
                    }, to: run.id)
                try store.finish(run: run.id)
            }
            let runs = try store.runs()
            try body(ResultTable(runs, in: store), runs, store)
        }
    }

    @Test func `questions that moved are paired by their content`() throws {
        // Of a, b, c the adapted model loses b.
        let base = [("a", true), ("b", true), ("c", false)].enumerated().map {
            Asked(row: $0, hash: $1.0, isRight: $1.1)
        }
        let adapted = [("c", false), ("a", true), ("b", false)].enumerated().map {
            Asked(row: $0 + 4, hash: $1.0, isRight: $1.1)
        }
        try table(base: base, adapted: [adapted]) { table, _, _ in
            let row = table.rows[1]
            let difference = try #require(row.differences?[0])
            #expect(abs(difference.micro.mean + 1.0 / 3) < 1e-12)
            let pairing = try #require(row.pairing?.first)
            #expect(pairing.paired == 3 && pairing.questions == 3 && pairing.baseQuestions == 3)
            #expect(pairing.pairedBy == "content" && pairing.note == nil)
            #expect(!table.caption.contains("that are the same"))
        }
    }

    @Test func `other questions give no difference, and the caption says why`() throws {
        let base = (0..<3).map { Asked(row: $0, hash: "base\($0)", isRight: false) }
        let adapted = (0..<4).map { Asked(row: $0, hash: "other\($0)", isRight: true) }
        try table(base: base, adapted: [adapted]) { table, runs, store in
            #expect(table.rows[1].differences.map { $0.map { $0 == nil } } == [true])
            let sentence =
                "ZS on V, 0-shot: no difference, as none of its 4 and the base model's 3 questions "
                + "are the same."
            #expect(table.caption.hasSuffix(" " + sentence), "\(table.caption)")
            for format in [TableFormat.terminal, .markdown, .latex] {
                #expect(try table.text(as: format).contains(sentence.prefix(40)))
            }
            guard (try? Gnuplot()) != nil else { return }
            let page = try ReportPage(nil, runs, in: store).html()
            #expect(
                page.contains(sentence.replacing("'", with: "&#39;")) || page.contains(sentence))
        }
    }

    @Test func `a partial overlap is counted, and the difference is over it`() throws {
        // Asked alone, the adapted model is right in z; of both, it loses b.
        let base = [("a", true), ("b", true)].enumerated().map {
            Asked(row: $0, hash: $1.0, isRight: $1.1)
        }
        let adapted = [("a", true), ("b", false), ("z", true)].enumerated().map {
            Asked(row: $0, hash: $1.0, isRight: $1.1)
        }
        try table(base: base, adapted: [adapted]) { table, _, _ in
            #expect(table.rows[1].cells[0]?.mean == 2.0 / 3)
            #expect(table.rows[1].differences?[0]?.micro.mean == -0.5)
            #expect(
                table.caption.hasSuffix(
                    " ZS on V, 0-shot: differences are over the 2 questions that are the same of its 3"
                        + " and the base model's 2."))
            let json = try #require(
                JSONSerialization.jsonObject(with: Data(try table.text(as: .json).utf8))
                    as? [String: Any])
            let rows = try #require(json["rows"] as? [[String: Any]])
            let pairing = try #require((rows[1]["pairing"] as? [[String: Any]])?.first)
            #expect(pairing["paired"] as? Int == 2)
            #expect(pairing["questions"] as? Int == 3)
            #expect(pairing["base_questions"] as? Int == 2)
            #expect(pairing["paired_by"] as? String == "content")
            #expect(pairing.count == 5)
        }
    }

    @Test func `runs of a row count with the questions that all of them were asked`() throws {
        func asked(_ words: [(String, Bool)]) -> [Asked] {
            words.enumerated().map { Asked(row: $0, hash: $1.0, isRight: $1.1) }
        }
        let base = asked([("a", false), ("b", false), ("c", false)])
        let seeds = [
            asked([("a", true), ("b", true)]), asked([("c", true), ("b", false), ("a", true)]),
        ]
        try table(base: base, adapted: seeds) { table, _, _ in
            // a is right twice, b once of two; c was asked of one seed alone.
            #expect(table.rows[1].differences?[0]?.micro.mean == 0.75)
            #expect(table.rows[1].pairing?.first?.paired == 2)
        }
    }

    @Test func `rows of earlier versions are paired by place where right letters agree`() throws {
        func asked(_ count: Int, _ isRight: Bool, other: Int? = nil) -> [Asked] {
            (0..<count).map {
                Asked(row: $0, hash: nil, isRight: isRight, answer: $0 == other ? "D" : "C")
            }
        }
        try table(base: asked(8, false), adapted: [asked(8, true)]) { table, _, _ in
            #expect(table.rows[1].differences?[0]?.micro.mean == 1)
            #expect(
                table.caption.hasSuffix(
                    " ZS on V, 0-shot: questions are paired by location, as answers have no "
                        + "content hashes; all correct letters agree."))
        }
        try table(base: asked(8, false), adapted: [asked(8, true, other: 3)]) { table, _, _ in
            #expect(table.rows[1].differences.map { $0.map { $0 == nil } } == [true])
            #expect(
                table.caption.hasSuffix(
                    " ZS on V, 0-shot: no difference, as answers have no content hashes to pair its 8 "
                        + "and the base model's 8 questions by: 1 of the 8 at the same locations "
                        + "have another correct letter."))
        }
        try table(base: asked(7, false), adapted: [asked(7, true)]) { table, _, _ in
            #expect(table.rows[1].differences.map { $0.map { $0 == nil } } == [true])
            #expect(table.caption.hasSuffix("only 7 are at the same locations; 8 are needed."))
        }
        // The same prompts are the same questions, however few.
        try table(
            base: asked(2, false), adapted: [asked(2, true)], prompts: ["same", "same"]
        ) { table, _, _ in
            #expect(table.rows[1].differences?[0]?.micro.mean == 1)
            #expect(table.rows[1].pairing?.first?.pairedBy == "place")
            #expect(!table.caption.contains("place"))
        }
    }
}
