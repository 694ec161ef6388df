import Foundation
import TestSupport
import Testing

/// Folders of runs and studies from somebody else, with links to the user's own files.
@Suite struct LinkedFolderTests {
    /// A copy of a run, in which one file is a link to `mine`.
    private func withRun(
        linking name: String, _ body: (_ folder: String, _ mine: String) throws -> Void
    ) throws {
        let whole = try ResumableJob.shared()
        try Fixture.withTemporaryFolder { folder in
            try FileManager.default.copyItem(atPath: whole.path, toPath: folder + "/r")
            let place = folder + "/r/" + name
            let mine = folder + "/mine"
            if FileManager.default.fileExists(atPath: place) {
                try FileManager.default.moveItem(atPath: place, toPath: mine)
            } else {
                try "my only copy".write(toFile: mine, atomically: false, encoding: .utf8)
            }
            symlink(mine, place)
            try body(folder, mine)
        }
    }

    private func expectRefused(
        _ ending: Program.Ending, _ place: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(ending.status == 1, "\(ending.errors)", sourceLocation: sourceLocation)
        #expect(
            ending.lastError.hasSuffix(
                "\(place): is a link; nothing is written through it; a file of its own is needed: "
                    + "remove it, or put a copy of the file in its place"),
            "\(ending.errors)", sourceLocation: sourceLocation)
        #expect(ending.output == "", sourceLocation: sourceLocation)
    }

    /// Contents, links as where they lead to, and times of a folder's files.
    private func state(_ folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).sorted().map { name in
            var status = stat()
            lstat(folder + "/" + name, &status)
            return "\(name) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
        }
    }

    @Test(arguments: [
        "metrics.jsonl", "answers.jsonl", "questions.json", "run.json", "results.json",
        "checkpoint", "adapter/adapter_config.json", "adapter/trained_questions.json", "notes.log",
    ])
    func `a run with a link is neither resumed nor stored, and nothing changes`(
        name: String
    ) throws {
        try withRun(linking: name) { folder, mine in
            let before = try state(folder)
            for arguments in [
                ["train", "--resume", "r", "--store", "none"],
                ["results", "add", "r", "--store", "s.sqlite"],
            ] {
                expectRefused(try Program.run(arguments, in: folder), "r/\(name)")
                let after = try state(folder).filter { !$0.hasPrefix("s.sqlite") }
                #expect(after == before, "\(arguments)")
            }
        }
    }

    @Test(arguments: ["workers", "cells/base/answers.jsonl", "questions.json", "cells/other"])
    func `a study with a link is neither resumed nor stored`(name: String) throws {
        let whole = try SweepJob.shared()
        try Fixture.withTemporaryFolder { folder in
            let study = folder + "/study"
            try FileManager.default.copyItem(atPath: whole.path, toPath: study)
            if FileManager.default.fileExists(atPath: "\(study)/\(name)") {
                try FileManager.default.moveItem(
                    atPath: "\(study)/\(name)", toPath: folder + "/mine")
            } else {
                mkdir(folder + "/mine", 0o755)
            }
            symlink(folder + "/mine", "\(study)/\(name)")
            for arguments in [
                ["sweep", "--resume", "study"], ["results", "add", "study", "--store", "s.sqlite"],
            ] {
                expectRefused(try Program.run(arguments, in: folder), "study/\(name)")
            }
        }
    }

    @Test func `a page is not written through a link`() throws {
        let whole = try ResumableJob.shared()
        try Fixture.withTemporaryFolder { folder in
            try FileManager.default.copyItem(atPath: whole.path, toPath: folder + "/r")
            let store = ["--store", "s.sqlite"]
            #expect(try Program.run(["results", "add", "r"] + store, in: folder).status == 0)
            try "mine".write(toFile: folder + "/mine", atomically: false, encoding: .utf8)
            symlink("mine", folder + "/t.txt")
            let id = try #require(try JSONText.file(folder + "/r/run.json").text("id"))
            expectRefused(
                try Program.run(["results", "table", id, "--output", "t.txt"] + store, in: folder),
                "t.txt")
            #expect(try String(contentsOfFile: folder + "/mine", encoding: .utf8) == "mine")
        }
    }
}
