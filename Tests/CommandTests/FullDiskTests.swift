import Foundation
import TestSupport
import Testing

/// Runs whose folder is on a disk of 64 kB.
@Suite struct FullDiskTests {
    private static func mount(_ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    private static func withSmallDisk(_ body: (String) throws -> Void) throws -> Bool {
        try Fixture.withTemporaryFolder { folder in
            guard mount(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]) else {
                return false
            }
            defer { _ = mount(["umount", folder]) }
            try body(folder)
            return true
        }
    }

    /// Needs root, outside a container that forbids it.
    private static let canMount = (try? withSmallDisk { _ in }) == true

    @Test(.enabled(if: canMount, "a small disk cannot be mounted here"))
    func `an adapter that does not fit is refused, and no part of it is left`() throws {
        let wasMounted = try Self.withSmallDisk { disk in
            let ending = try Program.run(
                [
                    "train", "--target", "QKVO", "--rank", "64", "--category", "humanities",
                    "--max-steps", "2", "--limit", "3", "--output", "r", "--quiet",
                ], in: disk)
            #expect(ending.status == 1)
            #expect(
                ending.errors == "Error: r/adapter/adapter_model.safetensors: cannot be written: "
                    + "No space left on device\n")
            let files = try FileManager.default.subpathsOfDirectory(atPath: disk + "/r")
            #expect(
                files.filter { $0 != "adapter" }.sorted()
                    == [
                        "config.yaml", "events.out.tfevents.0001.ft-mmlu", "metrics.jsonl",
                        "questions.json",
                    ])
            #expect(try JSONText.lines(disk + "/r/metrics.jsonl").count == 2)
        }
        #expect(wasMounted)
    }

    @Test(.enabled(if: canMount, "a small disk cannot be mounted here"))
    func `answers that do not fit are refused, and there is no result`() throws {
        let wasMounted = try Self.withSmallDisk { disk in
            let ending = try Program.run(
                ["eval", "--limit", "60", "--batch-tokens", "3000", "--output", "r", "--quiet"],
                in: disk)
            #expect(ending.status == 1)
            #expect(ending.errors.hasPrefix("Error: r/answers.jsonl: cannot be written: "))
            #expect(ending.errors.split(separator: "\n").count == 1)
            let files = try FileManager.default.contentsOfDirectory(atPath: disk + "/r").sorted()
            #expect(files == ["answers.jsonl", "config.yaml", "questions.json"])
        }
        #expect(wasMounted)
    }
}
