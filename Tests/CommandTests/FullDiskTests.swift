import Foundation
import TestSupport
import Testing

/// Runs whose folder is on a disk that becomes full, or read-only.
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

    private static func withSmallDisk(
        size: String = "64k", _ body: (String) throws -> Void
    ) throws -> Bool {
        try Fixture.withTemporaryFolder { folder in
            guard mount(["mount", "-t", "tmpfs", "-o", "size=\(size)", "tmpfs", folder]) else {
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
    func `a checkpoint that does not fit is refused, and no part of it is left`() throws {
        let wasMounted = try Self.withSmallDisk { disk in
            let ending = try Program.run(
                [
                    "train", "--target", "QKVO", "--rank", "64", "--category", "humanities",
                    "--max-steps", "2", "--limit", "3", "--output", "r", "--quiet", "--store",
                    "none",
                ], in: disk)
            #expect(ending.status == 1)
            #expect(
                ending.errors == "Error: r/checkpoint/training.safetensors: cannot be written: "
                    + "No space left on device\n")
            let files = try FileManager.default.subpathsOfDirectory(atPath: disk + "/r")
            #expect(
                files.sorted() == [
                    "checkpoint", "checkpoint/inputs.json", "config.yaml",
                    "events.out.tfevents.0001.ft-mmlu", "metrics.jsonl",
                    "questions.json", "run.json",
                ])
            #expect(try JSONText.lines(disk + "/r/metrics.jsonl").count == 2)
        }
        #expect(wasMounted)
    }

    @Test(.enabled(if: canMount, "a small disk cannot be mounted here"))
    func `answers that do not fit are refused, and there is no result`() throws {
        let wasMounted = try Self.withSmallDisk { disk in
            let ending = try Program.run(
                [
                    "eval", "--limit", "60", "--batch-tokens", "3000", "--output", "r", "--quiet",
                    "--store", "none",
                ],
                in: disk)
            #expect(ending.status == 1)
            #expect(ending.errors.hasPrefix("Error: r/answers.jsonl: cannot be written: "))
            #expect(ending.errors.split(separator: "\n").count == 1)
            let files = try FileManager.default.contentsOfDirectory(atPath: disk + "/r").sorted()
            #expect(
                files == [
                    "answers.jsonl", "checkpoint", "config.yaml", "questions.json", "run.json",
                ])
        }
        #expect(wasMounted)
    }

    /// A run that is stopped, hindered, and goes on when nothing hinders it any more.
    private func expectSurvives(
        hinder: (String) throws -> Void, free: (String) throws -> Void
    ) throws {
        let whole = try ResumableJob.shared()
        let wasMounted = try Self.withSmallDisk(size: "1m") { disk in
            let stopped = try Program.run(
                ResumableJob.arguments + ["--output", "r", "--store", "none"], in: disk, until: 2,
                of: "r/metrics.jsonl", then: SIGTERM)
            try #require(stopped.status == 143)
            let path = disk + "/r/checkpoint/training.safetensors"
            let checkpoint = try #require(FileManager.default.contents(atPath: path))
            try hinder(disk)
            for _ in 0..<2 {
                let ending = try Program.run(["train", "--resume", "r", "--quiet"], in: disk)
                #expect(ending.status == 1)
                #expect(ending.errors.hasPrefix("Error: r/"))
                #expect(ending.errors.contains(": cannot be "), "\(ending.errors)")
                #expect(ending.errors.split(separator: "\n").count == 1)
                #expect(FileManager.default.contents(atPath: path) == checkpoint)
            }
            try free(disk)
            let ending = try Program.run(["train", "--resume", "r", "--quiet"], in: disk)
            #expect(ending.status == 0, "\(ending.errors)")
            try whole.expectSame(disk + "/r")
        }
        #expect(wasMounted)
    }

    @Test(.enabled(if: canMount, "a small disk cannot be mounted here"))
    func `a disk that is full in the middle leaves the last checkpoint`() throws {
        try expectSurvives { disk in
            let ballast = open(disk + "/ballast", O_WRONLY | O_CREAT, 0o644)
            defer { close(ballast) }
            let piece = [UInt8](repeating: 0, count: 4096)
            while write(ballast, piece, piece.count) == piece.count {}
        } free: { disk in
            unlink(disk + "/ballast")
        }
    }

    @Test(.enabled(if: canMount, "a small disk cannot be mounted here"))
    func `a folder that is read-only in the middle leaves the last checkpoint`() throws {
        try expectSurvives { disk in
            #expect(Self.mount(["mount", "-o", "remount,ro", disk]))
        } free: { disk in
            #expect(Self.mount(["mount", "-o", "remount,rw", disk]))
        }
    }
}
