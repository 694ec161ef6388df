import Foundation
import TestSupport
import Testing
import Tracking

@testable import Basics
@testable import Experiments

/// The records of results.json.
@Suite struct ResultsRecordTests {
    private func text(_ name: String) throws -> String {
        let folder = Fixture.repository.appending(path: "Tests/Fixtures/before-redesign")
        return try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    @Test(arguments: [
        "run", "choices", "generated", "sweep/cells/base", "sweep/cells/v-zs-2e-3-s0",
    ])
    func `a run's record has all fields of its file, in their order`(folder: String) throws {
        let text = try text(folder + "/results.json")
        let record = try ResultsFile(json: text.utf8)
        #expect(try record.json.document == text)
        #expect(record.numbers.accuracy.allSatisfy { $0.subject == nil && $0.macro != nil })
        #expect(record.numbers.subjects.allSatisfy { $0.category == nil && $0.macro == nil })
    }

    @Test func `a sweep's record has all fields of its file, in their order`() throws {
        let text = try text("sweep/results.json")
        let record = try SweepRecord(json: text.utf8)
        #expect(try record.json.document == text)
        #expect(record.cells.contains { $0.training == nil })
    }

    @Test func `a row that lacks a number is none`() throws {
        let text = try text("run/results.json")
        let rows = try #require(JSONValue(parsing: text.utf8)["accuracy"]).elements
        let fields = try #require(rows.first).fields
        #expect(throws: Never.self) { try AccuracyRecord(.object(fields)) }
        for name in ["mean", "questions", "wilson_interval"] {
            let others = fields.filter { $0.0 != name }
            #expect(throws: DecodingError.self) { try AccuracyRecord(.object(others)) }
        }
        let wrong = fields.map { $0.0 == "wilson_interval" ? ($0.0, .array([.whole(0)])) : $0 }
        #expect(throws: InputError.self) { try AccuracyRecord(.object(wrong)) }
    }
}
