import Basics
import Foundation
import TestSupport
import Testing

/// Folders that are written whole or not at all, and folders for a moment.
@Suite struct AtomicFolderTests {
    private func contents(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    private func permissions(_ path: String) throws -> mode_t {
        var status = stat()
        try #require(lstat(path, &status) == 0)
        return status.st_mode & 0o7777
    }

    @Test(arguments: ["new", "deep/new/"])
    func `a new folder appears when it is full, with the permissions of the umask`(
        name: String
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            mkdir(folder + "/plain", 0o777)
            let path = folder + "/" + name
            try AtomicFolder.write(to: path) { partial in
                #expect(try permissions(partial) == 0o700)
                #expect(AtomicFile.isLeftover(URL(filePath: partial).lastPathComponent))
                #expect(!FileManager.default.fileExists(atPath: path))
                try AtomicFile.write("x", to: partial + "/a")
            }
            #expect(try contents(path) == ["a"])
            #expect(try permissions(folder + "/" + name) == permissions(folder + "/plain"))
            let parent = URL(filePath: path).deletingLastPathComponent().path
            #expect(try contents(parent).filter(AtomicFile.isLeftover).isEmpty)
        }
    }

    @Test func `an empty folder is replaced and gives its permissions`() throws {
        try Fixture.withTemporaryFolder { folder in
            mkdir(folder + "/a", 0o700)
            chmod(folder + "/a", 0o750)
            try AtomicFolder.write(to: folder + "/a") { try AtomicFile.write("x", to: $0 + "/b") }
            #expect(try contents(folder + "/a") == ["b"])
            #expect(try permissions(folder + "/a") == 0o750)
        }
    }

    @Test func `nothing is left of one that fails`() throws {
        struct Stop: Error {}
        try Fixture.withTemporaryFolder { folder in
            let words = refusal {
                try AtomicFolder.write(to: folder + "/a") {
                    try AtomicFile.write("x", to: $0 + "/b")
                    throw Stop()
                }
            }
            #expect(words == "Stop()")
            try #expect(contents(folder).isEmpty)
        }
    }

    @Test func `what is in the way stays as it is`() throws {
        try Fixture.withTemporaryFolder { folder in
            mkdir(folder + "/full", 0o700)
            try AtomicFile.write("x", to: folder + "/full/x")
            mkdir(folder + "/empty", 0o700)
            symlink("empty", folder + "/link")
            for (name, reason) in [
                ("full", "Directory not empty"), ("full/x", "Not a directory"),
                ("link", "Not a directory"),
            ] {
                expectRefusal(
                    "\(folder)/\(name): cannot be written: \(reason); a new or empty folder is needed"
                ) { try AtomicFolder.write(to: folder + "/" + name) { _ in } }
            }
            #expect(try contents(folder) == ["empty", "full", "link"])
            #expect(try contents(folder + "/full") == ["x"])
        }
    }

    @Test func `a temporary folder is this user's alone, new each time, and goes`() throws {
        struct Stop: Error {}
        var names: [String] = []
        for _ in 0..<2 {
            let words = refusal {
                try TemporaryFolder.with { folder in
                    #expect(try permissions(folder) == 0o700)
                    try #expect(contents(folder).isEmpty)
                    try AtomicFile.write("x", to: folder + "/x")
                    names.append(folder)
                    throw Stop()
                }
            }
            #expect(words == "Stop()")
        }
        #expect(Set(names).count == 2)
        for name in names { #expect(!FileManager.default.fileExists(atPath: name)) }
    }

    @Test func `a folder that cannot be written says why`() throws {
        try Fixture.withTemporaryFolder { folder in
            #expect(AtomicFile.obstacle(in: folder) == nil)
            try #expect(contents(folder).isEmpty)
            #expect(AtomicFile.obstacle(in: folder + "/none") == "No such file or directory")
        }
    }
}
