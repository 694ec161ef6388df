import Foundation
import TestSupport
import Testing

/// A small run with every kind of state: a few-shot loss, evaluations in training, the best adapter
/// kept. Made once, undisturbed, for all tests that stop one like it and let it go on.
struct ResumableJob {
    static let arguments = [
        "train", "--target", "V", "--category", "humanities", "--max-steps", "8", "--batch-size",
        "16", "--limit", "2", "--learning-rate", "0.01", "--objective", "zs+fs", "--shots", "3",
        "--lora-dropout", "0.1",
        "--checkpoint-every", "2", "--eval-every", "3", "--eval-limit", "10", "--keep", "best",
    ]

    /// The run folder.
    let path: String
    let output: String
    /// From the start to the first step, and from there to the end.
    let seconds: (start: Double, work: Double)

    private static let place = NSTemporaryDirectory() + "ft-mmlu-resumable-" + UUID().uuidString
    private static let made = Result {
        atexit { try? FileManager.default.removeItem(atPath: ResumableJob.place) }
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let clock = ContinuousClock()
        let start = clock.now
        // Copies of its folder go on at the same time in several tests.
        let program = try Program(
            arguments + ["--output", "r", "--store", "none"], in: place)
        program.wait(untilChanged: place + "/r/metrics.jsonl", from: nil)
        let first = clock.now
        let ending = try program.wait()
        #expect(ending.status == 0, "\(ending.errors)")
        return ResumableJob(
            path: place + "/r", output: ending.output,
            seconds: ((first - start) / .seconds(1), (clock.now - first) / .seconds(1)))
    }

    static func shared() throws -> ResumableJob { try made.get() }

    /// What two runs of the same must have in common to the last byte.
    static let files = [
        "config.yaml", "questions.json", "evaluations.jsonl", "answers.jsonl", "results.json",
        "adapter/adapter_model.safetensors", "adapter/adapter_config.json",
        "adapter/trained_questions.json", "checkpoint/training.safetensors",
        "checkpoint/inputs.json",
    ]

    /// Expects that a run that was stopped ended as this one, but for the time that its steps took.
    func expectSame(
        _ folder: String, _ note: String = "", sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for name in Self.files {
            #expect(
                FileManager.default.contents(atPath: folder + "/" + name)
                    == FileManager.default.contents(atPath: path + "/" + name), "\(name) \(note)",
                sourceLocation: sourceLocation)
        }
        #expect(
            try Self.untimed(folder) == Self.untimed(path), "metrics.jsonl \(note)",
            sourceLocation: sourceLocation)
        let all = try FileManager.default.subpathsOfDirectory(atPath: folder)
            .filter { !$0.contains("tfevents") }.sorted()
        #expect(
            all == (Self.files + ["adapter", "checkpoint", "metrics.jsonl", "run.json"]).sorted(),
            "\(note)",
            sourceLocation: sourceLocation)
    }

    private static func untimed(_ folder: String) throws -> [String] {
        try String(contentsOfFile: folder + "/metrics.jsonl", encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { String($0.prefix { $0 != "}" }.split(separator: ", \"tokens_per").first ?? "") }
    }
}

extension Program {
    /// Waits until the contents of a file are others than these, or the program has ended.
    func wait(untilChanged path: String, from contents: Data?) {
        while isRunning, FileManager.default.contents(atPath: path) == contents { usleep(2_000) }
    }

    /// Runs the program until a file has some whole lines, then sends it a signal.
    static func run(
        _ arguments: [String], in folder: String, until lines: Int = 1, of file: String,
        then signal: Int32
    ) throws -> Ending {
        let program = try Program(arguments, in: folder)
        let clock = ContinuousClock()
        let limit = clock.now + .seconds(30)
        while program.isRunning, clock.now < limit {
            let bytes = FileManager.default.contents(atPath: folder + "/" + file)
            if (bytes?.count { $0 == 10 } ?? 0) >= lines { break }
            usleep(5_000)
        }
        program.send(signal)
        return try program.wait()
    }
}
