import Basics
import Benchmarks
import Foundation
import TestSupport
import Testing

@testable import Rationales

@Suite struct RecordFileTests {
    private func record(_ row: Int, _ reply: String = "So. The answer is A.") -> RationaleRecord {
        RationaleRecord(
            TeacherRequest(
                question: Made.question(row), prompt: "p\(row)", hasHint: false, attempt: 0),
            TeacherReply(
                text: reply, model: "m-1", usage: TokenUsage(prompt: 3, completion: 2), seconds: 0.5
            ),
            of: ScriptedTeacher([:]), at: Date(timeIntervalSince1970: 0))
    }

    private func read(_ line: String) throws -> RationaleRecord {
        try RationaleRecord(
            try JSONFields(try JSONValue(parsing: line.utf8), known: RationaleRow.keys))
    }

    @Test func `a line holds the rationale and all that is known of it`() throws {
        let line = try record(0).jsonLine()
        let fields = try #require(
            JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(
            fields.keys.sorted() == [
                "accepted", "answer", "attempt", "choices", "completion_tokens", "hint", "key",
                "model", "prompt_hash", "prompt_tokens", "question", "rationale", "row", "seconds",
                "split", "subject", "teacher", "time",
            ])
        #expect(fields["rationale"] as? String == "So.")
        #expect(fields["time"] as? String == "1970-01-01T00:00:00Z")
        #expect(fields["prompt_hash"] as? String == SHA256.hexDigest(of: "p0"))
        #expect(try read(line) == record(0))
        let wrong = try record(0, "The answer is B.").jsonLine()
        #expect(wrong.contains(#""reason":"wrong letter""#))
        #expect(wrong.contains(#""accepted":false"#))
    }

    @Test func `what training reads as rationales are the accepted lines`() throws {
        try withTemporaryFolder { folder in
            let path = folder.path + "/r.jsonl"
            let files = try RationaleFiles(path: path)
            try files.append(record(0))
            try files.append(record(1, "Never. The answer is C."))
            let book = try RationaleIndex(files: [URL(fileURLWithPath: path)])
            #expect(book.rationale(for: Made.question(0)) == "So.")
            #expect(book.count == 1)
            let both = try RationaleIndex(files: [
                URL(fileURLWithPath: folder.path + "/r.rejected.jsonl")
            ])
            #expect(both.count == 0)
        }
    }

    @Test func `what training reads has every key that a record may have`() throws {
        var all = record(0, "The answer is B.")
        all.usageIsBound = true
        let json = try JSONValue(parsing: try all.jsonLine().utf8)
        #expect(json.fields.map(\.0).sorted() == RationaleRow.keys.sorted())
    }

    @Test func `a file that an editor wrote again goes on as it is`() throws {
        try withTemporaryFolder { folder in
            let path = folder.path + "/r.jsonl"
            let text =
                "\u{feff}\(try record(0).jsonLine())\r\n\r\n\(try record(1).jsonLine())\r\n"
            try Data((text + "{\"acc").utf8).write(to: URL(fileURLWithPath: path))
            do {
                let file = try RecordFile(path: path)
                #expect(file.records == [record(0), record(1)])
                try file.append(record(2))
            }
            #expect(
                try Data(contentsOf: URL(fileURLWithPath: path))
                    == Data((text + record(2).jsonLine() + "\n").utf8))
        }
    }

    @Test func `a torn last line is cut off, and the file goes on`() throws {
        try withTemporaryFolder { folder in
            let path = folder.path + "/r.jsonl"
            do {
                let file = try RecordFile(path: path)
                try file.append(record(0))
                try file.append(record(1))
            }
            let whole = try String(contentsOfFile: path, encoding: .utf8)
            try Data(whole.dropLast(10).utf8).write(to: URL(fileURLWithPath: path))
            do {
                let file = try RecordFile(path: path)
                #expect(file.records == [record(0)])
                try file.append(record(1))
            }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == whole)
        }
    }

    @Test func `a file of another kind without a last line break is refused and left alone`() throws
    {
        try withTemporaryFolder { folder in
            let path = folder.path + "/notes.txt"
            for text in ["my only copy", "{\"a\": 1}", "{\"accepted\" "] {
                try Data(text.utf8).write(to: URL(fileURLWithPath: path))
                expectRefusal(
                    "\(path), line 1: has no end, and is not a part of a line that ft-mmlu rationales"
                        + " wrote; name another file by --output, or remove the line"
                ) { try RecordFile(path: path) }
                #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
            }
            try Data("{\"acc".utf8).write(to: URL(fileURLWithPath: path))
            #expect(try RecordFile(path: path).records.isEmpty)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "")
        }
    }

    @Test func `a bound in place of counted tokens is told and read back`() throws {
        var bound = record(0)
        bound.usageIsBound = true
        let line = try bound.jsonLine()
        #expect(line.contains(#""usage_is_bound":true"#))
        #expect(try read(line) == bound)
        let large = line.replacing(
            #""prompt_tokens":3"#, with: #""prompt_tokens":9223372036854775807"#)
        let read = try self.read(large)
        #expect(read.usage == TokenUsage(prompt: 1_000_000_000, completion: 2))
    }

    @Test func `a file that is no such file, is in use or cannot be written is refused`() throws {
        try withTemporaryFolder { folder in
            let path = folder.path + "/r.jsonl"
            try Data("{\"a\": 1}\n".utf8).write(to: URL(fileURLWithPath: path))
            expectRefusal(
                "\(path), line 1: is not a line that ft-mmlu rationales wrote; name another file by"
                    + " --output, or remove the line"
            ) { try RecordFile(path: path) }
            try FileManager.default.removeItem(atPath: path)
            let file = try RecordFile(path: path)
            expectRefusal(
                "\(path): is in use by another process; wait until that has ended, or name another"
                    + " file by --output"
            ) { try RecordFile(path: path) }
            #expect(file.records.isEmpty)
            expectRefusal(
                "\(folder.path): cannot be written: Is a directory"
            ) { try RecordFile(path: folder.path) }
            for name in ["linked.jsonl", "linked.rejected.jsonl"] {
                let victim = folder.path + "/mine"
                try Data("{\"acc".utf8).write(to: URL(fileURLWithPath: victim))
                symlink(victim, folder.path + "/" + name)
                let words = refusal { try RationaleFiles(path: folder.path + "/linked.jsonl") }
                #expect(words?.hasPrefix("\(folder.path)/\(name): is a link; ") == true)
                #expect(try Data(contentsOf: URL(fileURLWithPath: victim)) == Data("{\"acc".utf8))
                unlink(folder.path + "/" + name)
            }
            let below = path + "/x/r.jsonl"
            let words = refusal { try RationaleFiles(path: below) }
            #expect(words?.hasPrefix("\(below): the folder for it cannot be made: ") == true)
        }
    }
}

/// Questions made up for these tests.
enum Made {
    /// Its answer goes through A to D.
    static func question(_ row: Int) -> Question {
        Question(
            id: QuestionID(subject: "philosophy", split: .val, row: row),
            question: "number \(row)?",
            choices: ["one", "two", "three", "four"], answer: Letter.allCases[row % 4])
    }
}

/// Answers what it was told to, in order; records what it was asked.
final class ScriptedTeacher: Teacher {
    let name = "scripted"
    let model = "script-1"
    let takesHints = true
    /// By row, the reply to each attempt; nil is no answer.
    private var replies: [Int: [String?]]
    private(set) var asked: [(row: Int, hasHint: Bool, attempt: Int)] = []

    init(_ replies: [Int: [String?]]) { self.replies = replies }

    func prompt(for question: Question, withHint: Bool) throws -> String {
        "\(question.question)\(withHint ? " hint" : "")"
    }

    func teach(
        _ lessons: [TeacherRequest], interruption: @escaping @Sendable () throws -> Void,
        report: (Int, LessonOutcome) throws -> Void
    ) async throws {
        // From the last to the first: the order of replies is nobody's promise.
        for (place, lesson) in lessons.enumerated().reversed() {
            try interruption()
            let row = lesson.question.id.row
            asked.append((row, lesson.hasHint, lesson.attempt))
            let reply = replies[row]?.isEmpty == false ? replies[row]?.removeFirst() : nil
            guard let text = reply ?? nil else {
                try report(place, .lost("nothing to say"))
                continue
            }
            try report(
                place,
                .replied(
                    TeacherReply(
                        text: text, model: "script-1", usage: TokenUsage(prompt: 10, completion: 1))
                ))
        }
    }
}
