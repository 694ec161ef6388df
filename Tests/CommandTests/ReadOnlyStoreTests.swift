import Foundation
import TestSupport
import Testing
import Tracking

/// A store where nothing can be written, as a mounted archive.
@Suite struct ReadOnlyStoreTests {
    /// Runs a command of the shell in `folder`, in which nothing can be written meanwhile, for root
    /// neither.
    ///
    /// - Returns: nil where no such place can be made, as without the right to mount
    private static func run(_ command: String, in folder: String) throws -> (
        status: Int32, output: String
    )? {
        let script = """
            mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 99
            cd "$1" && \(command)
            """
        let out = folder + "-out"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "unshare", "--mount", "--map-root-user", "sh", "-c", script, "sh", folder, Program.path,
        ]
        FileManager.default.createFile(atPath: out, contents: nil)
        defer { try? FileManager.default.removeItem(atPath: out) }
        let handle = FileHandle(forWritingAtPath: out)
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        process.waitUntilExit()
        try? handle?.close()
        let text = try String(contentsOfFile: out, encoding: .utf8)
        if process.terminationStatus == 99 || text.contains("unshare: ") { return nil }
        return (process.terminationStatus, text)
    }

    static let canMount: Bool =
        (try? Fixture.withTemporaryFolder { try run("! touch x 2>/dev/null", in: $0)?.status == 0 })
        ?? false

    @Test(
        .enabled(if: canMount, "a read-only place needs the right to mount"),
        arguments: [["list"], ["table", "r"]])
    func `it is read, with or without a log of writes beside it`(words: [String]) throws {
        let job = try MainJob.shared()
        for keepsLog in [false, true] {
            try Fixture.withTemporaryFolder { folder in
                let path = folder + "/s.sqlite"
                // Others look at the run itself.
                try FileManager.default.copyItem(atPath: job.run, toPath: folder + "/r")
                let added = try Program.run(
                    ["results", "add", "r", "--store", path], in: folder)
                try #require(added.status == 0, "\(added.errors)")
                // A writer that is still there keeps its log.
                let writer = keepsLog ? try Store(path) : nil
                try writer?.append([MeasurementEntry("x", "", 1)], to: StoredRun(path).run.id)
                let id = try StoredRun(path).run.id
                let copy = folder + "/copy"
                try FileManager.default.createDirectory(
                    atPath: copy, withIntermediateDirectories: false)
                for part in keepsLog ? ["", "-wal"] : [""] {
                    try FileManager.default.copyItem(
                        atPath: path + part, toPath: copy + "/s.sqlite" + part)
                }
                withExtendedLifetime(writer) {}
                let arguments = words.map { $0 == "r" ? String(id.prefix(8)) : $0 }
                let ending = try #require(
                    try Self.run(
                        "\"$2\" results \(arguments.joined(separator: " ")) --store s.sqlite",
                        in: copy))
                #expect(ending.status == 0, "\(ending.output)")
                #expect(
                    ending.output.contains(words[0] == "list" ? String(id.prefix(8)) : "0-shot"),
                    "\(ending.output)")
            }
        }
    }
}
