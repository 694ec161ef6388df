import Basics
import Foundation
import Glibc
import TestSupport
import Testing

/// Files that are written whole or not at all.
@Suite struct AtomicFileTests {
    private func contents(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    @Test func `a text replaces the old one`() throws {
        try Fixture.withTemporaryFolder { folder in
            for text in ["first\n", "", "third: ü\n"] {
                try AtomicFile.write(text, to: folder + "/a.txt")
                #expect(try String(contentsOfFile: folder + "/a.txt", encoding: .utf8) == text)
                #expect(try contents(folder) == ["a.txt"])
            }
        }
    }

    @Test func `an error in the middle leaves the old file and nothing else`() throws {
        struct Stop: Error {}
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/a.txt"
            try AtomicFile.write("old", to: path)
            #expect(throws: Stop.self) {
                try AtomicFile.write(to: path) { write in
                    try [UInt8](repeating: 1, count: 100).withUnsafeBytes { try write($0) }
                    throw Stop()
                }
            }
            #expect(try contents(folder) == ["a.txt"])
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
        }
    }

    @Test func `a folder that is not there, or in the way, is refused`() throws {
        try Fixture.withTemporaryFolder { folder in
            let lost = folder + "/none/a.txt"
            expectRefusal("\(lost): cannot be written: No such file or directory") {
                try AtomicFile.write("x", to: lost)
            }
            try FileManager.default.createDirectory(
                atPath: folder + "/b", withIntermediateDirectories: false)
            expectRefusal("\(folder)/b: cannot be written: Is a directory") {
                try AtomicFile.write("x", to: folder + "/b")
            }
            #expect(try contents(folder) == ["b"])
        }
    }

    @Test func `what killed writers left is known by its name, and removed`() throws {
        try Fixture.withTemporaryFolder { folder in
            let leftovers = [
                "a.txt.partial-0123456789abcdef", "a.txt.partial-1", "b.partial-77.partial-204",
            ]
            let others = [
                "a.txt", "c.partial-", "d.partial-results", "d.partial-x", "e.partial-1.txt",
                "f-12",
                "g.partial-0123456789abcde", "h.partial-0123456789abcdeF",
            ]
            for name in leftovers + others {
                try Data().write(to: URL(filePath: folder + "/" + name))
            }
            #expect(try contents(folder).filter(AtomicFile.isLeftover) == leftovers)
            AtomicFile.removeLeftovers(in: folder)
            #expect(try contents(folder) == others)
            AtomicFile.removeLeftovers(in: folder + "/absent")
        }
    }

    @Test func `a file being written has a leftover's name`() throws {
        try Fixture.withTemporaryFolder { folder in
            var names: Set<String> = []
            for _ in 0..<2 {
                try AtomicFile.write(to: folder + "/a.txt") { _ in
                    let leftover = try #require(
                        contents(folder).first(where: AtomicFile.isLeftover))
                    #expect(try permissions(folder + "/" + leftover) == 0o600)
                    names.insert(leftover)
                }
            }
            // Nobody can put a link under a name that is another one each time.
            #expect(names.count == 2)
        }
    }

    private func permissions(_ path: String) throws -> mode_t {
        var status = stat()
        try #require(lstat(path, &status) == 0)
        return status.st_mode & 0o7777
    }

    @Test func `a new file has the permissions of the umask, a replaced one keeps its own`() throws
    {
        try Fixture.withTemporaryFolder { folder in
            close(open(folder + "/plain", O_WRONLY | O_CREAT, 0o666))
            try AtomicFile.write("x", to: folder + "/new")
            #expect(try permissions(folder + "/new") == permissions(folder + "/plain"))
            for mode: mode_t in [0o600, 0o640, 0o664] {
                chmod(folder + "/new", mode)
                try AtomicFile.write("y", to: folder + "/new")
                #expect(try permissions(folder + "/new") == mode)
            }
            try AtomicFile.write(Data(), to: folder + "/given", mode: 0o440)
            #expect(try permissions(folder + "/given") == 0o440)
        }
    }

    @Test func `a link, a pipe and a socket stay, and what they lead to`() throws {
        try Fixture.withTemporaryFolder { folder in
            try "mine".write(toFile: folder + "/mine", atomically: false, encoding: .utf8)
            symlink("mine", folder + "/link")
            symlink("nothing", folder + "/lost")
            mkfifo(folder + "/pipe", 0o600)
            let before = try contents(folder)
            for (name, kind) in [("link", "link"), ("lost", "link"), ("pipe", "FIFO")] {
                expectRefusal(
                    "\(folder)/\(name): is a \(kind); nothing is written through it; a file of its own "
                        + "is needed: remove it, or put a copy of the file in its place"
                ) { try AtomicFile.write("x", to: folder + "/" + name) }
            }
            #expect(try contents(folder) == before)
            #expect(try String(contentsOfFile: folder + "/mine", encoding: .utf8) == "mine")
        }
    }

    /// As root the writer would put an ordinary file in the place of /dev/null.
    @Test func `a device stays`() {
        expectRefusal(
            "/dev/null: is a device; nothing is written through it; a file of its own is needed: "
                + "remove it, or put a copy of the file in its place"
        ) { try AtomicFile.write("x", to: "/dev/null") }
    }

    /// Only the superuser may mount the small disk.
    static let canMount: Bool = {
        (try? Fixture.withTemporaryFolder { folder in
            guard mount("tmpfs", folder, "tmpfs", 0, "size=64k") == 0 else { return false }
            return umount(folder) == 0
        }) ?? false
    }()

    @Test(.enabled(if: canMount, "a tmpfs cannot be mounted here: no full disk was tried"))
    func `a full disk leaves the old file and nothing else`() throws {
        try Fixture.withTemporaryFolder { folder in
            try #require(mount("tmpfs", folder, "tmpfs", 0, "size=64k") == 0)
            defer { umount(folder) }
            let path = folder + "/x"
            try AtomicFile.write("old", to: path)
            for large in [path, folder + "/new"] {
                expectRefusal("\(large): cannot be written: No space left on device") {
                    try AtomicFile.write(Data(count: 400_000), to: large)
                }
                #expect(try contents(folder) == ["x"])
                #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
            }
        }
    }
}
