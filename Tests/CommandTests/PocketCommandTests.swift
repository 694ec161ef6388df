import Foundation
import TestSupport
import Testing

@Suite struct PocketCommandTests {
    @Test func `the committed world comes out of its command byte for byte`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(["pocket", "world", "--output", "w"], in: folder)
            #expect(ending.status == 0)
            #expect(ending.output == "")
            #expect(ending.errors == "w: 51 files written\n")
            let files = try FileManager.default.subpathsOfDirectory(atPath: folder + "/w")
                .filter { $0.contains(".") }
            #expect(files.count == 51)
            for file in files {
                let made = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/w/\(file)"))
                let committed = try Data(
                    contentsOf: URL(fileURLWithPath: "\(Fixture.pocket)/\(file)"))
                #expect(made == committed, "\(file)")
            }
            let again = try Program.run(["pocket", "world", "--output", "w"], in: folder)
            #expect(again.status == 1)
            #expect(again.firstError.hasSuffix("; a new or empty folder is needed"))
        }
    }

    @Test func `a step of pretraining leaves a model that loads`() throws {
        try Fixture.withTemporaryFolder { folder in
            _ = try Program.run(["pocket", "world", "--output", "w"], in: folder)
            let ending = try Program.run(
                ["pocket", "pretrain", "--world", "w", "--steps", "1", "--quiet"], in: folder)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.errors == "")
            let asked = try Program.run(
                [
                    "eval", "--model", "w", "--data", "w/mmlu", "--limit", "1", "--shots", "0",
                    "--output", "r", "--quiet",
                ], in: folder)
            #expect(asked.status == 0, "\(asked.errors)")
        }
    }

    @Test func `no step of pretraining is wrong usage`() throws {
        let ending = try Program.run(
            ["pocket", "pretrain", "--world", "w", "--steps", "0"], in: NSTemporaryDirectory())
        #expect(ending.status == 64)
        #expect(ending.firstError == "Error: --steps 0: at least 1 is needed")
    }
}
