import Dispatch
import Foundation
import GRDB
import Synchronization
import TestSupport
import Testing
import Tracking

/// The file: made, refused, shared.
@Suite struct StoreFileTests {
    @Test func `the file comes with its folder, at once or when it is first used`() throws {
        try Fixture.withTemporaryFolder { folder in
            let manager = FileManager.default
            _ = try Store(folder + "/a/b/s.sqlite")
            #expect(manager.fileExists(atPath: folder + "/a/b/s.sqlite"))
            let later = try Store(whenUsed: folder + "/c/s.sqlite")
            #expect(!manager.fileExists(atPath: folder + "/c"))
            try later.begin(SweepEntry(id: "s"))
            #expect(try Store(reading: folder + "/c/s.sqlite").studies().count == 1)
        }
    }

    @Test func `what is no store is refused`() throws {
        try Fixture.withTemporaryFolder { folder in
            expectRefusal(
                "\(folder): is a folder; --store needs the name of a file, as "
                    + "\(folder)/results.sqlite"
            ) { try Store(folder) }
            let path = folder + "/s.sqlite"
            expectRefusal(
                "\(path): there is no store; runs write one by themselves, and `ft-mmlu results add "
                    + "FOLDER` puts earlier ones into it"
            ) { try Store(reading: path) }
            #expect(!FileManager.default.fileExists(atPath: path))
            try String(repeating: "no database, ", count: 100).write(
                toFile: path, atomically: true, encoding: .utf8)
            expectRefusal("\(path): is no SQLite file; name another by --store") {
                try Store(path)
            }
            let words = refusal(of: { try Store(path + "/x/s.sqlite") })
            #expect(
                words?.hasPrefix("\(path)/x/s.sqlite: the store's folder cannot be made: ") == true)
            #expect(words?.hasSuffix("; name another file by --store, or --store none") == true)
        }
    }

    @Test func `a folder that cannot be written is refused`() throws {
        let words = refusal(of: { try Store("/proc/s.sqlite") })
        #expect(
            words
                == "/proc/s.sqlite: the store cannot be opened: unable to open database file; name "
                + "another file by --store, or --store none")
    }

    @Test func `the store of a newer version is refused, and left as it is`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/s.sqlite"
            _ = try Store(path)
            try DatabaseQueue(path: path).write {
                try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 what is to come')")
            }
            expectRefusal(
                "\(path): was written by a newer version of ft-mmlu, which added what this one does "
                    + "not know; use that version, or name another file by --store"
            ) { try Store(path) }
        }
    }

    @Test func `many that open and write one file at once all get their rows in`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/runs/s.sqlite"
            let failures = Mutex<[String]>([])
            let count = 8
            DispatchQueue.concurrentPerform(iterations: count) { index in
                do {
                    let store = try Store(path)
                    let run = Small.run("run\(index)", folder: "/runs/\(index)")
                    try store.begin(run)
                    for step in 0..<20 { try store.append([Small.step(step)], to: run.id) }
                    try store.finish(run: run.id)
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            #expect(failures.withLock { $0 } == [])
            let store = try Store(reading: path)
            #expect(try store.runs().map(\.id).sorted() == (0..<count).map { "run\($0)" })
            for run in try store.runs() {
                #expect(try store.steps(of: run.id).map(\.step) == Array(0..<20))
            }
        }
    }
}
