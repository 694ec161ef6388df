import Foundation
import TestSupport
import Testing
import Tracking

@testable import Experiments
@testable import Training

@Suite struct RunDirectoryTests {
    @Test func `a new folder is made with those above it, an empty one is taken`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/a/b"
            try #expect(RunDirectory(making: path).path == path)
            try #expect(RunDirectory(making: path).adapter == path + "/adapter")
        }
    }

    @Test func `a run that fails before it writes leaves no folder`() throws {
        struct Failure: Error {}
        try Fixture.withTemporaryFolder { folder in
            // An empty folder that somebody made stays.
            try FileManager.default.createDirectory(
                atPath: folder + "/mine", withIntermediateDirectories: false)
            let mine = try RunDirectory(making: folder + "/mine")
            #expect(throws: Failure.self) { try mine.filled { throw Failure() } }
            let empty = try RunDirectory(making: folder + "/empty")
            #expect(throws: Failure.self) { try empty.filled { throw Failure() } }
            let begun = try RunDirectory(making: folder + "/begun")
            #expect(throws: Failure.self) {
                try begun.filled {
                    try begun.write(.null, to: "x.json")
                    throw Failure()
                }
            }
            #expect(
                try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
                    == ["begun", "begun/x.json", "mine"])
        }
    }

    @Test func `a folder in use is refused`() throws {
        try Fixture.withTemporaryFolder { folder in
            for name in ["results.json", "config.yaml"] {
                try "x".write(toFile: folder + "/" + name, atomically: false, encoding: .utf8)
            }
            expectRefusal(
                "\(folder): is in use: it holds 'config.yaml'; resume the run there by --resume, "
                    + "or name a new or empty folder by --output"
            ) { try RunDirectory(making: folder) }
        }
    }

    @Test func `a file in the folder's place is refused`() throws {
        try Fixture.withTemporaryFolder { folder in
            let file = folder + "/file"
            try "x".write(toFile: file, atomically: false, encoding: .utf8)
            expectRefusal("\(file): is not a folder; name a new one by --output") {
                try RunDirectory(making: file)
            }
            let words = refusal { try RunDirectory(making: file + "/run") }
            #expect(words?.hasPrefix("\(file)/run: cannot be made: ") == true)
        }
    }

    @Test func `the default name has the day and what is run`() throws {
        let noon = Date(timeIntervalSince1970: 1_769_860_800)
        #expect(RunDirectory.freePath("V-stem", now: noon) == "runs/2026-01-31-V-stem")
    }
}

@Suite struct TrainingManifestTests {
    @Test func `what was written is read`() throws {
        try Fixture.withTemporaryFolder { folder in
            try TrainingManifest.write(["b", "a", "c"], to: folder)
            #expect(try TrainingManifest.read(from: folder) == ["a", "b", "c"])
            #expect(
                try String(contentsOfFile: folder + "/trained_questions.json", encoding: .utf8)
                    == "{\n  \"category\": null,\n  \"content_hashes\": [\"a\", \"b\", \"c\"]\n}\n")
            #expect(try TrainingManifest.category(of: folder) == nil)
            try TrainingManifest.write([], to: folder)
            #expect(try TrainingManifest.read(from: folder) == [])
            try TrainingManifest.write(["a"], category: .socialSciences, to: folder)
            #expect(try TrainingManifest.category(of: folder) == .socialSciences)
            #expect(try TrainingManifest.read(from: folder) == ["a"])
            #expect(try TrainingManifest.baseChecksum(of: folder) == nil)
            try TrainingManifest.write(nil, baseChecksum: "ab", to: folder)
            #expect(try TrainingManifest.read(from: folder) == nil)
            #expect(try TrainingManifest.baseChecksum(of: folder) == "ab")
        }
    }

    @Test func `a file of before categories were written is read`() throws {
        try Fixture.withTemporaryFolder { folder in
            try "{\"content_hashes\": [\"a\"]}".write(
                toFile: folder + "/trained_questions.json", atomically: false, encoding: .utf8)
            #expect(try TrainingManifest.read(from: folder) == ["a"])
            #expect(try TrainingManifest.category(of: folder) == nil)
        }
    }

    @Test func `an adapter of another program does not say`() throws {
        let found = try Fixture.withTemporaryFolder { try TrainingManifest.read(from: $0) }
        #expect(found == nil)
    }

    @Test func `a file that is no list of hashes is refused`() throws {
        try Fixture.withTemporaryFolder { folder in
            let path = folder + "/trained_questions.json"
            for text in [
                "[]", "{}", "{\"content_hashes\": [1]}", "{",
                "{\"category\": \"x\", \"content_hashes\": []}",
            ] {
                try text.write(toFile: path, atomically: false, encoding: .utf8)
                expectRefusal(
                    "\(path): is not a list of content hashes; the file that ft-mmlu train wrote "
                        + "is needed"
                ) { try TrainingManifest.read(from: folder) }
            }
        }
    }
}
