import Basics
import Foundation
import TestSupport
import Testing

/// Folders from somebody else, before a program writes into them.
@Suite struct PlainFolderTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        try Fixture.withTemporaryFolder { folder in
            for part in ["cells/a/adapter", "workers"] {
                try FileManager.default.createDirectory(
                    atPath: folder + "/" + part, withIntermediateDirectories: true)
            }
            for file in ["config.yaml", "cells/a/metrics.jsonl", "workers/1.log"] {
                try AtomicFile.write("x", to: folder + "/" + file)
            }
            try body(folder)
        }
    }

    @Test func `files and folders are fine`() throws {
        try withFolder { folder in
            try PlainFolder.check(folder)
            // Emacs keeps a link beside a file that is edited.
            symlink("user@host.1", folder + "/.#config.yaml")
            try PlainFolder.check(folder)
            symlink(folder, folder + "-link")
            defer { unlink(folder + "-link") }
            try PlainFolder.check(folder + "-link")
            try PlainFolder.check(folder + "/none")
        }
    }

    @Test(arguments: ["link", "cells/a/answers.jsonl", "cells/b", "workers/2.log"])
    func `a link is found at any depth, wherever it leads`(name: String) throws {
        for target in ["/etc", "config.yaml", "nothing"] {
            try withFolder { folder in
                symlink(target, folder + "/" + name)
                expectRefusal(
                    "\(folder)/\(name): is a link; nothing is written through it; a file of its own is "
                        + "needed: remove it, or put a copy of the file in its place"
                ) { try PlainFolder.check(folder) }
            }
        }
    }

    @Test func `a pipe is found without waiting for it`() throws {
        try withFolder { folder in
            mkfifo(folder + "/cells/a/run.json", 0o600)
            let words = refusal { try PlainFolder.check(folder) }
            #expect(words?.hasPrefix("\(folder)/cells/a/run.json: is a FIFO; ") == true)
        }
    }

    @Test func `a second name matters for files that grow alone`() throws {
        try withFolder { folder in
            link(folder + "/config.yaml", folder + "/copy.yaml")
            try PlainFolder.check(folder)
            link(folder + "/workers/1.log", folder + "/victim")
            expectRefusal(
                "\(folder)/workers/1.log: has 2 names (hard links); nothing is added to such a file; a "
                    + "file of its own is needed: put a copy of the file in its place"
            ) { try PlainFolder.check(folder) }
        }
    }

    @Test func `a folder is made, but not behind a link`() throws {
        try withFolder { folder in
            for name in ["checkpoint", "cells", "cells/c/adapter"] {
                try PlainFolder.make(folder + "/" + name)
            }
            #expect(FileManager.default.fileExists(atPath: folder + "/cells/c/adapter"))
            for target in ["cells", "nothing"] {
                symlink(target, folder + "/slurm")
                let words = refusal { try PlainFolder.make(folder + "/slurm") }
                #expect(words?.hasPrefix("\(folder)/slurm: is a link; ") == true)
                unlink(folder + "/slurm")
            }
            #expect(!FileManager.default.fileExists(atPath: folder + "/nothing"))
        }
    }

    @Test func `a file is opened to add to, and one that must be new is not there`() throws {
        try withFolder { folder in
            let path = folder + "/workers/1.log"
            let descriptor = try PlainFile.openToAdd(to: path)
            #expect(write(descriptor, "y", 1) == 1)
            close(descriptor)
            #expect(FileManager.default.contents(atPath: path) == Data("xy".utf8))
            expectRefusal("\(path): cannot be written: File exists") {
                try PlainFile.openToAdd(to: path, isNew: true)
            }
            symlink("nothing", folder + "/lost")
            expectRefusal("\(folder)/lost: cannot be written: File exists") {
                try PlainFile.openToAdd(to: folder + "/lost", isNew: true)
            }
            #expect(!FileManager.default.fileExists(atPath: folder + "/nothing"))
        }
    }
}
