import Foundation
import TestSupport
import Testing

/// `scripts/unpack-wheel`, which `scripts/setup` runs.
@Suite struct UnpackWheelTests {
    private static let script = Fixture.repository.path + "/scripts/unpack-wheel"
    private static let hasPython = (try? run(["-I", "-c", "pass"]))?.status == 0

    private static func run(_ arguments: [String]) throws -> (status: Int32, words: String) {
        let process = Process()
        let errors = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let words = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: words, as: UTF8.self))
    }

    /// Makes a wheel of files that hold `abc`, of which RECORD says something.
    private func unpack(
        _ files: [String], record: [String: String], in folder: String
    ) throws -> (status: Int32, words: String) {
        let wheel = folder + "/w.whl"
        let making = """
            import sys, zipfile
            with zipfile.ZipFile(sys.argv[1], "w") as wheel:
                for name in sys.argv[3:]:
                    wheel.writestr(name, "abc")
                wheel.writestr("torch-1.dist-info/RECORD", sys.argv[2])
            """
        let lines =
            record.sorted { $0.key < $1.key }.map { "\($0.key),\($0.value),3\n" }
            + ["torch-1.dist-info/RECORD,,\n"]
        #expect(try Self.run(["-I", "-c", making, wheel, lines.joined()] + files).status == 0)
        return try Self.run(["-I", Self.script, wheel, folder + "/out"])
    }

    /// SHA-256 of `abc`: FIPS 180-4, appendix B.1, in base64url.
    private static let abc = "sha256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"

    @Test(.enabled(if: hasPython, "there is no python3"))
    func `what is as RECORD says is unpacked, and Python is left out`() throws {
        try Fixture.withTemporaryFolder { folder in
            let files = ["torch/lib/a.so", "torch/__init__.py", "torch-1.dist-info/METADATA"]
            let record = Dictionary(uniqueKeysWithValues: files.map { ($0, Self.abc) })
            let ending = try unpack(files, record: record, in: folder)
            #expect(ending.status == 0, "\(ending.words)")
            let found = try FileManager.default.subpathsOfDirectory(atPath: folder + "/out")
            #expect(
                found.sorted() == [
                    "torch", "torch-1.dist-info", "torch-1.dist-info/METADATA",
                    "torch-1.dist-info/RECORD", "torch/lib", "torch/lib/a.so",
                ])
        }
    }

    @Test(.enabled(if: hasPython, "there is no python3"))
    func `a file that is not as RECORD says, or not in it, ends the unpacking`() throws {
        let wrong = "sha256=" + String(repeating: "A", count: 43)
        for record in [["torch/lib/a.so": wrong], [:]] {
            try Fixture.withTemporaryFolder { folder in
                let ending = try unpack(["torch/lib/a.so"], record: record, in: folder)
                #expect(ending.status == 1)
                #expect(ending.words == "torch/lib/a.so: is not as the wheel's RECORD says\n")
            }
        }
    }

    @Test(.enabled(if: hasPython, "there is no python3"))
    func `a file that would leave the folder ends the unpacking`() throws {
        try Fixture.withTemporaryFolder { folder in
            let name = "torch/lib/../../../evil"
            let ending = try unpack([name], record: [name: Self.abc], in: folder)
            #expect(ending.status == 1)
            #expect(ending.words == "\(name): a wheel's files stay in its folder\n")
            #expect(!FileManager.default.fileExists(atPath: folder + "/evil"))
        }
    }
}
