import Foundation
import GRDB
import TestSupport
import Testing

@testable import Tracking

/// Stores that strangers made.
@Suite struct StrangeStoreTests {
    /// A store with one run that answered two hundred questions, after some more SQL.
    private func withStore(_ sql: String = "", _ body: (String) throws -> Void) throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/s.sqlite"
            do {
                let store = try Store(path)
                try store.begin(Small.run("a"))
                let answers = (0..<200).flatMap {
                    Small.answers("philosophy", "humanities", row: $0, "101")
                }
                try store.append(answers, to: "a")
            }
            let queue = try DatabaseQueue(path: path)
            try queue.writeWithoutTransaction {
                // One file, as it would be sent.
                try $0.execute(sql: sql)
                _ = try String.fetchOne($0, sql: "PRAGMA journal_mode = DELETE")
            }
            try queue.close()
            try body(path)
        }
    }

    @Test(arguments: [
        (
            "CREATE TRIGGER t AFTER INSERT ON step BEGIN DELETE FROM answer; END",
            "trigger", "t"
        ),
        ("CREATE VIEW v AS SELECT * FROM answer", "view", "v"),
        ("CREATE TABLE x (y)", "table", "x"),
        ("CREATE INDEX i ON answer (abs(row))", "index", "i"),
        ("ALTER TABLE step ADD COLUMN more TEXT", "table", "step"),
        ("DROP VIEW question; CREATE TABLE question (run)", "table", "question"),
    ])
    func `what our migrations do not make is refused, to read and to write`(
        sql: String, type: String, name: String
    ) throws {
        try withStore(sql) { path in
            let words =
                "\(path): has the \(type) '\(name)', which is not as ft-mmlu makes it; a store "
                + "without it is needed: remove it (sqlite3 FILE 'DROP …'), or name another file by "
                + "--store"
            let before = FileManager.default.contents(atPath: path)
            expectRefusal(words) { try Store(reading: path) }
            expectRefusal(words) { try Store(path) }
            #expect(FileManager.default.contents(atPath: path) == before)
        }
    }

    @Test func `another program's database is refused, and left as it is`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/places.sqlite"
            let queue = try DatabaseQueue(path: path)
            try queue.write { try $0.execute(sql: "CREATE TABLE places (url)") }
            try queue.close()
            let before = FileManager.default.contents(atPath: path)
            let words = "\(path): is no store of ft-mmlu; name another file by --store"
            expectRefusal(words) { try Store(path) }
            expectRefusal(words) { try Store(reading: path) }
            #expect(FileManager.default.contents(atPath: path) == before)
        }
    }

    @Test func `what ANALYZE adds is no stranger's`() throws {
        try withStore("ANALYZE") { path in
            let count = try Store(reading: path).answers(of: "a").count
            #expect(count == 600)
        }
    }

    @Test func `a lost table is named`() throws {
        try withStore("DROP TABLE measurement") { path in
            expectRefusal(
                "\(path): lacks a table, an index or a view that ft-mmlu makes: measurement; name "
                    + "another file by --store"
            ) { try Store(reading: path) }
        }
    }

    @Test func `pages that are no trees are refused`() throws {
        try withStore { path in
            var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            let size = Int(bytes[16]) << 8 | Int(bytes[17])
            var changedCount = 0
            for page in stride(from: size, to: bytes.count, by: size) where bytes[page] == 5 {
                // An interior page of a table: each cell begins with the number of its child.
                let cellCount = Int(bytes[page + 3]) << 8 | Int(bytes[page + 4])
                let cells = (0..<cellCount).map { index in
                    page + Int(bytes[page + 12 + 2 * index]) << 8
                        + Int(bytes[page + 13 + 2 * index])
                }
                guard let first = cells.first, cells.count > 1 else { continue }
                for cell in cells { bytes[cell..<cell + 4] = bytes[first..<first + 4] }
                changedCount += 1
            }
            #expect(changedCount > 0)
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            let words = refusal { try Store(reading: path) }
            #expect(words?.hasPrefix("\(path): is damaged: ") == true, "\(words ?? "read")")
        }
    }

    @Test func `a row that no version wrote is refused`() throws {
        try withStore("UPDATE run SET startedAt = 'never'") { path in
            let words = refusal { try Store(reading: path).runs() }
            #expect(
                words
                    == "\(path): the store cannot be read: a row holds what ft-mmlu does not write; "
                    + "name another file by --store")
        }
    }

    @Test func `a question to a store takes no longer than it may`() throws {
        try withStore { path in
            let store = try Store(reading: path, longestReading: 0.05)
            let clock = ContinuousClock()
            let start = clock.now
            let words = refusal {
                try store.read {
                    try Int.fetchOne(
                        $0,
                        sql: """
                            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
                            SELECT count(*) FROM n
                            """)
                }
            }
            #expect(
                words
                    == "\(path): the store cannot be read: a question to it took more than 0.05 s; "
                    + "name fewer runs, or another file by --store")
            #expect(clock.now - start < .seconds(30))
        }
    }

    @Test func `reading changes nothing, not even a store of an older version`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/s.sqlite"
            let queue = try DatabaseQueue(path: path)
            try Schema.migrator.migrate(queue, upTo: Schema.migrator.migrations[0])
            try queue.write { try Small.run("a").insert($0) }
            try queue.close()
            let before = FileManager.default.contents(atPath: path)
            let ids = try Store(reading: path).runs().map(\.id)
            #expect(ids == ["a"])
            #expect(FileManager.default.contents(atPath: path) == before)
        }
    }

    @Test func `a FIFO in the place of a store or beside it is not waited for`() throws {
        try withStore { path in
            #expect(mkfifo(path + "-wal", 0o600) == 0)
            expectRefusal("\(path)-wal: is a FIFO; a regular file is needed") {
                try Store(reading: path)
            }
            unlink(path + "-wal")
            unlink(path)
            #expect(mkfifo(path, 0o600) == 0)
            for open in [{ try Store(reading: path) }, { try Store(path) }] {
                expectRefusal("\(path): is a FIFO; a regular file is needed", open)
            }
        }
    }
}
