import Foundation
import TestSupport
import Testing

/// Ctrl-C and SIGTERM end the work between two steps.
@Suite struct SignalTests {
    /// Waits until a file has a line, then sends the signal.
    private func stop(
        _ arguments: [String], by signal: Int32, when file: String, in folder: String
    ) throws -> Program.Ending {
        let program = try Program(arguments, in: folder)
        let clock = ContinuousClock()
        let limit = clock.now + .seconds(30)
        while program.isRunning, clock.now < limit {
            let bytes = FileManager.default.contents(atPath: folder + "/" + file)
            if bytes?.contains(10) == true { break }
            usleep(5_000)
        }
        program.send(signal)
        return try program.wait()
    }

    @Test(arguments: [(SIGINT, 130, "Ctrl-C"), (SIGTERM, 143, "SIGTERM")])
    func `a signal in training ends it between two steps`(
        signal: Int32, status: Int32, name: String
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try stop(
                [
                    "train", "--target", "V", "--category", "humanities", "--epochs", "100000",
                    "--output", "r",
                ], by: signal, when: "r/metrics.jsonl", in: folder)
            #expect(ending.status == status)
            #expect(ending.output == "")
            #expect(ending.lastError == "stopped by \(name); nothing half-written is left")
            #expect(try JSONText.lines(folder + "/r/metrics.jsonl").isEmpty == false)
            let files = try FileManager.default.subpathsOfDirectory(atPath: folder + "/r").sorted()
            #expect(
                files == [
                    "config.yaml", "events.out.tfevents.0001.ft-mmlu", "metrics.jsonl",
                    "questions.json",
                ])
        }
    }

    @Test func `a signal while questions are asked leaves whole answers and no result`() throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try stop(
                ["eval", "--limit", "none", "--batch-tokens", "600", "--output", "r"], by: SIGINT,
                when: "r/answers.jsonl", in: folder)
            #expect(ending.status == 130)
            #expect(try JSONText.lines(folder + "/r/answers.jsonl").isEmpty == false)
            let files = try FileManager.default.subpathsOfDirectory(atPath: folder + "/r").sorted()
            #expect(files == ["answers.jsonl", "config.yaml", "questions.json"])
        }
    }
}
