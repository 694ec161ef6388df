import Foundation
import GRDB
import TestSupport
import Testing

@testable import Tracking

/// Stores that earlier versions wrote.
@Suite struct MigrationTests {
    private static let run = Small.run("11111111-0000-4000-8000-000000000000")

    /// A store as the first version made it, with a run that answered two questions twice.
    private func withFirstVersion(_ body: (String) throws -> Void) throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/s.sqlite"
            let queue = try DatabaseQueue(path: path)
            try Schema.migrator.migrate(queue, upTo: "1 runs, steps, answers, measurements")
            try queue.write { db in
                try Self.run.insert(db)
                for (row, shares) in [(0, [true, true]), (1, [true, false])] {
                    for (index, correct) in shares.enumerated() {
                        try db.execute(
                            sql: """
                                INSERT INTO answer (run, model, adapterScale, shots, subject, split,
                                  row, repeat, category, scoring, answer, chosen, correct)
                                VALUES (1, 'base', 0, 0, 'philosophy', 'test', ?, ?, 'humanities',
                                  'generate', 'C', ?, ?)
                                """, arguments: [row, index, correct ? "C" : "A", correct])
                    }
                }
            }
            try queue.close()
            try body(path)
        }
    }

    @Test func `an older store is read, its answers without content hashes`() throws {
        try withFirstVersion { path in
            let store = try Store(reading: path)
            #expect(try store.runs() == [Self.run])
            let answers = try store.answers(of: Self.run.id)
            #expect(answers.count == 4 && answers.allSatisfy { $0.questionHash == nil })
            let questions = try store.questions(of: [Self.run.id])
            #expect(questions.map(\.correct) == [2, 1])
            #expect(questions.map(\.questionHash) == [nil, nil])
            #expect(questions.map(\.answer) == ["C", "C"])
            #expect(try store.accuracies(of: [Self.run.id]).map(\.mean) == [0.75, 0.75])
        }
    }

    @Test func `an older store takes answers with content hashes`() throws {
        try withFirstVersion { path in
            let store = try Store(path)
            var new = Small.answers("philosophy", "humanities", row: 0, "10")
            for index in new.indices { new[index].questionHash = "0123456789abcdef" }
            try store.append(new, to: Self.run.id)
            let hashes = try store.questions(of: [Self.run.id]).map(\.questionHash)
            #expect(hashes == [nil, nil, "0123456789abcdef"])
            #expect(try store.answers(of: Self.run.id).last == new.last)
            // The view that any SQLite tool sees.
            let rows = try DatabaseQueue(path: path).read {
                try Row.fetchAll(
                    $0, sql: "SELECT * FROM question WHERE questionHash = '0123456789abcdef'")
            }
            #expect(rows.count == 1)
            #expect(rows[0]["answer"] as String == "C" && rows[0]["correct"] as Int == 1)
        }
    }
}
