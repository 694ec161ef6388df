import Foundation
import Testing
import Tracking

/// The only run of a store, to hold beside its folder.
struct StoredRun {
    let store: Store
    let run: RunEntry

    init(_ path: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        store = try Store(reading: path)
        let runs = try store.runs()
        #expect(runs.count == 1, sourceLocation: sourceLocation)
        run = try #require(runs.first, sourceLocation: sourceLocation)
    }

    /// Expects every line of metrics.jsonl and answers.jsonl as a row, and the numbers of
    /// results.json in the views.
    func expectSame(
        as folder: String, _ note: String = "", sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(run.state == .finished, "\(note)", sourceLocation: sourceLocation)
        #expect(
            try JSONText.file(folder + "/run.json").text("id") == run.id,
            sourceLocation: sourceLocation)
        let steps = try Self.lines(folder + "/metrics.jsonl", StepRecord.init(line:))
        #expect(
            try store.steps(of: run.id) == steps, "\(note)", sourceLocation: sourceLocation)
        let answers = try Self.lines(folder + "/answers.jsonl", AnswerRecord.init(line:)).map {
            var answer = $0
            // The store has the prompt with the run.
            answer.prompt = nil
            return answer
        }
        #expect(!answers.isEmpty, sourceLocation: sourceLocation)
        let found = try store.answers(of: run.id).map {
            var answer = $0
            // The file has no categories.
            answer.category = nil
            return answer
        }
        #expect(
            found.count == answers.count && Set(found) == Set(answers), "\(note)",
            sourceLocation: sourceLocation)
        let results = try JSONDecoder().decode(
            Results.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/results.json")))
        try expectSame(
            try store.accuracies(of: [run.id]), as: results.accuracy, note, sourceLocation)
        try expectSame(
            try store.subjectAccuracies(of: [run.id]), as: results.subjects, note, sourceLocation)
    }

    private func expectSame(
        _ rows: [AccuracyEntry], as lines: [Results.Line], _ note: String, _ place: SourceLocation
    ) throws {
        #expect(!lines.isEmpty && rows.count == lines.count, "\(note)", sourceLocation: place)
        for line in lines {
            let row = try #require(
                rows.first {
                    $0.model == line.model && $0.adapterScale == line.adapter_scale
                        && $0.shots == line.shots && $0.scoring == line.scoring
                        && (line.category == nil || $0.category == line.category)
                        && $0.subject == line.subject
                }, sourceLocation: place)
            #expect(row.mean == line.mean, "\(note)", sourceLocation: place)
            #expect(row.questions == line.questions, sourceLocation: place)
            #expect(row.repeats == line.repeats, sourceLocation: place)
            #expect(row.unreadable == line.unreadable, sourceLocation: place)
            for (found, right) in [
                (row.standardError, line.standard_error),
                (row.itemStandardError, line.item_standard_error),
            ] {
                #expect((found == nil) == (right == nil), sourceLocation: place)
                if let found, let right {
                    // Rounded once or twice more on the one way than on the other.
                    #expect(abs(found - right) <= 1e-14 * right, "\(line)", sourceLocation: place)
                }
            }
        }
    }

    /// results.json.
    private struct Results: Decodable {
        struct Line: Decodable {
            let model: String
            let adapter_scale: Double
            let category: String?
            let subject: String?
            let shots: Int
            let scoring: String
            let mean: Double
            let standard_error: Double?
            let item_standard_error: Double?
            let questions: Int
            let repeats: Int
            let unreadable: Int
        }

        let accuracy: [Line]
        let subjects: [Line]
    }

    private static func lines<Record>(
        _ path: String, _ read: (Substring.UTF8View) -> Record?
    ) throws -> [Record] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            try #require(read($0.utf8), "\($0)")
        }
    }
}
