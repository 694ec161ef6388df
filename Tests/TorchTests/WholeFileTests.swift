import Foundation
import Glibc
import TestSupport
import Testing
import Torch

/// Files that are written whole or not at all.
@Suite struct WholeFileTests {
    private func contents(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    @Test func `a text replaces the old one`() throws {
        try Fixture.withTemporaryFolder { folder in
            for text in ["first\n", "", "third: ü\n"] {
                try WholeFile.write(text, to: folder + "/a.txt")
                #expect(try String(contentsOfFile: folder + "/a.txt", encoding: .utf8) == text)
                #expect(try contents(folder) == ["a.txt"])
            }
        }
    }

    @Test func `an error in the middle leaves the old file and nothing else`() throws {
        struct Stop: Error {}
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/a.txt"
            try WholeFile.write("old", to: path)
            #expect(throws: Stop.self) {
                try WholeFile.write(to: path) { write in
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
                try WholeFile.write("x", to: lost)
            }
            try FileManager.default.createDirectory(
                atPath: folder + "/b", withIntermediateDirectories: false)
            expectRefusal("\(folder)/b: cannot be written: Is a directory") {
                try WholeFile.write("x", to: folder + "/b")
            }
            #expect(try contents(folder) == ["b"])
        }
    }

    @Test func `what killed writers left is known by its name, and removed`() throws {
        try Fixture.withTemporaryFolder { folder in
            let leftovers = ["a.txt.partial-1", "b.partial-77.partial-204"]
            let others = ["a.txt", "c.partial-", "d.partial-x", "e.partial-1.txt", "f-12"]
            for name in leftovers + others {
                try Data().write(to: URL(filePath: folder + "/" + name))
            }
            #expect(try contents(folder).filter(WholeFile.isLeftover) == leftovers)
            WholeFile.removeLeftovers(in: folder)
            #expect(try contents(folder) == others)
            WholeFile.removeLeftovers(in: folder + "/absent")
        }
    }

    @Test func `a file being written has a leftover's name`() throws {
        try Fixture.withTemporaryFolder { folder in
            try WholeFile.write(to: folder + "/a.txt") { _ in
                let names = try contents(folder)
                #expect(names.count == 1 && names.allSatisfy(WholeFile.isLeftover))
            }
        }
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
            let path = folder + "/x.safetensors"
            try SafetensorsFile.write(["x": vector(1, 2)], to: path)
            let old = FileManager.default.contents(atPath: path)
            for large in [path, folder + "/new.safetensors"] {
                expectRefusal("\(large): cannot be written: No space left on device") {
                    try SafetensorsFile.write(["x": .zeros(shape: [100_000])], to: large)
                }
                #expect(try contents(folder) == ["x.safetensors"])
                #expect(FileManager.default.contents(atPath: path) == old)
            }
        }
    }
}
