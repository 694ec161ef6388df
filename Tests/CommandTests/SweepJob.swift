import Foundation
import TestSupport
import Testing

/// A small sweep, made once, undisturbed, for all tests that look at it or disturb one like it.
struct SweepJob {
    static let common = [
        "--max-steps", "4", "--batch-size", "8", "--limit", "2", "--shots", "3", "--eval-limit",
        "12", "--checkpoint-every", "2",
    ]
    static let arguments =
        [
            "sweep", "--targets", "V,QKV", "--category", "humanities", "--learning-rates",
            "0.002,0.02", "--few-shot-weights", "none,0.5", "--few-shot-on", "V", "--seeds", "1,0",
        ] + common

    /// Copies of the study go on at the same time in several tests; they share no store.
    static let start = arguments + ["--output", "study", "--store", "none"]

    let ending: Program.Ending
    /// The current folder of the program; the study's is `study` in it.
    let folder: String

    var path: String { folder + "/study" }

    private static let place = NSTemporaryDirectory() + "ft-mmlu-sweep-" + UUID().uuidString
    private static let made = Result {
        atexit { try? FileManager.default.removeItem(atPath: SweepJob.place) }
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        return SweepJob(
            ending: try Program.run(start, in: place), folder: place)
    }

    static func shared() throws -> SweepJob { try made.get() }

    /// Files of a cell that come out the same, however often it was stopped.
    static let cellFiles = [
        "config.yaml", "questions.json", "evaluations.jsonl", "answers.jsonl", "results.json",
        "adapter/adapter_model.safetensors", "adapter/adapter_config.json",
        "adapter/trained_questions.json", "checkpoint/training.safetensors",
        "checkpoint/inputs.json",
    ]

    /// All files of a study that no clock stands in.
    static func contents(_ study: String) throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: study) {
            let path = study + "/" + name
            var isFolder: ObjCBool = false
            FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            if isFolder.boolValue || name.contains("tfevents")
                // Where the rows went is no result.
                || name.hasSuffix("/run.json") || name == "store.json"
            {
                continue
            }
            contents[name] =
                name.hasSuffix("metrics.jsonl")
                ? Data() : FileManager.default.contents(atPath: path) ?? Data()
        }
        return contents
    }

    /// Expects that another study ended as this one, to the last byte.
    func expectSame(
        _ other: String, _ note: String = "", sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let (mine, others) = (try Self.contents(path), try Self.contents(other))
        #expect(
            mine.keys.sorted() == others.keys.sorted(), "\(note)", sourceLocation: sourceLocation)
        for (name, data) in mine where others[name] != data {
            Issue.record("\(name) differs \(note)", sourceLocation: sourceLocation)
        }
    }

    /// "3 v-zs-2e-3-s1" for each cell that a run began.
    static func begun(_ ending: Program.Ending) -> [String] {
        ending.errors.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            return words.first == "cell" && words.count >= 5
                ? "\(words[1]) \(words[4].prefix { $0 != "," })" : nil
        }
    }
}
