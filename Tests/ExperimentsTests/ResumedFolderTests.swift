import Foundation
import TestSupport
import Testing
import Tracking

@testable import Experiments
@testable import Training

/// Folders of runs that were stopped.
@Suite struct ResumedFolderTests {
    private func withFolder(_ config: String, _ body: (String) throws -> Void) throws {
        try Fixture.withTemporaryFolder { folder in
            try config.write(toFile: folder + "/config.yaml", atomically: false, encoding: .utf8)
            try body(folder)
        }
    }

    @Test func `config.yaml says which command made the run`() throws {
        for (config, trains) in [
            ("alpha: 16.0\ntarget: \"V\"\n", true), ("adapter: null\nwith-base: false\n", false),
        ] {
            try withFolder(config) { folder in
                let run = try RunDirectory(resuming: folder)
                #expect(run.trainsAdapter == trains)
                #expect(run.isResumed && run.canBeResumed)
                #expect(run.config == folder + "/config.yaml")
            }
        }
    }

    @Test func `a folder without a run is refused`() throws {
        try Fixture.withTemporaryFolder { folder in
            expectRefusal(
                "\(folder): holds no run to go on with: it has no config.yaml; start a run with "
                    + "--output"
            ) { try RunDirectory(resuming: folder) }
            try #expect(RunDirectory(making: folder).canBeResumed == false)
        }
    }

    @Test func `what killed writers left goes, everything else stays`() throws {
        try withFolder("target: \"V\"\n") { folder in
            for name in ["adapter", "checkpoint"] {
                try FileManager.default.createDirectory(
                    atPath: folder + "/" + name, withIntermediateDirectories: false)
                for file in ["/x", "/x.partial-3"] {
                    try Data().write(to: URL(filePath: folder + "/" + name + file))
                }
            }
            try Data().write(to: URL(filePath: folder + "/results.json.partial-12"))
            _ = try RunDirectory(resuming: folder)
            #expect(
                try FileManager.default.subpathsOfDirectory(atPath: folder).sorted() == [
                    "adapter", "adapter/x", "checkpoint", "checkpoint/x", "config.yaml",
                ])
        }
    }

    @Test func `a folder with a link is refused before anything changes`() throws {
        for (name, target) in [
            ("config.yaml", "/dev/null"), ("run.json", "x"), ("metrics.jsonl", "../x"),
            ("checkpoint", "../.."), ("adapter/adapter_config.json", "/etc/hostname"),
        ] {
            try withFolder("target: \"V\"\n") { folder in
                let leftover = folder + "/results.json.partial-12"
                try Data().write(to: URL(filePath: leftover))
                try FileManager.default.createDirectory(
                    atPath: folder + "/adapter", withIntermediateDirectories: false)
                unlink(folder + "/" + name)
                symlink(target, folder + "/" + name)
                let words = refusal { try RunDirectory(resuming: folder) }
                #expect(
                    words?.hasPrefix(
                        "\(folder)/\(name): is a link; nothing is written through it; ") == true)
                #expect(FileManager.default.fileExists(atPath: leftover))
            }
        }
    }

    @Test func `the folder itself may be named by a link`() throws {
        try withFolder("target: \"V\"\n") { folder in
            try Fixture.withTemporaryFolder { other in
                symlink(folder, other + "/run")
                _ = try RunDirectory(resuming: other + "/run")
            }
        }
    }

    @Test func `a folder with nothing but what a killed writer left is new`() throws {
        try Fixture.withTemporaryFolder { folder in
            try Data().write(to: URL(filePath: folder + "/config.yaml.partial-12"))
            _ = try RunDirectory(making: folder)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
        }
    }

    @Test func `a folder that somebody works in is refused until he has ended`() throws {
        try withFolder("target: \"V\"\n") { folder in
            do {
                let first = try RunDirectory(resuming: folder)
                withExtendedLifetime(first) {
                    expectRefusal(
                        "\(folder): is in use by another process; wait until that has ended"
                    ) { try RunDirectory(resuming: folder) }
                }
            }
            _ = try RunDirectory(resuming: folder)
        }
    }

    @Test func `a run is complete with its results, or with its adapter where none belong to it`()
        throws
    {
        try withFolder("target: \"V\"\n") { folder in
            let run = try RunDirectory(resuming: folder)
            #expect(!run.isComplete(evaluates: true) && !run.isComplete(evaluates: false))
            try FileManager.default.createDirectory(
                atPath: run.adapter, withIntermediateDirectories: false)
            #expect(!run.isComplete(evaluates: false))
            try TrainingManifest.write([], to: run.adapter)
            #expect(!run.isComplete(evaluates: false))
            // The adapter's configuration is written last.
            try "{}".write(
                toFile: run.adapter + "/adapter_config.json", atomically: false, encoding: .utf8)
            #expect(!run.isComplete(evaluates: true) && run.isComplete(evaluates: false))
            try run.write(.null, to: "results.json")
            #expect(run.isComplete(evaluates: true))
        }
    }

    @Test func `config.yaml is not written again`() throws {
        try withFolder("target: \"V\"\n") { folder in
            try RunDirectory(resuming: folder).writeConfig([("target", .string("Q"))])
            #expect(
                try String(contentsOfFile: folder + "/config.yaml", encoding: .utf8)
                    == "target: \"V\"\n")
        }
    }

    @Test func `a file in the place of the checkpoint's folder is refused`() throws {
        try withFolder("target: \"V\"\n") { folder in
            let run = try RunDirectory(resuming: folder)
            try Data().write(to: URL(filePath: run.checkpoint))
            let words = refusal { try run.makeCheckpointFolder() }
            #expect(words?.hasPrefix("\(folder)/checkpoint: cannot be made: ") == true)
        }
    }

    @Test func `what a run settled must come out as it was`() throws {
        try withFolder("target: \"V\"\n") { folder in
            let run = try RunDirectory(resuming: folder)
            for _ in 0..<2 { try run.settle(.whole(1), in: "q.json") }
            expectRefusal(
                "\(folder): cannot be resumed: q.json would differ now; restore the "
                    + "files that it began with, or start a new run"
            ) { try run.settle(.whole(2), in: "q.json") }
        }
    }
}
