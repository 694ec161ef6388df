import Foundation
import TestSupport
import Testing
import Tracking

@testable import Basics
@testable import Experiments

@Suite struct JSONLinesFileTests {
    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8)
    }

    private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/a.jsonl"
            try text.write(toFile: path, atomically: false, encoding: .utf8)
            try body(path)
        }
    }

    @Test func `a file of lines grows line by line`() throws {
        try Fixture.withTemporaryFolder { folder in
            let file = try RunDirectory(making: folder).lines("answers.jsonl")
            try file.append([.object([("a", .whole(1))]), .array([.null])])
            try file.append([])
            try file.append([.string("x\ny")])
            try file.synchronize()
            #expect(file.kept == [])
            #expect(try text(folder + "/answers.jsonl") == "{\"a\": 1}\n[null]\n\"x\\ny\"\n")
        }
    }

    @Test(arguments: [("", []), ("1\n2\n", ["1", "2"]), ("1\n{\"torn", ["1"]), ("torn", [])])
    func `a torn last line is cut off, whole ones stay`(before: String, kept: [String]) throws {
        try withFile(before) { path in
            let file = try JSONLinesFile(path: path, isResumed: true)
            #expect(file.kept == kept)
            try file.append([.whole(9)])
            #expect(try text(path) == (kept + ["9"]).map { $0 + "\n" }.joined())
        }
    }

    @Test func `lines after those that count are cut off`() throws {
        for count in 0...3 {
            try withFile("1\nzwölf\n3\n4") { path in
                let file = try JSONLinesFile(path: path, isResumed: true, keeping: count)
                #expect(file.kept == Array(["1", "zwölf", "3"].prefix(count)))
                #expect(try text(path) == file.kept.map { $0 + "\n" }.joined())
            }
        }
    }

    @Test func `a file that is gone begins anew, unless lines of it count`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/a.jsonl"
            #expect(try JSONLinesFile(path: path, isResumed: true, keeping: 0).kept == [])
            #expect(try text(path) == "")
            try "1\n2".write(toFile: path, atomically: false, encoding: .utf8)
            expectRefusal("\(path): has 1 whole lines; the checkpoint was made after 2") {
                try JSONLinesFile(path: path, isResumed: true, keeping: 2)
            }
            #expect(try text(path) == "1\n2")
        }
    }

    @Test func `a link, a pipe and a second name are refused, and nothing is cut off or added`()
        throws
    {
        try withFile("1\n") { path in
            let mine = path + ".mine"
            for (make, problem) in [
                (symlink, "is a link; nothing is written through it"),
                (link, "has 2 names (hard links); nothing is added to such a file"),
            ] {
                unlink(path)
                try "my only copy".write(toFile: mine, atomically: false, encoding: .utf8)
                #expect(make(mine, path) == 0)
                let words = refusal { try JSONLinesFile(path: path, isResumed: true) }
                #expect(
                    words?.hasPrefix("\(path): \(problem); a file of its own is needed: ") == true)
                #expect(try text(mine) == "my only copy")
            }
            unlink(path)
            mkfifo(path, 0o600)
            let words = refusal { try JSONLinesFile(path: path, isResumed: true) }
            #expect(words?.hasPrefix("\(path): is a FIFO; ") == true)
        }
    }

    @Test func `a new run takes no old file`() throws {
        try withFile("1\n") { path in
            expectRefusal("\(path): cannot be written: File exists") {
                try JSONLinesFile(path: path)
            }
            try #expect(text(path) == "1\n")
        }
    }
}
